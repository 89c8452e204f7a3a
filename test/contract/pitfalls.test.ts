import { expect, test } from "vitest";
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
