/** The table of pitfalls: number → test → verdict, from the results of a test run. */
import { numbersIn, pitfalls } from "./pitfalls.ts";
import type { FileResult } from "./test-results.ts";

export interface PitfallTable {
  readonly lines: readonly string[];
  /** Every pitfall has a test, and every one passed. */
  readonly allPassed: boolean;
}

/**
 * @param files of the test run
 * @param root of the repository with a slash at its end; paths are shown from there
 */
export function pitfallTable(
  files: readonly Pick<FileResult, "name" | "assertionResults">[],
  root: string,
): PitfallTable {
  const ran = files.flatMap(({ name: file, assertionResults }) =>
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
