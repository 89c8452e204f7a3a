/** Standard to enterprise and back on the bed, from the plan of the pull request to the settled tenant: two updates, no data moved. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "../../actions/apply/apply.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { selectFleet } from "../../actions/lib/engine/select-fleet.ts";
import type { Stacks } from "../../actions/lib/ports/stacks.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const names = ["clinic-x", "clinic-y"] as const;
const everyone = (tier: "standard" | "enterprise", more = ""): Files =>
  smallFleet(
    Object.fromEntries(
      names.map((name) => [
        `tenants/${name}.yml`,
        standardTenant(name, more).replace("tier: standard", `tier: ${tier}`),
      ]),
    ),
  );
const standard = everyone("standard");
const enterprise = everyone("enterprise");
/** Storage never shrinks, so a hospital that goes back keeps its size. */
const standardAgain = everyone("standard", "database: { allocatedStorageGib: 200, maxAllocatedStorageGib: 1000 }\n");

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  const outcomes = await stage.deploy(standard);
  expect(outcomes.map(({ outcome, cause }) => [outcome, cause])).toEqual(Array(6).fill(["changed", undefined]));
  await stage.invoke("s3", "PutObject", { Bucket: "mate-clinic-x-production-data", Key: "scan.dcm", Body: "patient" });
}, 240_000);
afterAll(() => stage?.stop());

interface Redis {
  readonly MemberClusters: readonly string[];
  readonly AutomaticFailover: string;
  readonly MultiAZ: string;
  readonly CacheNodeType: string;
}

async function redisOf(tenant: string): Promise<Redis | undefined> {
  const { ReplicationGroups } = await stage.invoke<{ ReplicationGroups: readonly Redis[] }>(
    "elasticache",
    "DescribeReplicationGroups",
    { ReplicationGroupId: `mate-${tenant}-production` },
  );
  return ReplicationGroups[0];
}

