import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rehearsal, startRehearsal } from "../../fixtures/rehearsal.ts";
import { smallFleet } from "../../fixtures/small-fleet.ts";
import { standardTenant } from "../../fixtures/tenants/repository.ts";
import { watchedCell } from "../../fixtures/watched-cell.ts";

const stack = "mate-clinic-x-production";
const files = smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x") });
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  await stage.deploy(files);
}, 120_000);
afterAll(() => stage.stop());

test("drift is looked for in everything but what has secrets for settings", async () => {
  const production = stage.production(files);
  const { inventory } = watchedCell(stage)(production);

  const id = await inventory.detectDrift(stack);
  await stage.clock.sleep(60_000);

  expect(await inventory.driftDetection(id, stack)).toEqual({ state: "done", drifts: [] });
  const { StackResourceDrifts } = await stage.invoke<{ StackResourceDrifts: readonly { ResourceType: string }[] }>(
    "cloudformation",
    "DescribeStackResourceDrifts",
    { StackName: stack },
  );
  const looked = new Set(StackResourceDrifts.map(({ ResourceType }) => ResourceType));
  expect([...looked]).toEqual(expect.arrayContaining(["AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::KMS::Key"]));
  expect([...looked].filter((type) => /Secret$|UserPoolClient|IdentityProvider/.test(type))).toEqual([]);
});
