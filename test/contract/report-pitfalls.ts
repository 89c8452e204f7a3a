#!/usr/bin/env node
/**
 * Prints number → test → verdict for every pitfall, as Markdown: from the JSON results of a test run that is over (`report-pitfalls.ts
 * results.json`), or by running every test that names one. Exits with 1 if one failed, was skipped, or a pitfall has no test.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./committed.ts";
import { pitfallTable } from "./pitfall-table.ts";
import { pitfallTests } from "./pitfalls.ts";
import type { TestResults } from "./test-results.ts";

const [given] = process.argv.slice(2);
const results = given === undefined ? await runTests() : (JSON.parse(await readFile(given, "utf8")) as TestResults);
const { lines, allPassed } = pitfallTable(results.testResults, root);
console.log(lines.join("\n"));
if (!allPassed) process.exitCode = 1;

async function runTests(): Promise<TestResults> {
  const files = [...new Set(pitfallTests().map(({ file }) => file))];
  const folder = await mkdtemp(join(tmpdir(), "pitfalls-"));
  const report = join(folder, "report.json");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--config", "test/vitest.config.ts", "--reporter", "json", "--outputFile", report];
  // Its exit says only whether something failed; the report says what.
  await new Promise((resolve) =>
    execFile(process.execPath, [...args, ...files], { cwd: root, maxBuffer: 2 ** 26 }, resolve),
  );
  const results = JSON.parse(await readFile(report, "utf8")) as TestResults;
  await rm(folder, { recursive: true });
  return results;
}
