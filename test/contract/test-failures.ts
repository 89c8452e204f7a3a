/** What failed in a test run: said at the end of a long log, of which often only the end is kept. */
import { stripVTControlCharacters } from "node:util";
import type { FileResult, TestResults } from "./test-results.ts";

/** Of a message that is longer, the rest is where the test failed, higher up in the log. */
const shownLines = 12;

export interface Failures {
  /** Tests that failed, and files that failed without one. */
  readonly count: number;
  /** Each with its file, its name and the beginning of what was said. */
  readonly lines: readonly string[];
}

/**
 * @param root of the repository with a slash at its end; paths are shown from there
 */
export function testFailures({ testResults }: TestResults, root: string): Failures {
  const failed = testResults.flatMap((file) => failuresOf(file));
  return {
    count: failed.length,
    lines: failed.flatMap(({ file, test, message }) => {
      const name = [file.startsWith(root) ? file.slice(root.length) : file, ...test].join(" › ");
      const said = stripVTControlCharacters(message).trim().split("\n");
      const ours = said.filter((line) => !/^\s+at .*(node_modules|\(<anonymous>\)|node:)/.test(line));
      return [`- ${name}`, ...ours.slice(0, shownLines).map((line) => `    ${line}`.trimEnd())];
    }),
  };
}

interface Failure {
  readonly file: string;
  readonly test: readonly string[];
  readonly message: string;
}

function failuresOf({ name, status, message, assertionResults }: FileResult): readonly Failure[] {
  const tests = assertionResults
    .filter((test) => test.status === "failed")
    .map(({ ancestorTitles, title, failureMessages }) => ({
      file: name,
      test: [...ancestorTitles, title],
      message: failureMessages?.at(-1) ?? "no message",
    }));
  return status === "failed" && tests.length === 0 ? [{ file: name, test: [], message }] : tests;
}
