/** A tenant whose first stack could not be made whole: nothing of it may stay in the way of the next try. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { cloudFormationFaults } from "../bed/aws/cloudformation/stack/faults.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const stack = "mate-clinic-x-production";
const files = smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x") });
let stage: Rehearsal;

beforeEach(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
});
afterEach(() => stage.stop());

async function isProtected(): Promise<boolean | undefined> {
  const { DBInstances } = await stage.invoke<{ DBInstances: readonly { readonly DeletionProtection: boolean }[] }>(
    "rds",
    "DescribeDBInstances",
    { DBInstanceIdentifier: stack },
  );
  return DBInstances[0]?.DeletionProtection;
}

test("a creation that fails at its last resource is undone whole, and the next deployment makes the tenant, protected", async () => {
  // Made after the database, the cache and the load balancer.
  cloudFormationFaults(stage.aws.world).fail({
    stack,
    logicalId: "Dashboard",
    phase: "create",
    message: "no more",
    times: 1,
  });

  const [failed] = await stage.deploy(files);

  expect(failed).toMatchObject({ outcome: "failed", reasonCode: "stack-failed" });
  expect(failed?.cause).toContain("Dashboard (AWS::CloudWatch::Dashboard) CREATE_FAILED: no more");
  expect(failed?.evidence?.join("\n")).not.toContain("ROLLBACK_FAILED");

  await stage.deploy(files);

  expect(await isProtected()).toBe(true);
});

test("a run that is lost before what it made is protected leaves that to the next, which has nothing else to do", async () => {
  const match = { operations: ["ExecuteChangeSet"] };
  const mend = stage.aws.faults.add({ kind: "error", code: "AccessDenied", nth: 2, match });
  await Promise.allSettled([stage.deploy(files)]);
  mend();
  expect(await isProtected()).toBe(false);

  await stage.deploy(files);

  expect(await isProtected()).toBe(true);
  expect(await stage.due(files)).toMatchObject({ waves: [], settled: 1 });
});
