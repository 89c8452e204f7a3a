import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { actionlint } from "../bed/runner/check/actionlint.ts";
import { checkWorkflows } from "../bed/runner/check/check-workflows.ts";
import { showFinding } from "../bed/runner/check/finding.ts";
import { repositoryFiles, root, textOf } from "./committed.ts";

const workflows = repositoryFiles().filter((path) => /^\.github\/workflows\/.*\.ya?ml$/.test(path));

test("GitHub's parser, actionlint and our own rules find nothing in workflows and actions", async () => {
  expect((await checkWorkflows(root)).map(showFinding)).toEqual([]);
});

test("actionlint is really asked: it finds a step output that does not exist", async () => {
  const text = [
    "on: push",
    "jobs:",
    "  build:",
    "    runs-on: ubuntu-latest",
    "    steps:",
    "      - run: echo $" + "{{ steps.nobody.outputs.word }}",
    "",
  ].join("\n");
  expect(await actionlint("build.yml", text)).not.toEqual([]);
});

const zizmor = [...(process.env.PATH ?? "").split(delimiter), join(root, ".venv/bin")]
  .map((folder) => join(folder, "zizmor"))
  .find((file) => existsSync(file));
if (zizmor === undefined) console.log("skipped: zizmor is neither on the PATH nor in .venv/bin (pip install zizmor)");

test.skipIf(zizmor === undefined)("zizmor finds nothing in workflows and actions", async () => {
  const args = ["--offline", "--no-exit-codes", "--format", "json", ".github/workflows", "actions"];
  const { stdout } = await promisify(execFile)(zizmor ?? "", args, { cwd: root, maxBuffer: 2 ** 26 });
  const findings = JSON.parse(stdout) as readonly { readonly ident: string; readonly ignored: boolean }[];
  expect(findings.filter(({ ignored }) => !ignored)).toEqual([]);
});

test("every workflow says in its first line what it is for", () => {
  expect(workflows.length).toBeGreaterThan(0);
  expect(workflows.filter((path) => !/^# \S.*\.$/.test(textOf(path).split("\n", 1)[0] ?? ""))).toEqual([]);
});
