import { describe, expect, test } from "vitest";
import { pitfallTable } from "./pitfall-table.ts";
import { numbersIn, pitfalls, pitfallTests } from "./pitfalls.ts";

const found = pitfallTests();

test.for(Object.entries(pitfalls))("%s (%s) has a test that names it", ([number]) => {
  expect(found.filter((one) => one.number === number)).not.toEqual([]);
});

test("no test names a pitfall that is not in the list", () => {
  const strange = found.filter(({ number }) => pitfalls[number] === undefined);

  expect(strange).toEqual([]);
});

test.for([
  ["pitfall 3.7: it hangs", ["3.7"]],
  ["pitfalls 3.16 and 3.17: they fight", ["3.16", "3.17"]],
  ["the rest of 3.7 is no name", []],
] as const)("%s names %s", ([name, numbers]) => {
  expect(numbersIn(name)).toEqual(numbers);
});

describe("the table of a test run", () => {
  const run = (status: string, left: readonly string[] = []) => {
    const numbers = Object.keys(pitfalls).filter((number) => !left.includes(number));
    const assertionResults = numbers.map((number) => ({
      ancestorTitles: ["a group"],
      title: `pitfall ${number}: a | b`,
      status,
    }));
    return pitfallTable([{ name: "/top/test/a.test.ts", assertionResults }], "/top/");
  };

  test("says number, test and pass for every pitfall", () => {
    const { lines, allPassed } = run("passed");

    expect(lines).toHaveLength(2 + Object.keys(pitfalls).length);
    expect(lines[2]).toBe(
      "| 3.1 | a change set described with values silently drops changes | a group › a \\| b (test/a.test.ts) | pass |",
    );
    expect(allPassed).toBe(true);
  });

  test.for([
    ["a test that failed", () => run("failed"), "failed"],
    ["a test that was skipped", () => run("skipped"), "skipped"],
    ["a pitfall without a test", () => run("passed", ["3.7"]), "missing"],
  ] as const)("tells %s", ([, table, verdict]) => {
    expect(table().allPassed).toBe(false);
    expect(table().lines.some((line) => line.endsWith(`| ${verdict} |`))).toBe(true);
  });
});
