import { describe, expect, test } from "vitest";
import type { RunningService, ServiceDesire, StoppedTask, TaskDefinition } from "../../actions/lib/domain/service.ts";
import { deploymentProgress, deploymentStatuses } from "../../actions/lib/domain/service.ts";
import {
  sameCapacity,
  scalingDiffers,
  serviceChanges,
  serviceSteps,
} from "../../actions/lib/domain/service-changes.ts";
import { certainFailure, failuresOf, howItEnded } from "../../actions/lib/domain/stopped-tasks.ts";
import { contentTag } from "../../actions/lib/domain/tenant-services.ts";

const definition: TaskDefinition = {
  family: "web",
  cpu: 256,
  memory: 512,
  architecture: "X86_64",
  taskRole: "r",
  executionRole: "e",
  container: {
    name: "web",
    image: "i@sha256:1",
    command: [],
    environment: {},
    secrets: {},
    stopTimeoutSeconds: 30,
    logGroup: "g",
    mounts: [],
  },
  volumes: [],
  region: "us-east-1",
  tags: { [contentTag]: "one" },
};
const desire: ServiceDesire = {
  role: "celery",
  name: "web",
  definition,
  count: { min: 2, max: 2 },
  capacity: [
    { provider: "FARGATE", base: 1, weight: 0 },
    { provider: "FARGATE_SPOT", base: 0, weight: 1 },
  ],
  healthyPercent: { minimum: 50, maximum: 200 },
  subnets: ["a", "b"],
  securityGroups: ["s"],
  tags: {},
};
const service: RunningService = {
  name: "web",
  status: "active",
  taskDefinition: "web:1",
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  capacity: desire.capacity,
  healthyPercent: desire.healthyPercent,
  subnets: ["b", "a"],
  securityGroups: ["s"],
  tags: {},
  createdAt: new Date(0),
  events: [],
};

describe("what a roll does to a service", () => {
  const kindOf = (wanted: Partial<ServiceDesire>, live: Partial<RunningService>): string | undefined =>
    serviceSteps([{ ...desire, ...wanted }], [{ service: { ...service, ...live }, definition }])[0]?.kind;

  test.for([
    ["nothing, when it is as wanted in any order", {}, {}, "unchanged"],
    [
      "a new revision, when its content differs",
      { definition: { ...definition, tags: { [contentTag]: "two" } } },
      {},
      "update",
    ],
    ["one call, when only its subnets differ", { subnets: ["a"] }, {}, "update"],
    ["only its count, when only that differs: that makes no deployment", { count: { min: 3, max: 3 } }, {}, "scale"],
    ["suspending is a count of zero", { count: { min: 0, max: 0 } }, {}, "scale"],
  ] as const)("%s", ([, wanted, live, kind]) => {
    expect(kindOf(wanted, live)).toBe(kind);
  });

  test("a service that is not there is created", () => {
    expect(serviceSteps([desire], [])[0]?.kind).toBe("create");
  });

  test("who may reach a service and on what it runs is said, also where a release rolls as well", () => {
    const live = { ...service, securityGroups: ["s", "open-to-all"], capacity: desire.capacity.slice(0, 1) };
    const next = { ...definition, container: { ...definition.container, image: "next" } };
    const seen = (wanted: TaskDefinition) =>
      serviceChanges([{ ...desire, definition: wanted }], [{ service: live, definition }]);

    const settings = [
      {
        ...{ kind: "reconfigure", service: "celery", property: "capacity" },
        ...{ from: "FARGATE (base 1, weight 0)", to: "FARGATE (base 1, weight 0), FARGATE_SPOT (base 0, weight 1)" },
      },
      {
        ...{ kind: "reconfigure", service: "celery", property: "security groups" },
        ...{ from: "open-to-all, s", to: "s" },
      },
    ];
    expect(seen(definition)).toEqual(settings);
    expect(seen(next)).toEqual([expect.objectContaining({ kind: "roll", to: "next" }), ...settings]);
  });

  test("pitfall 3.46: inside its limits an auto-scaled count is nobody else's business", () => {
    const scaled = { ...desire, count: { min: 1, max: 9 } };
    const scaling = { service: "web", min: 1, max: 9, suspended: false };

    expect(scalingDiffers(scaled, { service: { ...service, desiredCount: 7 }, definition, scaling })).toBe(false);
    expect(scalingDiffers(scaled, { service: { ...service, desiredCount: 10 }, definition, scaling })).toBe(true);
  });

  test("the order of a capacity strategy means nothing, its Spot share does", () => {
    expect(sameCapacity(desire, { ...service, capacity: desire.capacity.toReversed() })).toBe(true);
    expect(sameCapacity(desire, { ...service, capacity: [{ provider: "FARGATE", base: 0, weight: 1 }] })).toBe(false);
  });
});

test("pitfall 3.30: every status that ECS documents has a meaning, and only SUCCESSFUL is success", () => {
  const meanings = deploymentStatuses.map((status) => [status, deploymentProgress(status)]);

  expect(meanings.filter(([, meaning]) => meaning === undefined)).toEqual([]);
  expect(meanings.filter(([, meaning]) => meaning === "succeeded")).toEqual([["SUCCESSFUL", "succeeded"]]);
});

describe("why tasks ended", () => {
  const crash: StoppedTask = {
    task: "t1",
    taskDefinition: "web:2",
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    exitCode: 3,
    createdAt: new Date(10),
  };
  const of = { taskDefinition: "web:2", since: new Date(5) };

  test("pitfall 3.33: tasks of another revision, of an earlier deployment, and those stopped to make room are no failures", () => {
    const tasks: StoppedTask[] = [
      crash,
      { ...crash, taskDefinition: "web:1" },
      { ...crash, createdAt: new Date(1) },
      {
        ...crash,
        exitCode: 143,
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)",
      },
      { ...crash, stopCode: "UserInitiated" },
      { ...crash, stopCode: "SpotInterruption", exitCode: 137 },
    ];

    expect(failuresOf(tasks, of)).toEqual([crash]);
  });

  test("what failed its health check is a failure also if it stopped politely when it was told to", () => {
    const stopped: StoppedTask = { ...crash, exitCode: 0, stopCode: "ServiceSchedulerInitiated" };
    const unhealthy: StoppedTask = { ...stopped, stoppedReason: "Task failed container health checks" };
    const behind = "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x)";

    expect(failuresOf([stopped, unhealthy, { ...unhealthy, stoppedReason: behind }], of)).toEqual([
      unhealthy,
      { ...unhealthy, stoppedReason: behind },
    ]);
  });

  test("two exits of the same kind are certain; one, or two different ones, are not", () => {
    expect(certainFailure([crash, { ...crash, task: "t2" }])).toEqual(crash);
    expect(certainFailure([crash])).toBeUndefined();
    expect(certainFailure([crash, { ...crash, exitCode: 1 }])).toBeUndefined();
  });

  test("pitfall 3.45: tasks that never started are left to the circuit breaker, which starts others", () => {
    const { exitCode: _, ...never } = { ...crash, stopCode: "TaskFailedToStart" };

    expect(certainFailure([never, { ...never, task: "t2" }])).toBeUndefined();
  });

  test("two failed health checks are the same end although each names its task", () => {
    const unhealthy = (id: string): StoppedTask => ({
      ...crash,
      exitCode: 137,
      stoppedReason: `(task ${id}) failed container health checks`,
    });

    expect(howItEnded(unhealthy("a".repeat(32)))).toBe(howItEnded(unhealthy("b".repeat(32))));
  });
});
