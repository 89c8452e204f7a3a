import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

test("GitHub's parser loads in plain Node, without the help of a test runner", () => {
  const module = new URL("../../runner/github-parser.ts", import.meta.url).href;
  const script = `
    const { parseWorkflowSource } = await import(${JSON.stringify(module)});
    const { problems } = await parseWorkflowSource("w.yml", "on: push\\njobs: { a: { runs-on: x, steps: [{ rum: x }] } }\\n");
    console.log(problems[0].message);
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });

  expect(output).toContain("Unexpected value 'rum'");
});
