/** The life of a tenant of each tier, from its file through plan and deployment: created, changed in everything, suspended, removed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusals, type TenantPlan } from "../../actions/lib/domain/plan.ts";
import { factsOf } from "../bed/aws/cloudformation/resources/facts.ts";
import { offboard } from "../fixtures/offboarding.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { type TenantTier, template, tenantTiers } from "./templates.ts";
import { elsewhere, type OfferCase, offeredPaths, offers } from "./tier-cases.ts";
import { changed, firstFiles, names, repository, stackOf, type TierFiles, withValue } from "./tier-documents.ts";
import { databaseOf, leftOf, physical, running } from "./tier-witness.ts";

let stage: Rehearsal;
/** What each tenant's file says now; changes add up. */
let files: TierFiles;
let secondSecret: string;

beforeAll(async () => {
  stage = await startRehearsal(1_500);
  await stage.pushRelease("v1.4.0");
  await stage.pushRelease("v1.5.0");
  const [first, second] = [await secret("one"), await secret("two")];
  secondSecret = second;
  files = firstFiles(first);
}, 180_000);
afterAll(() => stage?.stop());

async function secret(name: string): Promise<string> {
  const { ARN } = await stage.invoke<{ ARN: string }>("secrets-manager", "CreateSecret", {
    Name: `mate/production/beta/oidc-${name}`,
    SecretString: JSON.stringify({ client_secret: "from-the-clinic" }),
  });
  return ARN;
}

function valueFor({ to }: OfferCase, tier: TenantTier): unknown {
  return to[tier] === "{second secret}" ? secondSecret : to[tier];
}

async function deploy(next: TierFiles): Promise<void> {
  const outcomes = await stage.deploy(repository(next));
  expect(
    outcomes.flatMap(({ tenant, stage: name, cause }) => (cause === undefined ? [] : [{ tenant, name, cause }])),
  ).toEqual([]);
  expect(await stage.due(repository(next))).toMatchObject({ waves: [], settled: 3 });
  files = next;
}

async function plansOf(before: Files, after: Files): Promise<ReadonlyMap<string, TenantPlan>> {
  const { plan, problems } = await stage.plan(before, after);
  expect(problems).toEqual([]);
  expect(plan?.failures).toEqual([]);
  return new Map(plan?.plans.map((one) => [one.tenant, one]));
}

describe("a tenant of each tier", () => {
  test("is created, with every output that its services are made from", async () => {
    await deploy(files);

    for (const tier of tenantTiers) {
      const { Stacks } = await stage.invoke<{
        Stacks: readonly { StackStatus: string; Outputs: readonly { OutputKey: string; OutputValue: string }[] }[];
      }>("cloudformation", "DescribeStacks", { StackName: stackOf(tier) });
      const outputs = template("tenant/tenant").document.Outputs as Record<string, { Condition?: string }>;
      const fitting = tier === "trial" ? "IsTrial" : "IsDedicated";
      const expected = Object.entries(outputs).filter(([, { Condition }]) => (Condition ?? fitting) === fitting);
      expect(Stacks[0]?.StackStatus).toBe("UPDATE_COMPLETE");
      expect(Stacks[0]?.Outputs.map(({ OutputKey }) => OutputKey).toSorted()).toEqual(
        expected.map(([name]) => name).toSorted(),
      );
      expect(Stacks[0]?.Outputs.filter(({ OutputValue }) => OutputValue === "")).toEqual([]);
    }
  });

  test("can be changed in nothing that is not tried here", () => {
    expect([...offers.map(({ at }) => at), ...Object.keys(elsewhere)].toSorted()).toEqual(offeredPaths());
  });
});

