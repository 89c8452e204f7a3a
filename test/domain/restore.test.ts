import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationPattern } from "../../actions/lib/domain/command/operation-id.ts";
import { nextToDrill } from "../../actions/lib/domain/restore-drill.ts";
import { type FileVersion, fileStep } from "../../actions/lib/domain/restore-files.ts";
import { restoreNames, restoreOperation, trialDatabaseNames } from "../../actions/lib/domain/restore-names.ts";
import { servingOutputs, withServing } from "../../actions/lib/domain/restore-outputs.ts";
import { restorePlan } from "../../actions/lib/domain/restore-plan.ts";
import { wantedPoint } from "../../actions/lib/domain/restore-point.ts";
import { restoreRecord } from "../../actions/lib/domain/restore-record.ts";
import { expectedMinutes, pointOfNoReturn, restoreSteps, undoSteps } from "../../actions/lib/domain/restore-steps.ts";
import { namePattern } from "../../actions/lib/domain/tenant-name.ts";

describe("the moment to go back to", () => {
  test.for<readonly [string, unknown]>([
    ["latest", { kind: "latest" }],
    ["2026-11-27T03:10:00Z", { kind: "time", at: new Date("2026-11-27T03:10:00Z") }],
    ["2026-11-27 04:10+01:00", { kind: "time", at: new Date("2026-11-27T03:10:00Z") }],
    [
      "rds:mate-hospital-a-production-2026-11-27-02-14",
      { kind: "snapshot", id: "rds:mate-hospital-a-production-2026-11-27-02-14" },
    ],
    ["awsbackup:job-0A1b", { kind: "snapshot", id: "awsbackup:job-0a1b" }],
  ])("%s is read", ([text, point]) => {
    expect(wantedPoint(text)).toEqual(point);
  });

  test.for([
    "2026-11-27T03:10:00",
    "2026-11-27",
    "yesterday 3 am",
    "",
    "2026-13-40T99:00:00Z",
    "2026-11-31T03:10:00Z",
    "2026-02-29T03:10:00+01:00",
    "2026-11-27T24:00:00Z",
    "snap--shot",
    "x".repeat(256),
  ])("%j is refused with what can be written", (text) => {
    expect(() => wantedPoint(text)).toThrow(/latest, a time such as .* or the id of a snapshot/);
  });
});

describe("one object of a bucket", () => {
  const version = fc.record({
    kind: fc.constantFrom("content" as const, "marker" as const),
    second: fc.integer({ min: 0, max: 20 }),
  });
  const history = fc.array(version, { minLength: 1, maxLength: 8 }).map((list) =>
    list
      .toSorted((a, b) => b.second - a.second)
      .map(
        ({ kind, second }, index): FileVersion => ({
          ...{ key: "a", version: String(index), kind, at: new Date(second * 1000) },
          ...{ bytes: kind === "content" ? index + 1 : 0, etag: String(index), storageClass: "STANDARD" },
        }),
      ),
  );

  /** What is seen at the top of a history: which content, or nothing. */
  function top(versions: readonly FileVersion[]): string {
    const [current] = versions;
    return current === undefined || current.kind === "marker" ? "nothing" : current.etag;
  }

  test("is seen afterwards as it was seen then, whatever happened to it, and doing it again does nothing", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: -1, max: 21 }), (versions, second) => {
        const at = new Date(second * 1000);
        const step = fileStep(versions, at);
        const wanted = top(versions.filter((one) => one.at.getTime() <= at.getTime()));
        const result = (): readonly FileVersion[] => {
          switch (step?.step) {
            case "copy":
              return [{ ...step.from, version: "new", at: new Date(100_000) }, ...versions];
            case "hide":
              return [
                {
                  key: "a",
                  version: "new",
                  kind: "marker",
                  at: new Date(100_000),
                  bytes: 0,
                  etag: "",
                  storageClass: "",
                },
                ...versions,
              ];
            default:
              return versions;
          }
        };
        expect(top(result())).toBe(wanted);
        expect(result().length).toBeGreaterThanOrEqual(versions.length);
        if (step?.step === "keep") expect(fileStep(versions, at)).toEqual(step);
      }),
    );
  });
});

