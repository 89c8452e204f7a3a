/** Every fault of what runs, by the word it is typed with: what happens to tasks, services and stacks because of it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../aws/bed.ts";
import type { Call } from "../aws/kernel.ts";
import { virtualClock } from "../conformance/virtual-clock.ts";
import type { GitHubBed } from "../github/bed.ts";
import { putFault } from "./fault-option.ts";

const root: Call = {
  requestId: "test",
  caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
};
const cluster = "mate";
let aws: AwsBed;
beforeEach(async () => {
  aws = await startAwsBed({ clock: virtualClock(), seed: "words" });
  await ecs("CreateCluster", { clusterName: cluster, capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
});
afterEach(() => aws.stop());

// What runs knows nothing of GitHub.
const put = (text: string): void => putFault({ aws, github: undefined as unknown as GitHubBed }, text);
const ecs = <T>(operation: string, input: object): Promise<T> => aws.world.invoke<T>("ecs", operation, input, root);
const stacks = <T>(operation: string, input: object): Promise<T> =>
  aws.world.invoke<T>("cloudformation", operation, input, root);

interface Task {
  readonly taskArn: string;
  readonly lastStatus: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly startedAt?: Date;
  readonly createdAt: Date;
  readonly containers: readonly { readonly exitCode?: number; readonly reason?: string }[];
}

interface Deployment {
  readonly status: string;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
}

async function until<T>(condition: () => Promise<T | undefined>): Promise<T> {
  for (const end = aws.world.clock.now() + 3_600_000; aws.world.clock.now() < end; ) {
    const value = await condition();
    if (value !== undefined) return value;
    await aws.world.clock.sleep(10_000);
  }
  throw new Error("an hour of bed time has passed");
}

async function define(family: string, image = "app:v1"): Promise<string> {
  const { taskDefinition } = await ecs<{ taskDefinition: { taskDefinitionArn: string } }>("RegisterTaskDefinition", {
    ...{ family, networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" },
    containerDefinitions: [{ name: "app", image }],
  });
  return taskDefinition.taskDefinitionArn;
}

const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } };

async function runOnce(family: string, image?: string): Promise<Task> {
  const taskDefinition = await define(family, image);
  const { tasks } = await ecs<{ tasks: readonly Task[] }>("RunTask", { cluster, taskDefinition, networkConfiguration });
  return await until(async () => {
    const found = await ecs<{ tasks: readonly Task[] }>("DescribeTasks", {
      ...{ cluster, tasks: tasks.map(({ taskArn }) => taskArn) },
    });
    return found.tasks.find(({ lastStatus }) => lastStatus === "STOPPED");
  });
}

async function service(family: string, desiredCount = 1): Promise<Deployment> {
  const made = await ecs<{ service: { currentServiceDeployment: string } }>("CreateService", {
    ...{ cluster, serviceName: family, taskDefinition: await define(family), desiredCount, networkConfiguration },
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  return await ended(made.service.currentServiceDeployment);
}

const ended = (arn: string): Promise<Deployment> =>
  until(async () => {
    const { serviceDeployments } = await ecs<{ serviceDeployments: readonly Deployment[] }>(
      ...["DescribeServiceDeployments", { serviceDeploymentArns: [arn] }],
    );
    return serviceDeployments.find(({ finishedAt }) => finishedAt !== undefined);
  });

const took = ({ startedAt, finishedAt }: Deployment): number => Number(finishedAt) - Number(startedAt);

describe("tasks and services", { timeout: 60_000 }, () => {
  test("no-capacity: a task that is asked for is not placed", async () => {
    put("no-capacity,provider=FARGATE");
    const task = { cluster, taskDefinition: await define("clinic"), networkConfiguration };
    const answer = await ecs<{ failures: readonly unknown[] }>("RunTask", task).then(
      ({ failures }) => JSON.stringify(failures),
      (error: Error) => error.message,
    );
    expect(answer).toMatch(/[Cc]apacity is unavailable/);
  });

  test("never-start: though nothing is wrong with it", async () => {
    put("never-start,percent=100");
    const task = await runOnce("clinic");
    expect(task).toMatchObject({ stopCode: "TaskFailedToStart" });
    expect(task.startedAt).toBeUndefined();
  });

  test("slow-launches: a burst, and then one after the other", async () => {
    put("slow-launches,burst=1,per-second=0.01");
    expect(took(await service("clinic", 3))).toBeGreaterThan(150_000);
  });

  test("image-pull: of that image only", async () => {
    put("image-pull,image=mate/django");
    expect((await runOnce("clinic", "mate/django:v1")).stoppedReason).toContain("CannotPullContainerError");
    put("crash,family=other,seconds=1,exit=0");
    expect((await runOnce("other", "mate/celery:v1")).containers[0]?.exitCode).toBe(0);
  });

  test("crash: after so many seconds, with its exit code; the circuit breaker of a service puts back what ran", async () => {
    expect((await service("clinic")).status).toBe("SUCCESSFUL");
    put("crash,family=clinic,seconds=5,exit=3,line=ImportError");
    expect((await runOnce("clinic")).containers[0]?.exitCode).toBe(3);
    const { service: updated } = await ecs<{ service: { currentServiceDeployment: string } }>("UpdateService", {
      ...{ cluster, service: "clinic", taskDefinition: await define("clinic", "app:v2") },
    });
    expect((await ended(updated.currentServiceDeployment)).status).toMatch(/^ROLLBACK_/);
  });

  test("unhealthy: a service whose health checks fail does not become steady", async () => {
    put("unhealthy,family=clinic");
    const taskDefinition = await ecs<{ taskDefinition: { taskDefinitionArn: string } }>("RegisterTaskDefinition", {
      ...{ family: "clinic", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" },
      containerDefinitions: [
        { name: "app", image: "app:v1", healthCheck: { command: ["CMD", "true"], interval: 5, retries: 2 } },
      ],
    });
    const made = await ecs<{ service: { currentServiceDeployment: string } }>("CreateService", {
      ...{ cluster, serviceName: "clinic", desiredCount: 1, networkConfiguration },
      taskDefinition: taskDefinition.taskDefinition.taskDefinitionArn,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    expect((await ended(made.service.currentServiceDeployment)).status).not.toBe("SUCCESSFUL");
  });

  test("slow-health: a task counts as healthy only after so long", async () => {
    put("slow-health,seconds=400");
    expect(took(await service("clinic"))).toBeGreaterThanOrEqual(400_000);
  });

  test("slow-start: images take so long", async () => {
    put("slow-start,seconds=500");
    put("crash,family=clinic,seconds=1,exit=0");
    const task = await runOnce("clinic");
    expect(Number(task.startedAt) - Number(task.createdAt)).toBeGreaterThanOrEqual(500_000);
  });

  test("foreign-service-change: somebody else sets the count meanwhile", async () => {
    await service("clinic");
    put("foreign-service-change,cluster=mate,service=clinic,count=3,seconds=60");
    const count = await until(async () => {
      const { services } = await ecs<{ services: readonly { readonly desiredCount: number }[] }>("DescribeServices", {
        ...{ cluster, services: ["clinic"] },
      });
      return services[0]?.desiredCount === 1 ? undefined : services[0]?.desiredCount;
    });
    expect(count).toBe(3);
  });
});

describe("stacks", { timeout: 60_000 }, () => {
  const template = (name: string): string =>
    JSON.stringify({
      Parameters: { Clinic: { Type: "String" } },
      Resources: { Alerts: { Type: "AWS::SNS::Topic", Properties: { DisplayName: name } } },
    });
  const clinic = [{ ParameterKey: "Clinic", ParameterValue: "b" }];
  const status = async (): Promise<string> =>
    await until(async () => {
      const { Stacks } = await stacks<{ Stacks: readonly { readonly StackStatus: string }[] }>("DescribeStacks", {});
      const [stack] = Stacks;
      return stack === undefined || stack.StackStatus.endsWith("IN_PROGRESS") ? undefined : stack.StackStatus;
    });
  const create = (): Promise<unknown> =>
    stacks("CreateStack", { StackName: "mate-clinic", TemplateBody: template("one"), Parameters: clinic });
  const update = (): Promise<unknown> =>
    stacks("UpdateStack", { StackName: "mate-clinic", TemplateBody: template("two"), Parameters: clinic });

  test("stack-failure: the stack rolls back, once, with the reason in its events", async () => {
    await create();
    expect(await status()).toBe("CREATE_COMPLETE");
    put("stack-failure,resource=Alerts,phase=update,message=the quota is reached");
    await update();
    expect(await status()).toBe("UPDATE_ROLLBACK_COMPLETE");
    const { StackEvents } = await stacks<{ StackEvents: readonly { readonly ResourceStatusReason?: string }[] }>(
      ...["DescribeStackEvents", { StackName: "mate-clinic" }],
    );
    expect(StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason).join("\n")).toContain(
      "the quota is reached",
    );
    await update();
    expect(await status()).toBe("UPDATE_COMPLETE");
  });

  test("stuck-rollback: the update fails, and so does its rollback", async () => {
    await create();
    expect(await status()).toBe("CREATE_COMPLETE");
    put("stuck-rollback,resource=Alerts,stack=mate-clinic");
    await update();
    expect(await status()).toBe("UPDATE_ROLLBACK_FAILED");
  });

  test("foreign-stack-update: somebody else updates the stack meanwhile", async () => {
    await create();
    expect(await status()).toBe("CREATE_COMPLETE");
    put("foreign-stack-update,stack=mate-clinic,seconds=60");
    const tags = await until(async () => {
      const { Stacks } = await stacks<{ Stacks: readonly { readonly Tags?: readonly object[] }[] }>(
        "DescribeStacks",
        {},
      );
      return Stacks[0]?.Tags?.length ? Stacks[0].Tags : undefined;
    });
    expect(tags).toContainEqual({ Key: "touched-by", Value: "somebody-else" });
  });
});
