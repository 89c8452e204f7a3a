#!/usr/bin/env node
/**
 * Prints `passed failed skipped` as numbers in the first line, then what failed, a test and its message at a time: from the JSON results
 * of a test run that is over (`report-failures.ts results.json`).
 */
import { readFile } from "node:fs/promises";
import { root } from "./committed.ts";
import { testFailures } from "./test-failures.ts";
import type { TestResults } from "./test-results.ts";

const [given] = process.argv.slice(2);
if (given === undefined) throw new Error("name the file of results that vitest's JSON reporter wrote");
const results = JSON.parse(await readFile(given, "utf8")) as TestResults;
const { count, lines } = testFailures(results, root);
console.log([`${results.numPassedTests} ${count} ${results.numPendingTests}`, ...lines].join("\n"));