describe("names", () => {
  const moment = new Date("2026-11-27T03:10:00Z");

  test("the longest stack's instances fit RDS and follow its rules", () => {
    const live = `mate-${"a".repeat(24)}-${"b".repeat(10)}`;
    for (const name of Object.values(restoreNames(live, moment))) {
      expect(name.length).toBeLessThanOrEqual(63);
      expect(name).toMatch(/^[a-z](-?[a-z0-9])*$/);
    }
  });

  test("the copy of a trial's database never has the name of another trial's", () => {
    const database = (tenant: string): string => `mate_${tenant.replaceAll("-", "_")}`;
    fc.assert(
      fc.property(fc.stringMatching(namePattern), (tenant) => {
        const { restored } = trialDatabaseNames(database(tenant), moment);
        const other = restored.replace(/^mate_/, "").replaceAll("_", "-");
        expect(database(other)).toBe(restored);
        expect(other).not.toMatch(namePattern);
      }),
    );
  });

  test("the longest trial's databases fit PostgreSQL", () => {
    for (const name of Object.values(trialDatabaseNames(`mate_${"a".repeat(24)}`, moment)))
      expect(name.length).toBeLessThanOrEqual(63);
  });

  test("an operation of a run is one that commands and overrides take", () => {
    expect(restoreOperation("12345678901")).toMatch(operationPattern);
    expect(restoreOperation("999999999999999")).toMatch(operationPattern);
    expect(() => restoreOperation("1; drop")).toThrow(RangeError);
  });
});

test("the secret of the database that serves is found through any number of restores and undos, and what the stack gives anew counts", () => {
  const first = withServing(undefined, { before: "a", now: "b" });
  const second = withServing(first, { before: "b", now: "c" });
  const undone = withServing(second, { before: "c", now: "b" });

  expect(servingOutputs({ DatabaseSecretArn: "a" }, first).DatabaseSecretArn).toBe("b");
  expect(servingOutputs({ DatabaseSecretArn: "a" }, second).DatabaseSecretArn).toBe("c");
  expect(servingOutputs({ DatabaseSecretArn: "a" }, undone).DatabaseSecretArn).toBe("b");
  expect(servingOutputs({ DatabaseSecretArn: "d" }, undone).DatabaseSecretArn).toBe("d");
  expect(
    servingOutputs({ DatabaseSecretArn: "a" }, withServing(first, { before: "b", now: "a" })).DatabaseSecretArn,
  ).toBe("a");
});

test("the tenant is down from its suspension on, and nothing that cannot be thrown away comes before", () => {
  for (const kind of ["dedicated", "shared"] as const) {
    const steps = restoreSteps("both", kind);
    expect(steps.indexOf("suspend")).toBeLessThan(steps.indexOf(pointOfNoReturn[kind]));
    expect(steps.indexOf("verify")).toBeLessThan(steps.indexOf("suspend"));
    expect(steps.indexOf("restore-files")).toBeGreaterThan(steps.indexOf(pointOfNoReturn[kind]));
    expect(undoSteps({ kind, steps: [] })[0]).toBe("undo-suspend");
  }
});

test.for(["dedicated", "shared"] as const)(
  "files that come back with a %s database come back while the tenant is down",
  (kind) => {
    const plan = restorePlan({
      ...{ operation: "op-r1", tenant: "clinic-x", environment: "production", kind, what: "both", findings: [] },
      ...{
        at: new Date(0),
        now: new Date(0),
        storageGib: 50,
        names: restoreNames("mate-clinic-x-production", new Date(0)),
      },
    });
    const [first, last] = ["suspend", "resume"].map((name) => plan.steps.findIndex(({ step }) => step === name));
    const between = plan.steps.slice(first, (last ?? 0) + 1);

    expect(between.filter(({ down }) => !down)).toEqual([]);
    expect(plan.minutes.down).toBe(between.reduce((sum, { minutes }) => sum + minutes, 0));
  },
);

test("files alone come back under a tenant that runs", () => {
  expect(expectedMinutes(restoreSteps("files", "dedicated"), 50).down).toBe(0);
});

test("the next drill is a lost one, then one that never was, then the oldest; one that runs is left alone", () => {
  const now = new Date("2026-11-27T12:00:00Z");
  const drill = (outcome: "running" | "passed" | "failed", at: string) => ({ outcome, at });
  const last = new Map([
    ["a", drill("passed", "2026-11-01T00:00:00Z")],
    ["b", drill("failed", "2026-10-01T00:00:00Z")],
    ["c", drill("running", "2026-11-27T01:00:00Z")],
    ["d", drill("running", "2026-11-27T11:00:00Z")],
  ]);

  expect(nextToDrill(["a", "b", "c", "d", "e"], last, now)).toBe("c");
  expect(nextToDrill(["a", "b", "d", "e"], last, now)).toBe("e");
  expect(nextToDrill(["a", "b", "d"], last, now)).toBe("b");
  expect(nextToDrill(["d"], last, now)).toBeUndefined();
});

test("a record of another form is not taken for one", () => {
  expect(restoreRecord.safeParse({ operation: "op-r1", tenant: "hospital-a" }).success).toBe(false);
});
