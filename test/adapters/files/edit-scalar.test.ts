import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { editScalar } from "../../../actions/lib/adapters/files/edit-scalar.ts";
import { parseYaml } from "../../../actions/lib/adapters/files/parse-yaml.ts";
import type { Scalar } from "../../../actions/lib/adapters/files/scalar-text.ts";
import { readValue } from "../../../actions/lib/adapters/files/yaml-node.ts";
import type { Path } from "../../../actions/lib/domain/schema.ts";

const hospital = readFileSync(new URL("../../../tenants/hospital-a.yml", import.meta.url), "utf8");

const value = (text: string): unknown => {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return readValue(parsed.root);
};

/** What `diff` would print without its context. */
function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  let from = 0;
  while (from < old.length && old[from] === now[from]) from++;
  let back = 0;
  while (back < Math.min(old.length, now.length) - from && old.at(-1 - back) === now.at(-1 - back)) back++;
  return [
    ...old.slice(from, old.length - back).map((line) => `-${line}`),
    ...now.slice(from, now.length - back).map((line) => `+${line}`),
  ];
}

test("scaling changes one number on one line", () => {
  expect(changedLines(hospital, editScalar(hospital, ["services", "django", "count", "min"], 5))).toEqual([
    "-  django: { count: { min: 4, max: 10 }, cpu: 1024, memory: 2048 }",
    "+  django: { count: { min: 5, max: 10 }, cpu: 1024, memory: 2048 }",
  ]);
});

test("suspending a tenant that says nothing of its state adds one line", () => {
  expect(changedLines(hospital, editScalar(hospital, ["state"], "suspended"))).toEqual(["+state: suspended"]);
});

test("a key of a service that is not mentioned is added below the other services", () => {
  expect(changedLines(hospital, editScalar(hospital, ["services", "beat", "cpu"], 512))).toEqual([
    "+  beat:",
    "+    cpu: 512",
  ]);
});

test.for([
  ["a key without a value", "a:\nb: 1\n", ["a"], 2, "a: 2\nb: 1\n"],
  ["below a key without a value", "a: # c\nb: 1\n", ["a", "b", "c"], 2, "a: { b: { c: 2 } } # c\nb: 1\n"],
  ["an empty flow mapping", "a: {}", ["a", "b"], true, "a: { b: true }"],
  [
    "a flow mapping over lines",
    "a: {\n  b: 1, # one\n  c: 2 # two }\n  }\n",
    ["a", "d"],
    3,
    "a: {\n  b: 1, # one\n  c: 2, d: 3 # two }\n  }\n",
  ],
  ["a comment behind", "a: 1   # why\n", ["a"], 22, "a: 22   # why\n"],
  ["single quotes", "a: 'x'\n", ["a"], "it's", "a: 'it''s'\n"],
  ["double quotes", 'a: "x"\n', ["a"], 'say "hi"', 'a: "say \\"hi\\""\n'],
  ["a text that looks like a number", "a: x\n", ["a"], "17.10", 'a: "17.10"\n'],
  ["a text that looks like a comment", "a: x\n", ["a"], "x # y", 'a: "x # y"\n'],
  ["several lines", "a: |\n  x\n  y\nb: 1\n", ["a"], "z", "a: z\nb: 1\n"],
  ["Windows line ends", "a: 1\r\nb:\r\n  c: 1\r\n", ["b", "d"], 2, "a: 1\r\nb:\r\n  c: 1\r\n  d: 2\r\n"],
  ["no line end at all", "a: 1", ["b"], 2, "a: 1\nb: 2\n"],
  ["an item of a list", "l:\n- a: 1 # one\n- a: 2\n", ["l", 0, "b"], 3, "l:\n- a: 1 # one\n  b: 3\n- a: 2\n"],
  ["a key that needs quotes", "t: { a: b }\n", ["t", "k: v"], "w", 't: { a: b, "k: v": w }\n'],
] as const)("edits next to %s", ([, before, path, to, after]) => {
  expect(editScalar(before, path, to)).toBe(after);
});

test.for([
  [["services", "django", "count"], "services.django.count is a mapping, not a single value; name one inside it"],
  [["name", "first"], 'name is "hospital-a", so first cannot be set inside it; change name by hand'],
  [["allowDestruction", 0, "reason"], "the file has no item allowDestruction; only keys can be added, not list items"],
] as const)("refuses to change %j and says why", ([path, why]) => {
  expect(() => editScalar(hospital, path, 1)).toThrow(why);
});

test("refuses a file that is not valid YAML", () => {
  expect(() => editScalar("a: [", ["b"], 1)).toThrow("the file cannot be edited: not valid YAML");
});

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom(
    "null",
    "~",
    "yes",
    "0x1f",
    "-",
    "- a",
    "a: b",
    "#",
    " a",
    "a ",
    "'",
    '"',
    "\n",
    "a\nb",
    "\u0085",
    "\u2028",
    "\ufeff",
    "{",
    "%",
    "---",
    "...",
  ),
);

/** A leaf of the example, or a key it does not have yet below one of its mappings. */
const place: fc.Arbitrary<Path> = fc.oneof(
  fc.constantFrom<Path>(
    ["name"],
    ["sso", "metadataUrl"],
    ["services", "django", "count", "max"],
    ["services", "celery", "spot"],
    ["database", "allocatedStorageGib"],
    ["tags", "cost-center"],
  ),
  fc
    .tuple(
      fc.constantFrom<Path>(
        [],
        ["sso"],
        ["services"],
        ["services", "django"],
        ["services", "django", "count"],
        ["database"],
        ["tags"],
      ),
      fc.array(
        fc.string({ minLength: 1, maxLength: 8 }).map((key) => `k${key}`),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([above, below]) => [...above, ...below]),
);

test("any value at any place: reads back as asked, every other value and every comment as before", () => {
  fc.assert(
    fc.property(place, scalar, (path, to) => {
      const edited = editScalar(hospital, path, to);
      const expected = structuredClone(value(hospital)) as Record<string, unknown>;
      let at = expected;
      for (const step of path.slice(0, -1)) {
        at[step] ??= {};
        at = at[step] as Record<string, unknown>;
      }
      at[String(path.at(-1))] = to;
      expect(value(edited)).toEqual(expected);
      const comments = (text: string): readonly string[] =>
        text.split("\n").filter((line) => line.trimStart().startsWith("#"));
      expect(comments(edited)).toEqual(comments(hospital));
      const gone = changedLines(hospital, edited).filter((line) => line.startsWith("-"));
      expect(gone.length).toBeLessThanOrEqual(1);
      expect(editScalar(edited, path, to)).toBe(edited);
    }),
    { numRuns: 1500 },
  );
});
