#!/usr/bin/env node
/**
 * Runs every test that names a pitfall and prints number → test → verdict, as Markdown. Exits with 1 if one failed or a pitfall has
 * no test.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./committed.ts";
import { numbersIn, pitfalls, pitfallTests } from "./pitfalls.ts";

interface Result {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const files = [...new Set(pitfallTests().map(({ file }) => file))];
const folder = await mkdtemp(join(tmpdir(), "pitfalls-"));
const report = join(folder, "report.json");
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const args = [
  vitest,
  "run",
  "--config",
  "test/vitest.config.ts",
  "--reporter",
  "json",
  "--outputFile",
  report,
  ...files,
];
// Its exit says only whether something failed; the report says what.
await new Promise((resolve) => execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, resolve));
const { testResults } = JSON.parse(await readFile(report, "utf8")) as Result;
await rm(folder, { recursive: true });

const ran = testResults.flatMap(({ name: file, assertionResults }) =>
  assertionResults.flatMap(({ ancestorTitles, title, status }) => {
    const names = [...ancestorTitles, title];
    return names.flatMap(numbersIn).map((number) => ({ number, status, file: file.slice(root.length), title }));
  }),
);
const rows = Object.entries(pitfalls).flatMap(([number, what]) => {
  const tests = ran.filter((one) => one.number === number);
  if (tests.length === 0) return [`| ${number} | ${what} | none | missing |`];
  return tests.map(
    ({ title, file, status }, index) =>
      `| ${index === 0 ? number : ""} | ${index === 0 ? what : ""} | ${title.replace(/^pitfalls? [^:]*: /, "")} (${file}) | ${status} |`,
  );
});
console.log(["| | What goes wrong elsewhere | Test | |", "|---|---|---|---|", ...rows].join("\n"));
if (rows.some((row) => !row.endsWith("| passed |"))) process.exitCode = 1;
