import { expect, test } from "vitest";
import { testFailures } from "./test-failures.ts";
import type { AssertionResult, FileResult } from "./test-results.ts";

const passed: AssertionResult = { ancestorTitles: [], title: "a wave waits for the one before it", status: "passed" };

function failuresOf(...testResults: readonly FileResult[]): ReturnType<typeof testFailures> {
  return testFailures({ numPassedTests: 1, numFailedTests: 1, numPendingTests: 0, testResults }, "/top/");
}

test("a test that failed is named with its file, its group and what its last try said, without colours and the runner's own lines", () => {
  const failures = failuresOf({
    ...{ name: "/top/test/engine/roll.test.ts", status: "failed", message: "" },
    assertionResults: [
      passed,
      {
        ...{ ancestorTitles: ["a release"], title: "rolls", status: "failed" },
        failureMessages: [
          "first try",
          "AssertionError: \u001b[31mexpected 3\u001b[39m\n    at roll.test.ts:7:3\n    at file:///top/node_modules/vitest/run.js:9:1",
        ],
      },
    ],
  });

  expect(failures).toEqual({
    count: 1,
    lines: [
      "- test/engine/roll.test.ts › a release › rolls",
      "    AssertionError: expected 3",
      "        at roll.test.ts:7:3",
    ],
  });
});

test("a file that could not be loaded counts as one failure, and says why", () => {
  const failures = failuresOf({
    ...{ name: "/top/test/a.test.ts", status: "failed", message: "SyntaxError: missing )" },
    assertionResults: [],
  });

  expect(failures).toEqual({ count: 1, lines: ["- test/a.test.ts", "    SyntaxError: missing )"] });
});

test("of a long message the beginning is said", () => {
  const failureMessages = [Array.from({ length: 100 }, (_, line) => `line ${line}`).join("\n")];
  const failures = failuresOf({
    ...{ name: "/top/test/a.test.ts", status: "failed", message: "" },
    assertionResults: [{ ancestorTitles: [], title: "fails", status: "failed", failureMessages }],
  });

  expect(failures.lines.slice(0, 2)).toEqual(["- test/a.test.ts › fails", "    line 0"]);
  expect(failures.lines.length).toBeLessThan(20);
});

test("of a run in which all passed nothing is said", () => {
  expect(
    failuresOf({ name: "/top/test/a.test.ts", status: "passed", message: "", assertionResults: [passed] }),
  ).toEqual({ count: 0, lines: [] });
});
