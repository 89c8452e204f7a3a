import { expect, test } from "vitest";
import { migrationNames, migrationSet, type SourceEntry } from "../../actions/lib/domain/migration-set.ts";

const release: readonly SourceEntry[] = [
  { path: "manage.py", object: "1" },
  { path: "requirements.txt", object: "2" },
  { path: "appointments/migrations/__init__.py", object: "3" },
  { path: "appointments/migrations/0002_state.py", object: "4" },
  { path: "appointments/migrations/0001_initial.py", object: "5" },
  { path: "appointments/models.py", object: "6" },
];

test("lists the migrations of every app, sorted, wherever the app lies", () => {
  const entries = [...release, { path: "src/billing/migrations/0001_initial.py", object: "7" }];
  expect(migrationNames(entries)).toEqual([
    "appointments/0001_initial",
    "appointments/0002_state",
    "billing/0001_initial",
  ]);
});

test.for([
  ["other code", (entry: SourceEntry) => (entry.path === "appointments/models.py" ? { ...entry, object: "x" } : entry)],
  ["an edited migration", (entry: SourceEntry) => (entry.object === "5" ? { ...entry, object: "x" } : entry)],
] as const)("%s leaves nothing to migrate", ([, change]) => {
  expect(migrationSet(release.map(change))).toBe(migrationSet(release));
});

test("the order in which files are listed does not matter", () => {
  expect(migrationSet(release.toReversed())).toBe(migrationSet(release));
});

test("a new migration is something to migrate", () => {
  const entries = [...release, { path: "appointments/migrations/0003_room.py", object: "7" }];
  expect(migrationSet(entries)).not.toBe(migrationSet(release));
});

test("a migration that somebody named without a number is one as well", () => {
  const entries = [...release, { path: "appointments/migrations/merge_wards.py", object: "7" }];
  expect(migrationNames(entries)).toContain("appointments/merge_wards");
  expect(migrationSet(entries)).not.toBe(migrationSet(release));
});

test("a changed requirement may bring migrations of its own", () => {
  const entries = release.map((entry) => (entry.path === "requirements.txt" ? { ...entry, object: "x" } : entry));
  expect(migrationSet(entries)).not.toBe(migrationSet(release));
});

test.for([
  "requirements/base.txt",
  "constraints.txt",
  "poetry.lock",
  "uv.lock",
  "pdm.lock",
  "Pipfile.lock",
  "pylock.toml",
  "api/pylock.web.toml",
])("%s pins requirements", (path) => {
  const pinned = (object: string) => migrationSet([...release, { path, object }]);
  expect(pinned("a")).not.toBe(pinned("b"));
});

test("a source without migrations has no set", () => {
  expect(migrationSet([{ path: "migrations/readme.md", object: "1" }])).toBeUndefined();
});
