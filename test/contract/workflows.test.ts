import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { actionlint, newerThanActionlint } from "../bed/runner/check/actionlint.ts";
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

const zizmor = program("zizmor", "pip install zizmor");
test.skipIf(zizmor === undefined)("zizmor finds nothing in workflows and actions", async () => {
  const args = ["--offline", "--no-exit-codes", "--format", "json", ".github/workflows", "actions"];
  const { stdout } = await promisify(execFile)(zizmor ?? "", args, { cwd: root, maxBuffer: 2 ** 26 });
  const findings = JSON.parse(stdout) as readonly { readonly ident: string; readonly ignored: boolean }[];
  expect(findings.filter(({ ignored }) => !ignored)).toEqual([]);
});

const current = program("actionlint", "go install github.com/rhysd/actionlint/cmd/actionlint@latest");
test.skipIf(current === undefined)(
  "the current actionlint finds nothing in workflows and the actions they use",
  async () => {
    // It exits with 1 when it has findings, so its output is read whatever its exit; a wrong call has none.
    const args = ["-no-color", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}", ...workflows];
    const stdout = await new Promise<string>((resolve) => {
      execFile(current ?? "", args, { cwd: root, maxBuffer: 2 ** 26 }, (_exit, output) => resolve(output));
    });
    const findings = JSON.parse(stdout) as readonly { readonly message: string }[];
    expect(findings.filter(({ message }) => !newerThanActionlint(message))).toEqual([]);
  },
);

test("every workflow says in its first line what it is for", () => {
  expect(workflows.length).toBeGreaterThan(0);
  expect(workflows.filter((path) => !/^# \S.*\.$/.test(textOf(path).split("\n", 1)[0] ?? ""))).toEqual([]);
});

/** Where an optional program is, or undefined after saying how to get it. */
function program(name: string, install: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), join(root, ".venv/bin")];
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) console.log(`skipped: ${name} is neither on the PATH nor in .venv/bin (${install})`);
  return found;
}
