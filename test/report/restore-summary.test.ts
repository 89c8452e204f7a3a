import { describe, expect, test } from "vitest";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";
import { restoreNames } from "../../actions/lib/domain/restore-names.ts";
import { restorePlan } from "../../actions/lib/domain/restore-plan.ts";
import type { RestoreRecord } from "../../actions/lib/domain/restore-record.ts";
import { drillSummary } from "../../actions/lib/report/restore-drill.ts";
import { restoreSummary } from "../../actions/lib/report/restore-summary.ts";

const links = { run: "https://github.com/mate-health/tenants/actions/runs/7" };
const now = new Date("2026-11-27T03:30:00Z");
const plan = restorePlan({
  ...{ operation: "op-r7", tenant: "hospital-a", environment: "production", kind: "dedicated", what: "both", now },
  at: new Date("2026-11-27T03:10:00Z"),
  source: { kind: "time", instance: "mate-hospital-a-production", at: "2026-11-27T03:10:00Z" },
  names: restoreNames("mate-hospital-a-production", now),
  files: { copy: 12, hide: 3, keep: 4_000, bytes: 5 * 1024 ** 3, archived: [] },
  findings: [],
  storageGib: 200,
});

const record: RestoreRecord = {
  ...{ operation: "op-r7", tenant: "hospital-a", environment: "production", kind: "dedicated", what: "database" },
  ...{ at: "2026-11-27T03:10:00.000Z", startedAt: now.toISOString(), startedBy: "alice", confirmedBy: "oscar" },
  runs: [links.run],
  state: "running",
  steps: [
    {
      step: "restore-beside",
      state: "done",
      startedAt: now.toISOString(),
      endedAt: "2026-11-27T03:52:00.000Z",
      attempt: 1,
    },
    {
      step: "verify",
      state: "failed",
      startedAt: "2026-11-27T03:52:00.000Z",
      endedAt: "2026-11-27T03:53:00.000Z",
      attempt: 1,
      note: "it cannot be read",
    },
  ],
  facts: {},
};

describe("a dry run", () => {
  test("says the moment, what is lost, how long it takes, how long the tenant is down, and every step", () => {
    const text = restoreSummary({ outcome: "planned", plan }, links);

    expect(text).toContain("back to **2026-11-27 03:10:00 UTC**");
    expect(text).toContain("in the last 20 min");
    expect(text).toMatch(/Takes\*\* about 1 h .*; the tenant is down for about \d+ min/);
    // A digit before a full stop is written as an entity, so that no list begins.
    expect(text).toContain("12 copied forward (&#53;.0 GiB), 3 hidden, 4,000 as they are");
    for (const { step } of plan.steps) expect(text).toContain(`\`${step}\``);
  });

  test("says the second: the minute of a wrong deletion holds what is lost and what is not", () => {
    const at = new Date("2026-11-27T04:09:27+01:00");
    const text = restoreSummary({ outcome: "planned", plan: { ...plan, at } }, links);

    expect(text).toContain("back to **2026-11-27 03:09:27 UTC**");
    expect(restoreSummary({ outcome: "carried-out", record: { ...record, at: at.toISOString() } }, links)).toContain(
      "database back to 2026-11-27 03:09:27 UTC",
    );
  });

  test("puts what stands in the way on top", () => {
    const refused = { ...plan, findings: [{ level: "refuse", text: "a migration runs" }] as const };

    expect(restoreSummary({ outcome: "planned", plan: refused }, links)).toMatch(
      /^### .*not possible like this\n\n> \[!CAUTION\]\n> - a migration runs/,
    );
  });
});

describe("an execution", () => {
  test("that stopped before the swap says why first, and how to go on or throw it away", () => {
    const failure = new OperatorError("restored-unreadable", "the running release cannot work with it");

    const text = restoreSummary({ outcome: "stopped", record, failure }, links);

    expect(text).toMatch(/^> \[!CAUTION\]\n> \*\*Stopped\*\*: the running release cannot work with it/);
    expect(text).toContain("Go on with mode `execute` and operation `op-r7`, or throw it away with `abort`.");
    expect(text).toContain("| `restore-beside` | done | 22 min |");
  });

  test("that is done says how to reverse it", () => {
    const swapped = { step: "rename-old", state: "done", startedAt: now.toISOString(), attempt: 1 } as const;
    const done: RestoreRecord = { ...record, state: "done", steps: [...record.steps, swapped] };

    expect(restoreSummary({ outcome: "carried-out", record: done }, links)).toContain(
      "Reverse it with mode `undo` and operation `op-r7`.",
    );
  });

  test("does not let a task's last words break out of their cell or ping anybody", () => {
    const hostile = {
      ...record,
      steps: record.steps.map((step) => ({ ...step, note: "| @everyone\n<!-- mate --> <script>" })),
    };

    const text = restoreSummary({ outcome: "carried-out", record: hostile }, links);

    expect(text).not.toContain("<!--");
    expect(text).not.toContain("<script>");
    expect(text).not.toMatch(/(^|[^\w`&;])@everyone/);
    expect(text.split("\n").filter((line) => line.startsWith("| `")).length).toBe(2);
  });
});

test("a list names the window, the snapshots and the restore that is not over", () => {
  const restorable = {
    ...{
      tenant: "hospital-a",
      instance: "mate-hospital-a-production",
      operations: ["op-r7", "op-r6"],
      holder: "op-r7",
    },
    window: { earliest: new Date("2026-11-01T00:00:12.345Z"), latest: now },
    snapshots: [{ id: "rds:mate-hospital-a-production-2026-11-27-02-14", at: now, kind: "automated" }],
  };

  const text = restoreSummary({ outcome: "listed", restorable }, links);

  expect(text).toContain("any second from 2026-11-01 00:00:13 UTC to 2026-11-27 03:30:00 UTC");
  expect(text).toContain("`rds:mate-hospital-a-production-2026-11-27-02-14`");
  expect(text).toContain("`op-r7` is not over");
});

test("a drill's page has RTO and RPO, or why the backup could not be proved", () => {
  const drill = {
    tenant: "hospital-a",
    operation: "op-r7",
    run: links.run,
    at: now.toISOString(),
    phases: { restore: 600_000 },
    earlier: [],
  };

  expect(
    drillSummary(
      { ...drill, outcome: "passed", restoredTo: now.toISOString(), rtoMinutes: 25.5, rpoMinutes: 3 },
      links,
    ),
  ).toMatch(/RTO\*\* 25 min 30 s[\s\S]*RPO\*\* 3 min/);
  expect(drillSummary({ ...drill, outcome: "failed", cause: "no tables" }, links)).toContain("> no tables");
});
