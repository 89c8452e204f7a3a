import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leaveBranch } from "../../scripts/provision/leave-branch.ts";
import { aCheckout, git } from "./checkout.ts";

let folder = "";
beforeAll(async () => {
  folder = await aCheckout();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a branch is left also when git ends before its input was written, as it does on a busy machine", async () => {
  const person = ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "Ada"],
    [`GIT_${who}_EMAIL`, "ada@example.org"],
  ]);
  Object.assign(process.env, Object.fromEntries(person));
  const names = Array.from({ length: 30 }, (_each, index) => `hospital-${index + 1}`);

  await Promise.all(
    names.map((name) =>
      leaveBranch(folder, {
        ...{ branch: `provision/${name}`, path: `tenants/${name}.yml`, text: `name: ${name}\n` },
        message: `Add ${name}`,
      }),
    ),
  );

  const left = git(folder, "for-each-ref", "--format=%(refname:lstrip=3)", "refs/heads/provision");
  expect(left.trim().split("\n").toSorted()).toEqual(names.toSorted());
});
