import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  await stage.pushRelease("v1.5.0");
});
afterAll(() => stage.stop());

const clinic = { "tenants/clinic-x.yml": standardTenant("clinic-x") };
const stackName = "mate-clinic-x-production";

interface Service {
  readonly serviceName: string;
  readonly runningCount: number;
  readonly desiredCount: number;
  readonly taskDefinition: string;
}

async function servicesOf(tenant: string): Promise<readonly Service[]> {
  const services = ["celery", "django", "beat"].map((role) => `mate-${tenant}-production-${role}`);
  return (
    await stage.invoke<{ services: readonly Service[] }>("ecs", "DescribeServices", {
      cluster: "mate-production",
      services,
    })
  ).services;
}

async function imageOf(service: Service | undefined): Promise<string> {
  const { taskDefinition } = await stage.invoke<{
    taskDefinition: {
      containerDefinitions: readonly { image: string; environment: readonly { name: string; value: string }[] }[];
    };
  }>("ecs", "DescribeTaskDefinition", { taskDefinition: service?.taskDefinition });
  return taskDefinition.containerDefinitions[0]?.environment.find(({ name }) => name === "MATE_RELEASE")?.value ?? "";
}

describe("a tenant's life", () => {
  test("a new tenant is planned as a creation, with everything it gets", async () => {
    const { plan, problems, expected } = await stage.plan(smallFleet({}), smallFleet(clinic));

    expect(problems).toEqual([]);
    expect(expected).toEqual(["clinic-x"]);
    expect(plan?.failures).toEqual([]);
    const [planned] = plan?.plans ?? [];
    expect(planned?.kind).toBe("create");
    expect(planned?.dangers).toEqual([]);
    expect(planned?.resources.every(({ action }) => action === "add")).toBe(true);
    expect(planned?.services.map(({ service, kind }) => `${kind} ${service}`)).toEqual([
      "create celery",
      "create django",
      "create beat",
    ]);
  });

  test("it is deployed: stack, migration, services, in this order", async () => {
    const outcomes = await stage.deploy(smallFleet(clinic));

    expect(outcomes.map(({ stage: name, outcome, cause }) => [name, outcome, cause])).toEqual([
      ["apply", "changed", undefined],
      ["migrate", "changed", undefined],
      ["roll", "changed", undefined],
    ]);
    const services = await servicesOf("clinic-x");
    expect(services.map(({ runningCount }) => runningCount)).toEqual([1, 1, 1]);
    const { Stacks } = await stage.invoke<{
      Stacks: readonly { StackStatus: string; EnableTerminationProtection: boolean }[];
    }>("cloudformation", "DescribeStacks", { StackName: stackName });
    expect(Stacks[0]).toMatchObject({ StackStatus: "UPDATE_COMPLETE", EnableTerminationProtection: true });
  });

  test("deploying again finds nothing to do and writes nothing", async () => {
    stage.aws.calls.clear();

    expect(await stage.due(smallFleet(clinic))).toMatchObject({ waves: [], builds: [], settled: 1 });
    expect(stage.aws.calls.all().map(({ operation }) => operation)).not.toContain("CreateChangeSet");
  });

  test("without a record of what is settled it looks, and still changes nothing", async () => {
    const keys = (await stage.cell(productionOf()).records.list("settled/")).map((key) => key);
    for (const key of keys) await stage.cell(productionOf()).records.delete(key);

    const outcomes = await stage.deploy(smallFleet(clinic));

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged", "unchanged"]);
  });

  test("a new release is planned from the old one to the new one and touches no resource", async () => {
    const { plan } = await stage.plan(smallFleet(clinic), smallFleet(clinic, "v1.5.0"));

    const [planned] = plan?.plans ?? [];
    expect(planned?.resources).toEqual([]);
    expect(planned?.release).toEqual({ from: "v1.4.0", to: "v1.5.0" });
    expect(planned?.services).toEqual(
      ["celery", "django", "beat"].map((service) => ({ kind: "roll", service, from: "v1.4.0", to: "v1.5.0" })),
    );
  });

  test("a release whose web server crashes is rolled back, workers included, and nobody else is touched", async () => {
    behaves(
      stage.aws.world,
      { family: "clinic-x-production-django" },
      { exitCode: 3, afterMs: 2_000, lines: ["ImportError: no module named wards"] },
    );
    const outcomes = await stage.deploy(smallFleet(clinic, "v1.5.0"));
    stopMisbehaving();

    const rolled = outcomes.find(({ stage: name }) => name === "roll");
    expect(rolled?.outcome).toBe("failed");
    expect(rolled?.cause).toContain("exit code 3");
    expect(rolled?.evidence?.join("\n")).toContain("no module named wards");
    const [celery, django] = await servicesOf("clinic-x");
    expect(await imageOf(celery)).toBe("v1.4.0");
    expect(await imageOf(django)).toBe("v1.4.0");
    expect(stage.issues.get("unsettled:clinic-x")).toContain("exit code 3");
  });

  test("the same release, mended, is rolled by the next deployment, and the issue closes", async () => {
    const outcomes = await stage.deploy(smallFleet(clinic, "v1.5.0"));

    expect(outcomes.map(({ outcome, cause }) => [outcome, cause])).toEqual([
      ["unchanged", undefined],
      ["unchanged", undefined],
      ["changed", undefined],
    ]);
    for (const service of await servicesOf("clinic-x")) expect(await imageOf(service)).toBe("v1.5.0");
    expect([...stage.issues.keys()]).toEqual([]);
  });
});

function productionOf() {
  return stage.production(smallFleet(clinic));
}

function stopMisbehaving(): void {
  behaves(stage.aws.world, { family: "clinic-x-production-django" }, {});
}
