import { expect, test } from "vitest";
import { historyLine, journalPrefixes, newestEntries } from "../../actions/lib/domain/fleet-history.ts";

test("at the turn of the year the last month is that of the year before", () => {
  expect(journalPrefixes(new Date("2027-01-31T23:00:00Z"))).toEqual(["journal/2026/12/", "journal/2027/01/"]);
  expect(journalPrefixes(new Date("2026-03-31T00:00:00Z"))).toEqual(["journal/2026/02/", "journal/2026/03/"]);
});

test("entries go to the tenant with the longest name that fits, newest first, so many of each", () => {
  const keys = [
    "journal/2026/11/01/deploy-1-1-a-b.json",
    "journal/2026/11/02/deploy-2-1-b.json",
    "journal/2026/11/03/deploy-3-1-a-b.json",
    "journal/2026/11/04/op-1b3c-a-b.json",
    "journal/2026/11/04/op-1b3c-nobody.json",
  ];
  expect(newestEntries(keys, ["b", "a-b"], 2)).toEqual(
    new Map([
      ["a-b", ["journal/2026/11/04/op-1b3c-a-b.json", "journal/2026/11/03/deploy-3-1-a-b.json"]],
      ["b", ["journal/2026/11/02/deploy-2-1-b.json"]],
    ]),
  );
});

test("of a day with more than that all are looked at, because a key does not say which came last", () => {
  const day = (id: string): string => `journal/2026/11/04/${id}-a.json`;
  const keys = ["journal/2026/11/03/op-0-a.json", day("deploy-9-1"), day("op-1"), day("op-2"), day("op-3")];

  expect(newestEntries(keys, ["a"], 2).get("a")).toEqual(["op-3", "op-2", "op-1", "deploy-9-1"].map(day));
});

test("an entry of another form is left out instead of breaking the page", () => {
  const entry = {
    operation: "op-1",
    verb: "scale",
    tenant: "a",
    at: "2026-11-04T10:00:00Z",
    outcome: "changed",
    more: 1,
  };
  expect(historyLine({ ...entry, confirmedBy: "bo", pull: 41 })).toMatchObject({ confirmedBy: "bo", pull: 41 });
  expect(historyLine(entry)).toEqual({
    ...{ id: "op-1", verb: "scale", tenant: "a", actor: "unknown", outcome: "changed" },
    at: "2026-11-04T10:00:00.000Z",
  });
  for (const other of [undefined, null, "text", {}, { ...entry, at: "yesterday" }])
    expect(historyLine(other)).toBeUndefined();
});