/** Everything of a tenant that holds data, by what AWS knows it by. */
async function identities(tenant: string): Promise<object> {
  type Resources = {
    readonly StackResources: readonly { LogicalResourceId: string; PhysicalResourceId: string; ResourceType: string }[];
  };
  const { StackResources } = await stage.invoke<Resources>("cloudformation", "DescribeStackResources", {
    StackName: `mate-${tenant}-production`,
  });
  const { DBInstances } = await stage.invoke<{ DBInstances: readonly { DbiResourceId: string }[] }>(
    "rds",
    "DescribeDBInstances",
    { DBInstanceIdentifier: `mate-${tenant}-production` },
  );
  const holds = /RDS::DBInstance|ReplicationGroup$|EFS|S3::Bucket$|KMS::Key$|Secret$|LogGroup$|Cognito/;
  return {
    database: DBInstances[0]?.DbiResourceId,
    ...Object.fromEntries(
      StackResources.filter(({ ResourceType }) => holds.test(ResourceType)).map(
        ({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId, PhysicalResourceId],
      ),
    ),
  };
}

async function stackOf(tenant: string): Promise<{ readonly status: string; readonly failover: string | undefined }> {
  const { Stacks } = await stage.invoke<{
    Stacks: readonly {
      StackStatus: string;
      Parameters: readonly { ParameterKey: string; ParameterValue: string }[];
    }[];
  }>("cloudformation", "DescribeStacks", { StackName: `mate-${tenant}-production` });
  return {
    status: Stacks[0]?.StackStatus ?? "",
    failover: Stacks[0]?.Parameters.find(({ ParameterKey }) => ParameterKey === "RedisFailover")?.ParameterValue,
  };
}

/** The action apply for one tenant, with something of CloudFormation broken. */
async function applyOnly(
  files: Files,
  tenant: string,
  broken: (stacks: Stacks) => Partial<Stacks>,
): Promise<readonly StageOutcome[]> {
  const ports = {
    cells: (environment: Parameters<Rehearsal["cell"]>[0]) => {
      const cell = stage.cell(environment);
      return { ...cell, stacks: { ...cell.stacks, ...broken(cell.stacks) } };
    },
    clock: stage.clock,
    progress: { say: () => {} },
  };
  const declarations = stage.declarations(files);
  return await apply(
    { before: [] },
    await selectFleet({ declarations, environment: "production", tenants: [tenant] }, ports),
  );
}

describe("standard becomes enterprise", { timeout: 240_000 }, () => {
  let before: object;

  test("the plan shows what Redis gets, that it takes two updates, and no danger", async () => {
    before = await identities("clinic-x");

    const { plan, problems } = await stage.plan(standard, enterprise);

    expect(problems).toEqual([]);
    expect(plan?.failures).toEqual([]);
    const shown = plan?.plans.find(({ tenant }) => tenant === "clinic-x");
    expect(shown?.notes).toContain(
      "made in two updates, because AWS refuses it as one: first Redis gets its second node, then failover is turned on",
    );
    expect(shown?.dangers).toEqual([]);
    const redis = shown?.resources.find(({ logicalId }) => logicalId === "Redis");
    expect(redis?.replacement).toBe("never");
    expect(redis?.properties.map(({ path, before: from, after }) => `${path} ${from} ${after}`)).toEqual(
      expect.arrayContaining([
        "/Properties/NumCacheClusters 1 2",
        "/Properties/AutomaticFailoverEnabled false true",
        "/Properties/MultiAZEnabled false true",
      ]),
    );
  });

  test("a run that dies between the two updates leaves a whole stack without failover, and the tenant is still due", async () => {
    let executed = 0;
    const [outcome] = await applyOnly(enterprise, "clinic-x", (stacks) => ({
      executeChangeSet: async (id, token) => {
        executed++;
        if (executed === 2) throw new Error("the runner was taken away");
        return await stacks.executeChangeSet(id, token);
      },
    }));

    expect(outcome).toMatchObject({ outcome: "failed", cause: "Error: the runner was taken away" });
    expect(await stackOf("clinic-x")).toEqual({ status: "UPDATE_COMPLETE", failover: "false" });
    expect(await redisOf("clinic-x")).toMatchObject({
      MemberClusters: ["mate-clinic-x-production-001", "mate-clinic-x-production-002"],
      AutomaticFailover: "disabled",
    });
    expect((await stage.due(enterprise)).waves.flatMap(({ tenants }) => tenants)).toContain("clinic-x");
  });

  test("the next deployment makes the rest: one tenant the second update, the other both", async () => {
    const outcomes = await stage.deploy(enterprise);

    const applied = (tenant: string) => outcomes.find((one) => one.tenant === tenant && one.stage === "apply");
    expect(outcomes.map(({ cause }) => cause)).toEqual(Array(6).fill(undefined));
    expect(applied("clinic-x")).toMatchObject({ outcome: "changed" });
    expect(applied("clinic-x")?.what).toMatch(/^1 resource/);
    expect(applied("clinic-y")?.what).toMatch(
      /; in two updates: first Redis gets its second node, then failover is turned on$/,
    );
    for (const tenant of names) {
      expect(await stackOf(tenant)).toEqual({ status: "UPDATE_COMPLETE", failover: "true" });
      expect(await redisOf(tenant)).toMatchObject({
        AutomaticFailover: "enabled",
        MultiAZ: "enabled",
        CacheNodeType: "cache.m7g.large",
      });
    }
  });

  test("all data is where it was, and the tenant is settled", async () => {
    expect(await identities("clinic-x")).toEqual(before);
    const { Body } = await stage.invoke<{ Body: Uint8Array }>("s3", "GetObject", {
      Bucket: "mate-clinic-x-production-data",
      Key: "scan.dcm",
    });
    expect(Buffer.from(Body).toString()).toBe("patient");
    expect(await stage.due(enterprise)).toMatchObject({ waves: [], settled: 2 });
    expect([...stage.issues]).toEqual([]);
  });
});

describe("enterprise becomes standard again", { timeout: 240_000 }, () => {
  test("in two updates as well: first without failover, then without the second node", async () => {
    const before = await identities("clinic-x");
    const { plan } = await stage.plan(enterprise, standardAgain);
    expect(plan?.plans[0]?.notes.join()).toContain("first failover of Redis is turned off");

    const outcomes = await stage.deploy(standardAgain);

    expect(outcomes.map(({ cause }) => cause)).toEqual(Array(6).fill(undefined));
    expect(await redisOf("clinic-x")).toMatchObject({
      MemberClusters: ["mate-clinic-x-production-001"],
      AutomaticFailover: "disabled",
      MultiAZ: "disabled",
    });
    expect(await identities("clinic-x")).toEqual(before);
    expect(await stage.due(standardAgain)).toMatchObject({ waves: [], settled: 2 });
  });
});
