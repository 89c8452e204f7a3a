/** Ways in which rolling services went wrong elsewhere, by number; the others stand where their subject is tested. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { roll } from "../../actions/roll/roll.ts";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { type FleetStage, type StageChanges, startFleetStage } from "../fixtures/fleet-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const names = Array.from({ length: 10 }, (_, index) => `clinic-${String.fromCharCode(97 + index)}`);
const cluster = "mate-production";
const roles = ["celery", "django", "beat"] as const;

let stage: FleetStage;
beforeAll(async () => {
  stage = await startFleetStage({ tenants: names, releases: ["v1.4.0", "v1.5.0", "v1.6.0"], speed: 200 });
});
afterAll(() => stage.stop());
afterEach(() => {
  stage.aws.faults.clear();
  ecsControls(stage.aws.world).scripts.length = 0;
});

async function rolled(tenant: string, release: string, changes: StageChanges = {}): Promise<StageOutcome> {
  const [outcome] = await roll({ before: [] }, stage.process(release, { only: [tenant], ...changes }));
  if (outcome === undefined) throw new Error(`nothing was said of ${tenant}`);
  return outcome;
}

interface Service {
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly deploymentConfiguration: object;
  readonly currentServiceDeployment: string;
}

interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly healthCheck?: { readonly command: readonly string[] };
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

const nameOf = (tenant: string, role: string): string => `mate-${tenant}-production-${role}`;

async function serviceOf(tenant: string, role: string): Promise<Service> {
  const services = [nameOf(tenant, role)];
  const found = await stage.invoke<{ services: readonly Service[] }>("ecs", "DescribeServices", { cluster, services });
  const [service] = found.services;
  if (service === undefined) throw new Error(`${tenant} has no ${role}`);
  return service;
}

async function containerOf(taskDefinition: string): Promise<Container> {
  const described = await stage.invoke<{ taskDefinition: { containerDefinitions: readonly Container[] } }>(
    "ecs",
    "DescribeTaskDefinition",
    { taskDefinition },
  );
  const [container] = described.taskDefinition.containerDefinitions;
  if (container === undefined) throw new Error(`${taskDefinition} has no container`);
  return container;
}

const definitionsOf = async (tenant: string): Promise<readonly string[]> =>
  await Promise.all(roles.map(async (role) => (await serviceOf(tenant, role)).taskDefinition));

const releasesOf = async (tenant: string): Promise<readonly (string | undefined)[]> =>
  await Promise.all(
    (await definitionsOf(tenant)).map(
      async (arn) => (await containerOf(arn)).environment.find(({ name }) => name === "MATE_RELEASE")?.value,
    ),
  );

test("pitfall 3.32: why tasks ended is found also when the service is gone", async () => {
  behaves(stage.aws.world, { family: "clinic-a-production-celery" }, { exitCode: 3, afterMs: 1_000 });
  await rolled("clinic-a", "v1.4.0");
  const service = nameOf("clinic-a", "celery");
  await stage.invoke("ecs", "DeleteService", { cluster, service, force: true });

  const stopped = await stage.process("v1.4.0").cell.services.stoppedTasks(cluster, service);
  expect(stopped.map(({ exitCode }) => exitCode)).toContain(3);
});

test("pitfall 3.34: a load balancer that drains its old targets for five minutes makes no failure of a release", async () => {
  await rolled("clinic-b", "v1.4.0");
  const { TargetGroups } = await stage.invoke<{ TargetGroups: readonly { TargetGroupArn: string }[] }>(
    "elastic-load-balancing-v2",
    "DescribeTargetGroups",
    { Names: ["web-1"] },
  );
  await stage.invoke("elastic-load-balancing-v2", "ModifyTargetGroupAttributes", {
    TargetGroupArn: TargetGroups[0]?.TargetGroupArn,
    Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "300" }],
  });

  expect((await rolled("clinic-b", "v1.5.0")).outcome).toBe("changed");
  expect(await releasesOf("clinic-b")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
});

test("pitfall 3.36: a release that comes while the one before is still being rolled back is not held up by it", async () => {
  await rolled("clinic-c", "v1.4.0");
  behaves(stage.aws.world, { family: "clinic-c-production-celery" }, { exitCode: 3, afterMs: 1_000 });
  const cut = stage.aws.calls.watch(({ operation }) => {
    // The run is lost right after it had the deployment rolled back.
    if (operation === "StopServiceDeployment")
      stage.aws.faults.add({ kind: "connection", when: "before-effect", times: "every" });
  });
  await rolled("clinic-c", "v1.5.0", { impatient: true });
  cut();
  stage.aws.faults.clear();
  ecsControls(stage.aws.world).scripts.length = 0;

  expect((await rolled("clinic-c", "v1.6.0")).outcome).toBe("changed");
  expect(await releasesOf("clinic-c")).toEqual(["v1.6.0", "v1.6.0", "v1.6.0"]);
});

test("pitfall 3.38: too many registrations of one family at a time are waited out", async () => {
  stage.aws.faults.add({
    kind: "error",
    match: { service: "ecs", operations: ["RegisterTaskDefinition"] },
    code: "ClientException",
    message: "Too many concurrent attempts to create a new revision of the specified family.",
    times: 3,
  });

  expect((await rolled("clinic-d", "v1.4.0")).outcome).toBe("changed");
});

describe("what is registered and changed", () => {
  test("pitfalls 3.39 and 3.44: a definition that reads back as what is wanted is not registered again", async () => {
    await rolled("clinic-e", "v1.4.0");
    const before = await definitionsOf("clinic-e");

    expect((await rolled("clinic-e", "v1.4.0")).outcome).toBe("unchanged");
    const families = await Promise.all(
      roles.map(
        async (role) =>
          (
            await stage.invoke<{ taskDefinitionArns: readonly string[] }>("ecs", "ListTaskDefinitions", {
              familyPrefix: nameOf("clinic-e", role),
            })
          ).taskDefinitionArns,
      ),
    );
    expect(families).toEqual(before.map((arn) => [arn]));
  });

  test("pitfall 3.40: a release leaves alone how a service replaces its tasks", async () => {
    const before = await Promise.all(roles.map((role) => serviceOf("clinic-e", role)));
    await rolled("clinic-e", "v1.5.0");
    const after = await Promise.all(roles.map((role) => serviceOf("clinic-e", role)));

    expect(after.map((one) => one.deploymentConfiguration)).toEqual(before.map((one) => one.deploymentConfiguration));
    expect(after.map((one) => one.taskDefinition)).not.toEqual(before.map((one) => one.taskDefinition));
  });

  test("pitfall 3.42: commands are lists, and a newer revision that somebody registered is no base of a release", async () => {
    const family = nameOf("clinic-e", "django");
    const good = await containerOf((await serviceOf("clinic-e", "django")).taskDefinition);
    const command = ["sh", "-c", 'echo "by hand"'];
    await stage.invoke("ecs", "RegisterTaskDefinition", {
      family,
      ...{ networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" },
      containerDefinitions: [
        { name: "django", image: good.image, command, environment: [{ name: "BY_HAND", value: "1" }] },
      ],
    });
    await rolled("clinic-e", "v1.6.0");
    const released = await containerOf((await serviceOf("clinic-e", "django")).taskDefinition);

    expect(released.command).toEqual(good.command);
    expect(released.environment.map(({ name }) => name)).toEqual(good.environment.map(({ name }) => name));
    expect(released.healthCheck).toEqual(good.healthCheck);
  });

  test("pitfall 3.48: workers and scheduler have a health check of their own, so that running alone is not healthy", async () => {
    const containers = await Promise.all((await definitionsOf("clinic-e")).map(containerOf));

    expect(containers.map(({ healthCheck }) => healthCheck?.command[0])).toEqual(["CMD", "CMD", "CMD"]);
  });
});

test("pitfall 3.43: a second bad release goes back to what ran, not to the revision before it", async () => {
  await rolled("clinic-f", "v1.4.0");
  const before = await definitionsOf("clinic-f");
  behaves(stage.aws.world, { family: "clinic-f-production-django" }, { exitCode: 3, afterMs: 1_000 });
  await rolled("clinic-f", "v1.5.0");
  const outcome = await rolled("clinic-f", "v1.6.0");

  expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "service-crashes" });
  expect(await definitionsOf("clinic-f")).toEqual(before);
});

test("pitfall 3.46: a release leaves alone how many tasks auto scaling runs between its limits", async () => {
  const files = {
    "clinic-g": standardTenant("clinic-g", "services:\n  django: { count: { min: 2, max: 5 } }\n"),
  };
  await rolled("clinic-g", "v1.4.0", { files });
  await stage.invoke("ecs", "UpdateService", { cluster, service: nameOf("clinic-g", "django"), desiredCount: 4 });
  await rolled("clinic-g", "v1.5.0", { files });

  expect(await serviceOf("clinic-g", "django")).toMatchObject({ desiredCount: 4, runningCount: 4 });
  expect(await releasesOf("clinic-g")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
});