test.for(offers.map((offer) => [offer.at, offer] as const))(
  "%s changes what it should, replaces no data, and is done",
  async ([, offer]) => {
    const tiers = tenantTiers.filter((tier) => offer.to[tier] !== undefined);
    const next = {
      ...files,
      ...Object.fromEntries(
        tiers.map((tier) => [tier, changed(files[tier], tier, { offer, value: valueFor(offer, tier) })]),
      ),
    };
    for (const [tier, [value, told, path = offer.at]] of Object.entries(offer.refused ?? {})) {
      const wrong = withValue(files[tier as TenantTier], path, value);
      const { problems } = await stage.plan(repository(files), repository({ ...files, [tier]: wrong }));
      expect(problems.map(({ message }) => message).join("\n")).toMatch(told);
    }
    if (tiers.length === 0) return;

    const plans = await plansOf(repository(files), repository(next));

    expect([...plans.keys()].toSorted()).toEqual(tiers.map((tier) => names[tier]).toSorted());
    const before = new Map(
      await Promise.all(tiers.map(async (tier) => [tier, await physical(stage, stackOf(tier))] as const)),
    );
    for (const tier of tiers) {
      const plan = plans.get(names[tier]);
      const touched = plan?.resources.map(({ logicalId }) => logicalId);
      expect(touched).toEqual(expect.arrayContaining([...(offer.touches ?? [])]));
      if (offer.touches === undefined) expect(touched).toEqual([]);
      const replaced = plan?.resources.filter(({ replacement }) => replacement !== "never");
      expect(replaced?.map(({ logicalId, replacement }) => `${logicalId} ${replacement}`).toSorted()).toEqual(
        (offer.replaces ?? []).map((logicalId) => `${logicalId} always`),
      );
      expect(unlikeSpecification(plan)).toEqual([]);
      expect(plan?.dangers.map(({ logicalId }) => logicalId)).toEqual(
        [offer.destroys?.[tier]].flatMap((id) => id ?? []),
      );
      expect(plan === undefined ? [] : refusals(plan)).toEqual([]);
      expect([...new Set(plan?.services.map(({ service }) => service))].toSorted()).toEqual(
        [...(offer.services ?? [])].toSorted(),
      );
    }

    await deploy(next);

    for (const tier of tiers) {
      const after = await physical(stage, stackOf(tier));
      const others = [...(before.get(tier) ?? [])].filter(([id, was]) => after.has(id) && after.get(id) !== was);
      expect(others.map(([id]) => id).toSorted()).toEqual((offer.replaces ?? []).toSorted());
    }
  },
);

/** Property changes that the plan foretells otherwise than AWS's published resource specification; RDS's own exceptions aside. */
function unlikeSpecification(plan: TenantPlan | undefined): readonly string[] {
  const said = { yes: "always", maybe: "never", no: "never" } as const;
  return (plan?.resources ?? []).flatMap(({ logicalId, type, action, properties }) =>
    properties.flatMap(({ path, replacement }) => {
      const fact = factsOf(type)?.properties[path.split("/")[2] ?? ""];
      const known = action !== "modify" || fact === undefined || said[fact.replaces] === replacement;
      return known ? [] : [`${logicalId}${path} ${replacement}`];
    }),
  );
}

describe("an edit that would move data", () => {
  test.for([
    [
      "trial",
      { tier: "standard" },
      "tier cannot be changed from trial to standard by an edit",
      "suspend gamma, let an administrator move its data (infra/README.md, Moving a tenant's data)",
    ],
    [
      "trial",
      { tier: "enterprise" },
      "tier cannot be changed from trial to enterprise by an edit",
      "add a new tenant file of tier enterprise",
    ],
    [
      "standard",
      { tier: "trial" },
      "tier cannot be changed from standard to trial by an edit",
      "add a new trial tenant under another name",
    ],
  ] as const)("of a %s tenant to %j is refused, with the way to do it", async ([tier, edit, told, way]) => {
    const { redis: _shared, ...rest } = { redis: undefined, ...files[tier], ...edit };
    const after = edit.tier === "trial" ? { ...rest, redis: { index: 9 } } : rest;
    const bare = Object.fromEntries(
      Object.entries(after).filter(([key]) => !["services", "database", "sso"].includes(key)),
    );

    const { problems, plan } = await stage.plan(repository(files), repository({ ...files, [tier]: bare }));

    expect(problems.map(({ message }) => message).join()).toContain(told);
    expect(problems.map(({ hint }) => hint).join()).toContain(way);
    expect(plan).toBeUndefined();
  });
});

