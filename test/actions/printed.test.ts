/** What actions print, and what they take from GitHub's events: nothing in it may become a command of somebody else. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addSummary, annotationLine, progressLine } from "../../actions/lib/runtime/command-file.ts";
import { commentOf } from "../../actions/lib/runtime/issue-comment.ts";
import { readCommand } from "../bed/runner/command-line.ts";

const hostile = fc
  .array(fc.constantFrom("::", "##[", "add-mask", "error", "\n", "\r", "\u0085", "\u00a0", " ", "\t", "[", "#", "x"))
  .map((pieces) => pieces.join(""));

describe("a line that is printed", () => {
  test("is one line and no command, whatever AWS or a file put into it", () => {
    fc.assert(
      fc.property(hostile, (line) => {
        const printed = progressLine(line);
        expect(printed.split(/[\r\n]/)).toHaveLength(1);
        expect(readCommand(printed)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  test("as an error is one command, the error", () => {
    fc.assert(
      fc.property(hostile, (message) => {
        const printed = annotationLine({ level: "error", message, title: message });
        expect(printed.split(/[\r\n]/)).toHaveLength(1);
        expect(readCommand(printed)).toMatchObject({ name: "error", data: message });
      }),
      { numRuns: 2_000 },
    );
  });

  test.for(["::add-mask::x", " \u0085::error::x", "a ##[add-mask]x", "##[error file=a;line=1]x"])(
    "%j would be a command",
    (line) => {
      expect(readCommand(line)).toMatchObject({ data: "x" });
    },
  );
});

test("a summary that GitHub would drop is in the step's log instead, and where to look is in its place: the work is done by then", () => {
  const folder = mkdtempSync(join(tmpdir(), "summary-"));
  const file = join(folder, "summary.md");

  expect(addSummary(file, "# short")).toBe("fitted");
  expect(addSummary(file, "é".repeat(600_000))).toBe("too long");

  expect(readFileSync(file, "utf8")).toBe(
    "# short\nThis summary is longer than GitHub keeps: it is in the log of this step.\n",
  );
  rmSync(folder, { recursive: true });
});

describe("a comment's event", () => {
  const user = { login: "ada", type: "User" };
  const payload = (comment: object) => ({
    action: "created",
    comment: { id: 1, body: "/status\r\n", created_at: "2026-11-23T03:11:30Z", user, ...comment },
    issue: { number: 7, pull_request: {} },
  });
  const read = (comment: object) => commentOf({ event: "issue_comment", payload: payload(comment) });

  test("of a person is theirs, as they wrote it", () => {
    const own = { id: 1, body: "/status\r\n", author: "ada", authorType: "User", pull: 7 };
    expect(read({ performed_via_github_app: null })).toEqual({ ...own, createdAt: "2026-11-23T03:11:30Z" });
    expect(read({})).not.toHaveProperty("via");
  });

  test("says which app wrote it in a person's name", () => {
    expect(read({ performed_via_github_app: { id: 5, slug: "helper", name: "Helper" } })).toMatchObject({
      ...{ author: "ada", authorType: "User", via: "helper" },
    });
  });

  test("of a person who is gone is no command's", () => {
    expect(() => read({ user: null })).toThrow("this action works on new comments of pull requests");
  });
});
