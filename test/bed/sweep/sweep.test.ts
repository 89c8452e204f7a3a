/** A sample of the kill sweep; `scripts/bench sweep` tries every point. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences, outcomeOf } from "./footprint.ts";
import { isWrite } from "./gate.ts";
import { type Aftermath, kindsOfWrites } from "./kill-points.ts";
import { plainText } from "./plain-text.ts";
import { sample } from "./sample.ts";
import { scenarios } from "./scenarios.ts";
import { sweep } from "./sweep.ts";
import { openSweepStage, type SweepStage } from "./sweep-stage.ts";

/** Scenario, what becomes of the run that was killed, and at how many of its calls. */
const sampled: readonly (readonly [string, Aftermath, number])[] = [
  ["new-tenant", "machine-lost", 3],
  ["release", "job-goes-on", 3],
  ["scale", "machine-lost", 3],
  ["timed-scale", "job-goes-on", 2],
  ["suspend", "machine-lost", 3],
  ["cancel", "job-goes-on", 2],
  ["resume", "machine-lost", 3],
  ["restart", "job-goes-on", 2],
  ["migrate", "machine-lost", 2],
  ["rollback", "job-goes-on", 3],
  ["retry", "machine-lost", 2],
  ["unlock", "job-goes-on", 2],
  ["restore", "machine-lost", 3],
  ["undo", "machine-lost", 2],
];

describe("an action whose process is killed, and the next one", () => {
  let stage: SweepStage;
  beforeAll(async () => {
    stage = await openSweepStage();
  }, 120_000);
  afterAll(() => stage?.stop());

  test.for(sampled)(
    "%s, %s: ends as an undisturbed one does",
    { timeout: 240_000 },
    async ([name, aftermath, count]) => {
      const scenario = scenarios[name]?.(stage);
      if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
      const tries = { sample: count, seed: "with every run of the tests" };
      const report = await sweep({ scenario, aftermath, tries, atOnce: 3, say: () => {} });

      expect(report.tried).toBe(count);
      // One that looks less often this time is through before its point comes; no point at all would show nothing.
      expect(report.missed).toBeLessThan(report.tried);
      expect(report.divergences).toEqual([]);
    },
  );

  test("every scenario is sampled", () => {
    expect(sampled.map(([name]) => name).toSorted()).toEqual(Object.keys(scenarios).toSorted());
  });
});

test("a difference is seen: another state, something done twice, something missing", () => {
  const wanted = { services: ["django 1/1"], deployments: ["django SUCCESSFUL"], settled: ["settled"] };
  const found = { services: ["django 0/1"], deployments: ["django SUCCESSFUL", "django SUCCESSFUL"], settled: [] };
  expect(differences(wanted, wanted)).toEqual([]);
  expect(differences(wanted, found)).toEqual([
    "services: -django 1/1 +django 0/1",
    "deployments: 1 → 2: django SUCCESSFUL, django SUCCESSFUL",
    "settled: -settled",
  ]);
});

test("a task's id is an id, whatever digits are in it; a snapshot's name has its moment taken out", () => {
  const subject = { tenant: "undo-7", release: "r1" };
  const text = "task/mate-production/95918db79cc12345678901234ffe4fcd mate-undo-7-production-before-20261127074500";
  expect(plainText(text, subject)).toBe("task/mate-production/ID mate-TENANT-production-before-MOMENT");
});

test("what happened before an act is not counted as its own, what it did twice is", () => {
  const state = { services: ["django 1/1"] };
  const before = { deployments: ["django SUCCESSFUL"], tries: [] };
  const after = { state, history: { deployments: ["django SUCCESSFUL", "django SUCCESSFUL"], tries: ["try", "try"] } };
  expect(outcomeOf(before, after)).toEqual({ ...state, deployments: ["django SUCCESSFUL"], tries: ["try", "try"] });
});

test("of the call log counts which kinds of calls had an effect, in whichever of the runs", () => {
  const killed = new Map([
    ["act", [{ name: "ecs:DescribeServices" }, { name: "s3:PUT leases" }, { name: "ecs:UpdateService", lost: true }]],
  ] as const);
  const next = new Map([["act", [{ name: "s3:PUT leases" }, { name: "s3:PUT journal" }]]]);
  expect(kindsOfWrites([killed, next])).toEqual(["s3:PUT journal", "s3:PUT leases"]);
});

test("a seed chooses the same points again, another seed others, and never more than there are", () => {
  const points = Array.from({ length: 100 }, (_, index) => index);
  const chosen = sample(points, 10, "4711");
  expect(chosen).toHaveLength(10);
  expect(chosen).toEqual(chosen.toSorted((one, other) => one - other));
  expect(sample(points, 10, "4711")).toEqual(chosen);
  expect(sample(points, 10, "4712")).not.toEqual(chosen);
  expect(sample(points, 1000, "4711")).toEqual(points);
});

test.for([
  ["ecs:RunTask", true],
  ["s3:PUT journal", true],
  ["github:POST /deployments", true],
  ["application-autoscaling:RegisterScalableTarget", true],
  ["s3:DELETE settled", true],
  ["ecs:DescribeTasks", false],
  ["application-autoscaling:DescribeScalableTargets", false],
  ["s3:GET settled/", false],
  ["sts:AssumeRoleWithWebIdentity", false],
] as const)("%s counts as a write: %s", ([name, writes]) => {
  expect(isWrite(name)).toBe(writes);
});
