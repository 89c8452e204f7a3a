/** A sample of the kill sweep; `scripts/bench sweep` tries every point. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Aftermath } from "./deployment.ts";
import { differences, outcomeOf } from "./footprint.ts";
import { isWrite } from "./gate.ts";
import { type ScenarioName, scenarios } from "./scenario.ts";
import { sweep } from "./sweep.ts";
import { openSweepStage, type SweepStage } from "./sweep-stage.ts";

describe("a deployment whose process is killed, and the next one", () => {
  let stage: SweepStage;
  beforeAll(async () => {
    stage = await openSweepStage();
  }, 120_000);
  afterAll(() => stage?.stop());

  test.for<[ScenarioName, Aftermath, number]>([
    ["new-tenant", "machine-lost", 26],
    ["release", "job-goes-on", 28],
  ])("%s, %s: ends as an undisturbed one does", { timeout: 240_000 }, async ([name, aftermath, every]) => {
    const scenario = scenarios[name];
    const report = await sweep(stage, { scenario, aftermath, every, atOnce: 3, say: () => {} });

    expect(report.tried).toBeGreaterThanOrEqual(4);
    expect(report.missed).toBe(0);
    expect(report.divergences).toEqual([]);
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

test("what happened before a deployment is not counted as its own, what it did twice is", () => {
  const state = { services: ["django 1/1"] };
  const before = { deployments: ["django SUCCESSFUL"], tries: [] };
  const after = { state, history: { deployments: ["django SUCCESSFUL", "django SUCCESSFUL"], tries: ["try", "try"] } };
  expect(outcomeOf(before, after)).toEqual({ ...state, deployments: ["django SUCCESSFUL"], tries: ["try", "try"] });
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