const suspended = (): TierFiles =>
  Object.fromEntries(tenantTiers.map((tier) => [tier, withValue(files[tier], "state", "suspended")])) as TierFiles;

describe("suspended and removed", () => {
  test("a suspended tenant runs nothing, and its stack is not touched", async () => {
    const plans = await plansOf(repository(files), repository(suspended()));
    for (const tier of tenantTiers) {
      expect(plans.get(names[tier])?.resources).toEqual([]);
      expect(plans.get(names[tier])?.services.map(({ kind }) => kind)).toEqual(["scale", "scale", "scale"]);
    }
    const before = await Promise.all(tenantTiers.map((tier) => physical(stage, stackOf(tier))));

    await deploy(suspended());

    expect(await Promise.all(tenantTiers.map((tier) => running(stage, stackOf(tier))))).toEqual([0, 0, 0]);
    expect(await Promise.all(tenantTiers.map((tier) => physical(stage, stackOf(tier))))).toEqual(before);
  });

  test("it runs again as before when its file says so, and can be suspended again", async () => {
    const awake = Object.fromEntries(
      tenantTiers.map((tier) => [tier, withValue(files[tier], "state", undefined)]),
    ) as TierFiles;
    await deploy(awake);
    // Two counts, wanted and running: a fixed trial has one of each of its three services.
    expect(await running(stage, stackOf("trial"))).toBe(6);
    expect(await running(stage, stackOf("enterprise"))).toBe(2 * (3 + 3 + 1));

    await deploy(suspended());

    expect(await Promise.all(tenantTiers.map((tier) => running(stage, stackOf(tier))))).toEqual([0, 0, 0]);
  });

  test.for(tenantTiers)(
    "a %s tenant is removed: its protection is lifted first, and what holds data is kept",
    async (tier) => {
      const stack = stackOf(tier);
      const had = await physical(stage, stackOf(tier));
      if (tier !== "trial") expect(await databaseOf(stage, stack)).toMatchObject({ DeletionProtection: true });
      const without = repository({ ...files, [tier]: undefined }, { "tenants/other.yml": standardTenant("other") });
      const plans = await plansOf(repository(files, { "tenants/other.yml": standardTenant("other") }), without);
      expect(plans.get(names[tier])).toMatchObject({ kind: "offboard", dangers: [] });

      const { certificates, failed } = await offboard(stage, without);

      expect(failed).toEqual([]);
      expect(certificates.map(({ tenant }) => tenant)).toEqual([names[tier]]);
      const { Stacks } = await stage.invoke<{ Stacks: readonly { StackName: string; StackStatus: string }[] }>(
        "cloudformation",
        "DescribeStacks",
        {},
      );
      expect(
        Stacks.filter(({ StackName, StackStatus }) => StackName === stack && StackStatus !== "DELETE_COMPLETE"),
      ).toEqual([]);
      expect(await databaseOf(stage, stack)).toBeUndefined();
      expect(await leftOf(stage, stack, had)).toEqual(
        tier === "trial"
          ? { buckets: [`${stack}-data`], snapshots: 0, files: false, key: "Enabled" }
          : { buckets: [`${stack}-backup`, `${stack}-data`], snapshots: 1, files: true, key: "Enabled" },
      );
      const kept = certificates[0]?.kept.map(({ logicalId }) => logicalId);
      expect(kept).toEqual(
        expect.arrayContaining(
          tier === "trial" ? ["TrialDatabase", "DataBucket", "Key"] : ["Database", "Redis", "FileSystem"],
        ),
      );
      const { [tier]: _gone, ...rest } = files;
      files = rest as TierFiles;
    },
  );
});
