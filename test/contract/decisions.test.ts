import { describe, expect, test } from "vitest";
import { repositoryFiles, textOf } from "./committed.ts";

const records = repositoryFiles().filter((path) => path.startsWith(".github/decisions/"));

test("decisions are numbered from 0001 without gaps", () => {
  const numbers = records.map((path) => /^\.github\/decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1] ?? path);
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, "0")));
});

describe.for(records.map((path) => ({ path, lines: textOf(path).trimEnd().split("\n") })))(
  "$path",
  ({ path, lines }) => {
    const number = path.split("/").at(-1)?.slice(0, 4);

    test("has its number in its title, a date and a status", () => {
      expect(lines[0]).toMatch(new RegExp(`^# ${number} \\S`));
      expect(lines.filter((line) => /^Date: 20\d\d-[01]\d-[0-3]\d$/.test(line))).toHaveLength(1);
      expect(lines.filter((line) => /^Status: (proposed|accepted|superseded by \d{4})$/.test(line))).toHaveLength(1);
    });

    test("says context, decision and consequences, in that order and on one page", () => {
      expect(lines.filter((line) => line.startsWith("## "))).toEqual(["## Context", "## Decision", "## Consequences"]);
      const sections = lines.join("\n").split(/^## /m).slice(1);
      expect(sections.filter((section) => section.split("\n").slice(1).join("").trim() === "")).toEqual([]);
      expect(lines.length).toBeLessThanOrEqual(60);
    });

    test("names only other decisions that exist", () => {
      const named = [...lines.join("\n").matchAll(/\b(?:decision|superseded by) (\d{4})\b/g)].map(([, other]) => other);
      const known = records.map((record) => record.split("/").at(-1)?.slice(0, 4));
      expect(named.filter((other) => !known.includes(other))).toEqual([]);
    });
  },
);
