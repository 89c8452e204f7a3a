import { describe, expect, test } from "vitest";
import { bake } from "../../actions/bake/bake.ts";
import type { DesiredTenant } from "../../actions/lib/domain/desired.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import type { Deployment, RunningService } from "../../actions/lib/domain/service.ts";
import { type WatchPorts, watchHealth } from "../../actions/lib/engine/health-gate.ts";
import type { Alarm, Target } from "../../actions/lib/ports/metrics.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

const minute = 60_000;

/** A wave whose state a test changes while it is watched; everything is well at first. */
function wave(names: readonly string[]) {
  const clock = skippingClock();
  const begun = clock.now().getTime();
  const running = new Map<string, Partial<RunningService>>();
  const targets = new Map<string, readonly Target[]>();
  const alarms = new Map<string, readonly Alarm[]>();
  const deployments = new Map<string, Deployment["status"]>();
  const ports: WatchPorts = {
    clock,
    progress: { say: () => {} },
    services: {
      find: async (_cluster, wanted) =>
        wanted.map(
          (name) =>
            ({ name, desiredCount: 2, runningCount: 2, deployment: name, ...running.get(name) }) as RunningService,
        ),
      deployments: async (arns) =>
        arns.map((arn) => ({ arn, service: arn, status: deployments.get(arn) ?? "SUCCESSFUL" }) as Deployment),
    },
    health: {
      targets: async (group) => targets.get(group) ?? [{ id: "10.0.0.1:8443", state: "healthy" }],
      alarms: async (prefix) => alarms.get(prefix) ?? [],
    },
  };
  const tenants = names.map((tenant) => ({
    tenant,
    services: [`${tenant}-django`],
    targetGroup: tenant,
    alarmPrefix: `${tenant}-`,
  }));
  const watch = (minutes: number) => watchHealth({ cluster: "c", tenants, forMs: minutes * minute }, ports);
  const minutesPassed = (): number => (clock.now().getTime() - begun) / minute;
  const later = (minutes: number, change: () => void): void => void clock.sleep(minutes * minute).then(change);
  return { clock, ports, running, targets, alarms, deployments, watch, minutesPassed, later };
}

describe("watching a wave", () => {
  test("takes as long as the environment wants, when all stay well", async () => {
    const { watch, minutesPassed } = wave(["a", "b"]);

    expect(await watch(10)).toEqual([]);
    expect(minutesPassed()).toBe(10);
  });

  test("finds who falls ill on the way, and only them", async () => {
    const { watch, targets, later } = wave(["a", "b"]);
    later(4.5, () => targets.set("b", [{ id: "10.0.0.2:8443", state: "unhealthy", reason: "Target.Timeout" }]));

    expect(await watch(10)).toEqual([
      { tenant: "b", cause: "its load balancer finds 10.0.0.2:8443 unhealthy (Target.Timeout)" },
    ]);
  });

  test("forgives what is over a minute later: a task that was replaced", async () => {
    const { watch, running, later } = wave(["a"]);
    later(2.5, () => running.set("a-django", { runningCount: 1 }));
    later(3.5, () => running.delete("a-django"));

    expect(await watch(10)).toEqual([]);
  });

  test("looks once more at whom it suspects at the very end", async () => {
    const { watch, running, later, minutesPassed } = wave(["a"]);
    later(1.5, () => running.set("a-django", { runningCount: 0 }));

    expect(await watch(2)).toEqual([{ tenant: "a", cause: "a-django runs 0 of 2 tasks" }]);
    expect(minutesPassed()).toBe(3);
  });

  test("counts an alarm that rings since, not one that rang before", async () => {
    const { watch, alarms, later, clock } = wave(["a", "b"]);
    const alarm = (since: Date): Alarm => ({ name: "server-errors", state: "alarm", reason: "7 errors", since });
    alarms.set("a-", [alarm(new Date(clock.now().getTime() - minute))]);
    later(1.5, () => alarms.set("b-", [alarm(clock.now())]));

    expect(await watch(5)).toEqual([{ tenant: "b", cause: "alarm server-errors: 7 errors" }]);
  });

  test("sees a deployment that was rolled back after it had succeeded", async () => {
    const { watch, deployments } = wave(["a"]);
    deployments.set("a-django", "ROLLBACK_SUCCESSFUL");

    expect(await watch(1)).toEqual([{ tenant: "a", cause: "the deployment of a-django ended as ROLLBACK_SUCCESSFUL" }]);
  });

  test("asks no load balancer about a suspended tenant", async () => {
    const { watch, running, targets } = wave(["a"]);
    running.set("a-django", { desiredCount: 0, runningCount: 0 });
    targets.set("a", []);

    expect(await watch(1)).toEqual([]);
  });
});

describe("the bake of a wave", () => {
  const outcome = (tenant: string, is: StageOutcome["outcome"]): StageOutcome => ({
    tenant,
    environment: "production",
    stage: "roll",
    outcome: is,
    durationMs: 1,
  });
  const baked = async (before: readonly StageOutcome[], waves: number) => {
    const stage = wave([]);
    const environment = { name: "production", rollout: { bakeMinutes: 10 } };
    const cell = {
      ...stage.ports,
      environment,
      stacks: { find: async (name: string) => ({ outputs: { TargetGroupArn: name } }) },
    };
    const tenants = before.map(
      ({ tenant }) => ({ tenant: { name: tenant }, stack: { name: `mate-${tenant}` } }) as DesiredTenant,
    );
    stage.targets.set("mate-b", []);
    const fleet = { cell, platform: {}, tenants, clock: stage.clock, progress: stage.ports.progress };
    const ill = await bake({ before, wave: 1, waves }, fleet as unknown as Parameters<typeof bake>[1]);
    return { ill, minutes: stage.minutesPassed() };
  };

  test("makes a tenant that fell ill a failed one, with what to do", async () => {
    const { ill, minutes } = await baked([outcome("a", "changed"), outcome("b", "changed")], 3);

    expect(ill).toEqual([
      expect.objectContaining({
        tenant: "b",
        outcome: "failed",
        reasonCode: "unhealthy-after-roll",
        next: "/rollback b",
      }),
    ]);
    expect(minutes).toBe(10);
  });

  test("after the last wave nobody waits longer than two looks", async () => {
    expect((await baked([outcome("a", "changed")], 1)).minutes).toBe(1);
  });

  test("of a wave in which nothing changed there is none", async () => {
    expect(await baked([outcome("a", "unchanged"), outcome("b", "unchanged")], 3)).toEqual({ ill: [], minutes: 0 });
  });
});
