import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EcsWorld, ecsWorld } from "./ecs-world.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld();
});
afterEach(() => bed.stop());

async function describe(taskDefinition: string): Promise<TaskDefinition> {
  return (await bed.ecs<{ taskDefinition: TaskDefinition }>("DescribeTaskDefinition", { taskDefinition }))
    .taskDefinition;
}

test("revisions count up in their family, and the family's name means the newest active one", async () => {
  await bed.define("web", "app:v1");
  const second = await bed.define("web", "app:v2");
  const third = await bed.define("web", "app:v3");
  expect(third).toBe("arn:aws:ecs:us-east-1:123456789012:task-definition/web:3");

  await bed.ecs("DeregisterTaskDefinition", { taskDefinition: third });

  expect((await describe("web")).taskDefinitionArn).toBe(second);
  expect(await describe("web:3")).toMatchObject({ status: "INACTIVE", revision: 3 });
  const { taskDefinitionArns } = await bed.ecs<{ taskDefinitionArns: string[] }>("ListTaskDefinitions", {
    familyPrefix: "web",
    sort: "DESC",
  });
  expect(taskDefinitionArns).toEqual([second, "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1"]);
});

test("what comes back is what was registered, with the defaults ECS adds", async () => {
  await bed.define("web", "app:v1");

  expect(await describe("web")).toMatchObject({
    cpu: "256",
    memory: "512",
    compatibilities: ["EC2", "FARGATE"],
    containerDefinitions: [
      {
        name: "app",
        essential: true,
        cpu: 0,
        portMappings: [{ containerPort: 8000, hostPort: 8000, protocol: "tcp" }],
      },
    ],
  });
});

test.for([
  ["256", "512", true],
  ["256", "4096", false],
  [".5 vCPU", "1 GB", true],
  ["1024", "9216", false],
  ["4096", "30720", true],
  ["8192", "20480", true],
  ["8192", "18432", false],
  ["16384", "122880", true],
  ["300", "512", false],
] as const)("Fargate with cpu %s and memory %s is sold: %s", async ([cpu, memory, sold]) => {
  const registered = bed.define("web", "app:v1", { cpu, memory });
  if (sold) await expect(registered).resolves.toContain(":task-definition/web:1");
  else
    await expect(registered).rejects.toMatchObject({
      code: "ClientException",
      message: "No Fargate configuration exists for given values.",
    });
});

test.for([
  ["no container", { containerDefinitions: [] }, "Container list cannot be empty."],
  ["a bridge network", { networkMode: "bridge" as const }, "Fargate only supports network mode 'awsvpc'."],
  [
    "a mount without its volume",
    {
      containerDefinitions: [
        { name: "app", image: "a", mountPoints: [{ sourceVolume: "media", containerPath: "/m" }] },
      ],
    },
    "Unknown volume 'media'.",
  ],
  [
    "logs without an execution role",
    {
      containerDefinitions: [
        {
          name: "app",
          image: "a",
          logConfiguration: { logDriver: "awslogs" as const, options: { "awslogs-group": "g", "awslogs-region": "r" } },
        },
      ],
    },
    "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
  ],
] as const)("a definition with %s is refused", async ([, more, message]) => {
  await expect(bed.define("web", "app:v1", structuredClone(more) as object)).rejects.toMatchObject({
    code: "ClientException",
    message,
  });
});

test("a deregistered revision starts nothing new but keeps a running service going", async () => {
  const definition = await bed.define("web", "app:v1");
  await bed.createService("web", definition);
  await bed.ecs("DeregisterTaskDefinition", { taskDefinition: definition });
  await expect(bed.createService("other", definition)).rejects.toMatchObject({ message: "TaskDefinition is inactive" });

  await bed.ecs("UpdateService", { cluster: "mate", service: "web", desiredCount: 3 });

  await bed.until(async () => ((await bed.service("web")).runningCount === 3 ? true : undefined));
});

test("tags of a definition reach its tasks when they are to be propagated", async () => {
  const tags = [{ key: "tenant", value: "st-marys" }];
  await bed.createService("web", await bed.define("web", "app:v1", { tags }), {
    propagateTags: "TASK_DEFINITION",
    enableECSManagedTags: true,
  });
  const { taskArns } = await bed.until(async () => {
    const listed = await bed.ecs<{ taskArns: string[] }>("ListTasks", { cluster: "mate" });
    return listed.taskArns.length > 0 ? listed : undefined;
  });

  const { tasks } = await bed.ecs<{ tasks: { tags: object[] }[] }>("DescribeTasks", {
    cluster: "mate",
    tasks: taskArns,
    include: ["TAGS"],
  });
  expect(tasks[0]?.tags).toEqual([
    ...tags,
    { key: "aws:ecs:clusterName", value: "mate" },
    { key: "aws:ecs:serviceName", value: "web" },
  ]);
});
