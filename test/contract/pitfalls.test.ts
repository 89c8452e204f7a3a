import { expect, test } from "vitest";
import { numbersIn, pitfalls, pitfallTests } from "./pitfalls.ts";

const found = pitfallTests();

test.for(Object.entries(pitfalls))("%s (%s) has a test that names it", ([number]) => {
  expect(found.filter((one) => one.number === number)).not.toEqual([]);
});

test("no test names a pitfall of stacks that is not in the list", () => {
  // 3.25 to 3.62 are about services, tasks and images; their tests name them too.
  const strange = found.filter(({ number }) => pitfalls[number] === undefined && Number(number.slice(2)) < 25);

  expect(strange).toEqual([]);
});

test.for([
  ["pitfall 3.7: it hangs", ["3.7"]],
  ["pitfalls 3.16 and 3.17: they fight", ["3.16", "3.17"]],
  ["the rest of 3.7 is no name", []],
] as const)("%s names %s", ([name, numbers]) => {
  expect(numbersIn(name)).toEqual(numbers);
});
