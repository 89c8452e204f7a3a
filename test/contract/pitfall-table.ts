/** The table of pitfalls: number → test → verdict, from the results of a test run. */
import { numbersIn, pitfalls } from "./pitfalls.ts";

/** What vitest's JSON reporter writes, as far as the table needs it. */
export interface TestResults {
  readonly testResults: readonly {
    /** Path of the test file, absolute. */
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

export interface PitfallTable {
  readonly lines: readonly string[];
  /** Every pitfall has a test, and every one passed. */
  readonly allPassed: boolean;
}

/**
 * @param root of the repository with a slash at its end; paths are shown from there
 */
export function pitfallTable({ testResults }: TestResults, root: string): PitfallTable {
  const ran = testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.flatMap(({ ancestorTitles, title, status }) => {
      const names = [...ancestorTitles, title];
      return [...new Set(names.flatMap(numbersIn))].map((number) => {
        const path = names.map((one) => one.replace(/^pitfalls? [^:]*: /, "")).join(" › ");
        return { number, status, test: `${path} (${file.slice(root.length)})` };
      });
    }),
  );
  const rows = Object.entries(pitfalls).flatMap(([number, what]) => {
    const tests = ran.filter((one) => one.number === number);
    if (tests.length === 0) return [{ number, what, test: "none", verdict: "missing" }];
    return tests.map(({ test, status }, index) => ({
      ...(index === 0 ? { number, what } : { number: "", what: "" }),
      ...{ test, verdict: status === "passed" ? "pass" : status },
    }));
  });
  return {
    lines: [
      "| | What goes wrong elsewhere | Test | |",
      "|---|---|---|---|",
      ...rows.map(({ number, what, test, verdict }) => `| ${number} | ${what} | ${inCell(test)} | ${verdict} |`),
    ],
    allPassed: rows.every(({ verdict }) => verdict === "pass"),
  };
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
