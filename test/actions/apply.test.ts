/** A tenant's stack changes under its running services: what the one writer does, the other does not undo. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "../../actions/apply/apply.ts";
import { readTemplate } from "../../actions/lib/adapters/files/template.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { selectFleet } from "../../actions/lib/engine/select-fleet.ts";
import { cloudFormationFaults } from "../bed/aws/cloudformation/stack/faults.ts";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { textOf } from "../contract/committed.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const template = textOf("infra/tenant/tenant.yml");
const family = "mate-clinic-x-production-django";

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  const outcomes = await stage.deploy(smallFleet(clinic("")));
  expect(outcomes.map(({ outcome, cause }) => [outcome, cause])).toEqual(Array(3).fill(["changed", undefined]));
});
afterAll(() => stage.stop());

function clinic(more: string): Files {
  return { "tenants/clinic-x.yml": standardTenant("clinic-x", more) };
}

/** Only the stack, as a run of the action apply. */
async function applyOnly(files: Files): Promise<readonly StageOutcome[]> {
  const declarations = stage.declarations(smallFleet(files));
  const ports = { cells: stage.cell, clock: stage.clock, progress: { say: () => {} } };
  return await apply({ before: [] }, await selectFleet({ declarations, environment: "production" }, ports));
}

interface Service {
  readonly taskDefinition: string;
  readonly desiredCount: number;
}

async function django(): Promise<Service | undefined> {
  const { services } = await stage.invoke<{ services: readonly Service[] }>("ecs", "DescribeServices", {
    cluster: "mate-production",
    services: [family],
  });
  return services[0];
}

describe("two writers, each of its own", () => {
  test("pitfall 3.14: an update of the stack leaves the image alone, because the stack does not know it", async () => {
    const before = await django();

    expect(await applyOnly(clinic("monthlyBudgetUsd: 310\n"))).toMatchObject([{ outcome: "changed" }]);

    expect((await django())?.taskDefinition).toBe(before?.taskDefinition);
    expect(template).not.toMatch(/Type: AWS::ECS::(Service|TaskDefinition)/);
  });

  test("pitfall 3.15: an update of the stack leaves a scaled service scaled", async () => {
    await stage.invoke("ecs", "UpdateService", { cluster: "mate-production", service: family, desiredCount: 3 });

    expect(await applyOnly(clinic("monthlyBudgetUsd: 320\n"))).toMatchObject([{ outcome: "changed" }]);

    expect((await django())?.desiredCount).toBe(3);
    expect(template).not.toMatch(/DesiredCount|AWS::ApplicationAutoScaling/);
  });

  test("pitfall 3.16: tasks that crash neither hold the stack nor roll it back", async () => {
    behaves(stage.aws.world, { family: "clinic-x-production-django" }, { exitCode: 3 });
    await stage.invoke("ecs", "UpdateService", {
      cluster: "mate-production",
      service: family,
      forceNewDeployment: true,
    });

    expect(await applyOnly(clinic("monthlyBudgetUsd: 330\n"))).toMatchObject([{ outcome: "changed" }]);

    behaves(stage.aws.world, { family: "clinic-x-production-django" }, {});
    const { Stacks } = await stage.invoke<{ Stacks: readonly { StackStatus: string }[] }>(
      "cloudformation",
      "DescribeStacks",
      { StackName: "mate-clinic-x-production" },
    );
    expect(Stacks[0]?.StackStatus).toBe("UPDATE_COMPLETE");
  });

  test("pitfall 3.17: a stack that is rolled back leaves the services where they are", async () => {
    const before = await django();
    cloudFormationFaults(stage.aws.world).fail({
      ...{ stack: "mate-clinic-x-production", logicalId: "Budget", phase: "update" },
      ...{ message: "quota of budgets", times: 1 },
    });

    const [outcome] = await applyOnly(clinic("monthlyBudgetUsd: 345\n"));

    expect(outcome).toMatchObject({ outcome: "failed", cause: expect.stringContaining("quota of budgets") });
    const after = await django();
    expect([after?.taskDefinition, after?.desiredCount]).toEqual([before?.taskDefinition, before?.desiredCount]);
  });

  test("pitfall 3.18: whatever was deployed can be gone back to: its task definitions are still there", async () => {
    const before = (await django())?.taskDefinition;
    await stage.pushRelease("v1.5.0");
    const outcomes = await stage.deploy(smallFleet(clinic(""), "v1.5.0"));
    expect(outcomes.map(({ cause }) => cause)).toEqual([undefined, undefined, undefined]);
    expect((await django())?.taskDefinition).not.toBe(before);

    const list = async (status: string): Promise<readonly string[]> =>
      (
        await stage.invoke<{ taskDefinitionArns: readonly string[] }>("ecs", "ListTaskDefinitions", {
          ...{ familyPrefix: family, status },
        })
      ).taskDefinitionArns;
    expect(await list("ACTIVE")).toEqual(expect.arrayContaining([before, (await django())?.taskDefinition]));
    expect(await list("INACTIVE")).toEqual([]);
  });
});

test("pitfall 3.22: every parameter is sent with every change set, so none falls back to what the template or somebody says", async () => {
  stage.aws.calls.clear();

  await applyOnly(clinic("monthlyBudgetUsd: 340\n"));

  const sent = stage.aws.calls.all().find(({ operation }) => operation === "CreateChangeSet")?.input as {
    readonly Parameters: readonly { readonly ParameterKey: string; readonly ParameterValue?: string }[];
  };
  const declared = readTemplate(template, "infra/tenant/tenant.yml").template.parameters.map(({ name }) => name);
  expect(sent.Parameters.map(({ ParameterKey }) => ParameterKey).toSorted()).toEqual(declared.toSorted());
  expect(sent.Parameters.every(({ ParameterValue }) => ParameterValue !== undefined)).toBe(true);
});

test("what a run changed can be found again in CloudTrail: calls, times and request ids are part of the outcome", async () => {
  const [outcome] = await applyOnly(clinic("monthlyBudgetUsd: 350\n"));

  expect(outcome?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(outcome?.calls?.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(["CreateChangeSet", "ExecuteChangeSet"]),
  );
});
