import fc from "fast-check";
import { expect, test } from "vitest";
import { contrast, differences } from "../../actions/lib/report/value-diff.ts";

const change = (before: unknown, after: unknown) =>
  differences({ path: "/Properties/Policy", before: JSON.stringify(before), after: JSON.stringify(after) });

test("only leaves that differ are told, with the path to each", () => {
  expect(change({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1, c: 4 }, e: true })).toEqual([
    { path: "Policy.a.c", before: "2", after: "4" },
    { path: "Policy.d", before: "3" },
    { path: "Policy.e", after: "true" },
  ]);
});

test("elements with a name are found wherever they moved to", () => {
  expect(
    change(
      [
        { Name: "A", Value: "1" },
        { Name: "B", Value: "2" },
      ],
      [
        { Name: "B", Value: "3" },
        { Name: "A", Value: "1" },
      ],
    ),
  ).toEqual([{ path: "Policy.B.Value", before: "2", after: "3" }]);
});

test("of a list of plain values, what came and what went", () => {
  expect(change({ Action: ["s3:Get", "s3:List"] }, { Action: ["s3:List", "s3:Put"] })).toEqual([
    { path: "Policy.Action", before: "s3:Get" },
    { path: "Policy.Action", after: "s3:Put" },
  ]);
});

test("elements of one name twice are told by their place", () => {
  expect(
    change(
      [
        { Key: "a", V: 1 },
        { Key: "a", V: 2 },
      ],
      [
        { Key: "a", V: 1 },
        { Key: "a", V: 3 },
      ],
    ),
  ).toEqual([{ path: "Policy.1.V", before: "2", after: "3" }]);
});

test("what differs only in its writing is still shown", () => {
  expect(differences({ path: "/Properties/P", before: '{"a": 1}', after: '{"a":1}' })).toEqual([
    { path: "P", before: '{"a": 1}', after: '{"a":1}' },
  ]);
});

test("text that only looks like JSON is text", () => {
  expect(differences({ path: "/Properties/P", before: "[x", after: "{y" })).toEqual([
    { path: "P", before: "[x", after: "{y" },
  ]);
});

test("two different values always have a difference", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const [from, to] = [JSON.stringify(before), JSON.stringify(after)];
      const found = differences({ path: "/Properties/P", before: from, after: to });
      expect(found.every((difference) => difference.before !== difference.after) || from === to).toBe(true);
      if (from !== to) expect(found.length).toBeGreaterThan(0);
    }),
  );
});

test("long texts are cut to where they differ", () => {
  const [start, end] = ["s".repeat(100), "e".repeat(100)];
  expect(contrast(`${start}OLD${end}`, `${start}NEW${end}`)).toEqual({
    before: `…${"s".repeat(24)}OLD${"e".repeat(24)}…`,
    after: `…${"s".repeat(24)}NEW${"e".repeat(24)}…`,
  });
});
