/** A change of the stack of a hospital whose database was stopped with it: RDS would refuse the change, and its rollback as well. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { suspensionKey } from "../../actions/lib/domain/suspension.ts";
import { quickDatabases } from "../bed/aws/services/rds/state.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const stack = "mate-clinic-x-production";
const clinic = (more = ""): Files => smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x", more) });
const suspended = "state: suspended\n";

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
  quickDatabases(stage.aws.world);
  await stage.pushRelease("v1.4.0");
  await stage.deploy(clinic());
  await stage.deploy(clinic(suspended));
  await stage.invoke("rds", "StopDBInstance", { DBInstanceIdentifier: stack });
  while ((await database()).DBInstanceStatus !== "stopped") await stage.clock.sleep(10_000);
  const at = stage.clock.now().toISOString();
  const startsBy = new Date(stage.clock.now().getTime() + 7 * 86_400_000).toISOString();
  await records().put(suspensionKey("clinic-x"), {
    ...{ state: "suspended", operation: "op-1", at, database: { id: stack, startsBy }, services: [] },
  });
}, 120_000);
afterAll(() => stage?.stop());

function records() {
  return stage.cell(stage.production(clinic())).records;
}

interface Instance {
  readonly DBInstanceStatus: string;
  readonly BackupRetentionPeriod: number;
}

async function database(): Promise<Instance> {
  const asked = { DBInstanceIdentifier: stack };
  const { DBInstances } = await stage.invoke<{ DBInstances: readonly Instance[] }>("rds", "DescribeDBInstances", asked);
  const [found] = DBInstances;
  if (found === undefined) throw new Error(`there is no ${stack}`);
  return found;
}

const startsBy = async (): Promise<string> => {
  const stored = (await records().get(suspensionKey("clinic-x")))?.value as { database: { startsBy: string } };
  return stored.database.startsBy;
};

describe("a hospital that is suspended with its database stopped", { timeout: 60_000 }, () => {
  test("keeps it stopped through a change of other resources", async () => {
    const outcomes = await stage.deploy(clinic(`${suspended}monthlyBudgetUsd: 333\n`));

    expect(outcomes.map(({ outcome }) => outcome)).not.toContain("failed");
    expect((await database()).DBInstanceStatus).toBe("stopped");
    expect(Date.parse(await startsBy())).toBeGreaterThan(stage.clock.now().getTime());
  });

  test("has it started for a change of its own, and is due to be stopped again from then on", async () => {
    const before = clinic(`${suspended}monthlyBudgetUsd: 333\n`);
    const after = clinic(`${suspended}monthlyBudgetUsd: 333\ndatabase: { backupRetentionDays: 21 }\n`);
    const { plan } = await stage.plan(before, after);
    expect(plan?.plans[0]?.notes).toEqual([
      `its database ${stack} is stopped: it is started for this change, and stopped again afterwards`,
    ]);

    const outcomes = await stage.deploy(after);

    expect(outcomes.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(await database()).toMatchObject({ DBInstanceStatus: "available", BackupRetentionPeriod: 21 });
    expect(Date.parse(await startsBy())).toBeLessThan(stage.clock.now().getTime());
  });
});
