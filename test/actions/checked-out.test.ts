import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkedOutCommit } from "../../actions/lib/runtime/checked-out.ts";

function repository(): { readonly folder: string; readonly git: (...args: readonly string[]) => string } {
  const folder = mkdtempSync(join(tmpdir(), "mate-checked-out-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
      encoding: "utf8",
    }).trim();
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(folder, "file"), "1");
  git("add", "file");
  git("commit", "--quiet", "--message", "first");
  return { folder, git };
}

test.for<[string, readonly (readonly string[])[]]>([
  ["on a branch", []],
  ["on a branch whose refs were packed", [["pack-refs", "--all"]]],
  ["at a commit without a branch", [["checkout", "--quiet", "--detach"]]],
])("%s, a checkout says which commit it is", ([_, commands]) => {
  const { folder, git } = repository();
  for (const command of commands) git(...command);
  expect(checkedOutCommit(folder)).toBe(git("rev-parse", "HEAD"));
});

test("a folder without a checkout has none", () => {
  const folder = mkdtempSync(join(tmpdir(), "mate-checked-out-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(checkedOutCommit(folder)).toBeUndefined();
});
