import { expect, test } from "vitest";
import { definitionChanges } from "../../actions/lib/domain/definition-changes.ts";
import type { TaskDefinition } from "../../actions/lib/domain/service.ts";

const definition: TaskDefinition = {
  ...{
    family: "web",
    cpu: 256,
    memory: 512,
    architecture: "X86_64",
    taskRole: "role/task",
    executionRole: "role/start",
  },
  container: {
    ...{
      name: "web",
      image: "web@sha256:1",
      command: ["web"],
      port: 8443,
      stopTimeoutSeconds: 30,
      logGroup: "/ecs/web",
    },
    environment: { MATE_RELEASE: "v1.4.0", MATE_TIER: "standard" },
    secrets: { DATABASE_USER: "secret:one:username::" },
    healthCheck: { command: ["python", "-m", "mate.health"], intervalSeconds: 30 },
    mounts: [{ volume: "media", path: "/mnt/media" }],
  },
  volumes: [{ name: "media", fileSystem: "fs-1", accessPoint: "fsap-1" }],
  ...{ region: "us-east-1", tags: {} },
};
const { container } = definition;

test.for<
  readonly [
    string,
    Partial<TaskDefinition> | { readonly container: Partial<TaskDefinition["container"]> },
    string,
    string,
  ]
>([
  ["cpu", { cpu: 512 }, "256", "512"],
  ["memory", { memory: 1024 }, "512 MiB", "1024 MiB"],
  ["architecture", { architecture: "ARM64" }, "X86_64", "ARM64"],
  ["entry point", { container: { entryPoint: ["sh", "-c"] } }, "the image's own", "sh -c"],
  ["command", { container: { command: ["web", "--debug"] } }, "web", "web --debug"],
  ["port", { container: { port: 8000 } }, "8443", "8000"],
  [
    ...(["health check", { container: { healthCheck: { command: ["true"], intervalSeconds: 5 } } }] as const),
    ...(["python -m mate.health every 30 s", "true every 5 s"] as const),
  ],
  ["time to stop", { container: { stopTimeoutSeconds: 2 } }, "30 s", "2 s"],
  ["log group", { container: { logGroup: "/ecs/other" } }, "/ecs/web", "/ecs/other"],
  ["files", { container: { mounts: [] } }, "/mnt/media: fs-1 through fsap-1", "none"],
  [
    ...(["files", { volumes: [{ name: "media", fileSystem: "fs-2", accessPoint: "fsap-1" }] }] as const),
    ...(["/mnt/media: fs-1 through fsap-1", "/mnt/media: fs-2 through fsap-1"] as const),
  ],
  ["task role", { taskRole: "role/other" }, "role/task", "role/other"],
  ["execution role", { executionRole: "role/other" }, "role/start", "role/other"],
  ["region", { region: "eu-west-1" }, "us-east-1", "eu-west-1"],
  [
    "environment",
    { container: { environment: { MATE_TIER: "trial", NEW: "1" } } },
    "present",
    "changes MATE_TIER, NEW",
  ],
  ["secrets", { container: { secrets: {} } }, "present", "changes DATABASE_USER"],
])("a plan names it when %s of a service changes: %j", ([property, change, from, to]) => {
  const after = { ...definition, ...change, container: { ...container, ...change.container } };

  expect(definitionChanges(definition, after)).toEqual([[property, from, to]]);
});

test("a release that changes nothing but its image and its own name has nothing to name", () => {
  const environment = { ...container.environment, MATE_RELEASE: "v1.5.0" };
  const after = { ...definition, container: { ...container, image: "web@sha256:2", environment } };

  expect(definitionChanges(definition, after)).toEqual([]);
});
