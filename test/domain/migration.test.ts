import { describe, expect, test } from "vitest";
import {
  contractsPassed,
  type MigrationRecord,
  nextMigration,
  releasesInDatabase,
} from "../../actions/lib/domain/migration.ts";
import { contractMigrations } from "../../actions/lib/domain/migration-set.ts";

const record: MigrationRecord = {
  set: "new",
  release: "v1.5.0",
  attempt: 3,
  state: "done",
  at: "2026-11-27T00:00:00Z",
  writer: "w",
};

describe("what a database needs", () => {
  test.for([
    ["nothing was ever migrated", undefined, { kind: "start", attempt: 1 }],
    ["the same migrations are there", record, { kind: "done" }],
    ["other migrations are there", { ...record, set: "old" }, { kind: "start", attempt: 4 }],
    ["the last try failed and somebody asks again", { ...record, state: "failed" }, { kind: "start", attempt: 4 }],
    ["a task runs", { ...record, state: "running", task: "t" }, { kind: "attach", attempt: 3, task: "t" }],
    ["a start is recorded and no task", { ...record, state: "starting" }, { kind: "attach", attempt: 3 }],
    [
      "another release's task runs: two never run against one database",
      { ...record, set: "old", state: "running", task: "t" },
      { kind: "attach", attempt: 3, task: "t" },
    ],
  ] as const)("%s", ([, known, step]) => {
    expect(nextMigration(known as MigrationRecord | undefined, "new")).toEqual(step);
  });
});

describe("going back", () => {
  const done = { set: "old", release: "v1.4.0" };

  test.for([
    ["a success", record, ["v1.5.0"]],
    [
      "a failure after a success: both may be there",
      { ...record, state: "failed", ran: true, done },
      ["v1.4.0", "v1.5.0"],
    ],
    ["a failure of which nothing ran", { ...record, state: "failed", ran: false, done }, ["v1.4.0"]],
    ["nothing", undefined, []],
  ] as const)("%s leaves these releases in the database", ([, known, releases]) => {
    expect(releasesInDatabase(known as MigrationRecord | undefined)).toEqual(releases);
  });

  test("is refused over a contract migration that the wanted release does not know", () => {
    const contract = ["wards/0007_contract_drop_bed", "wards/0009_contract"];

    expect(contractsPassed(contract, ["wards/0007_contract_drop_bed"])).toEqual(["wards/0009_contract"]);
    expect(contractsPassed(contract, contract)).toEqual([]);
  });

  test("a contract migration is one that says so in its name", () => {
    const paths = [
      "mate/wards/migrations/0007_contract_drop_bed.py",
      "mate/wards/migrations/0008_contractor.py",
      "mate/wards/migrations/0009_contract.py",
      "mate/contract/migrations/0001_initial.py",
    ];

    expect(contractMigrations(paths.map((path) => ({ path, object: "1" })))).toEqual([
      "wards/0007_contract_drop_bed",
      "wards/0009_contract",
    ]);
  });
});
