import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RestoreRecord } from "../../actions/lib/domain/restore-record.ts";
import type { RestoreOutcome } from "../../actions/restore/restore.ts";
import { type RestoreStage, startRestoreStage } from "../fixtures/restore-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: RestoreStage;
beforeAll(async () => {
  stage = await startRestoreStage({ "tenants/clinic-x.yml": standardTenant("clinic-x") });
  // Until its first backup is uploaded there is nothing to go back to.
  await stage.sleep(20 * 60_000);
}, 120_000);
afterAll(() => stage?.stop());

const live = "mate-clinic-x-production";

function recordOf(outcome: RestoreOutcome): RestoreRecord {
  if (outcome.outcome === "stopped") throw new Error(`stopped: ${outcome.failure.message}`);
  if (outcome.outcome !== "carried-out") throw new Error(`nothing was carried out: ${outcome.outcome}`);
  return outcome.record;
}

describe("a paid tenant's database", { timeout: 120_000 }, () => {
  test("a dry run changes nothing and says what would be done, how long it takes and what is lost", async () => {
    stage.aws.calls.clear();

    const outcome = await stage.restore({ tenant: "clinic-x", mode: "dry-run" });

    if (outcome.outcome !== "planned") throw new Error(outcome.outcome);
    const { plan } = outcome;
    expect(plan.findings.filter(({ level }) => level === "refuse")).toEqual([]);
    expect(plan.steps.map(({ step }) => step)).toEqual([
      "restore-beside",
      "carry-settings",
      "verify",
      "suspend",
      "final-snapshot",
      "rename-old",
      "rename-new",
      "forget-queue",
      "migrate",
      "resume",
      "check-stack",
    ]);
    expect(plan.lossMinutes).toBeLessThan(10);
    expect(plan.minutes.whole).toBeGreaterThan(plan.minutes.down);
    const changing = stage.aws.calls.all().filter(({ operation }) => !/^(Describe|Get|List|Head)/.test(operation));
    expect(changing.map(({ operation }) => operation)).toEqual([]);
  });

  test("is restored by a swap of names: endpoint and stack stay, the old one is kept", async () => {
    const before = await stage.instance(live);

    const record = recordOf(await stage.restore({ tenant: "clinic-x", mode: "execute" }));

    expect(record.state).toBe("done");
    expect(record.facts.drift).toEqual([]);
    const after = await stage.instance(live);
    expect(after?.DbiResourceId).not.toBe(before?.DbiResourceId);
    expect(after?.Endpoint).toEqual(before?.Endpoint);
    const kept = (await stage.instances()).find(({ DbiResourceId }) => DbiResourceId === before?.DbiResourceId);
    expect(kept?.DBInstanceIdentifier).toMatch(/^mate-clinic-x-production-old-\d{14}$/);
    expect(kept?.DeletionProtection).toBe(true);
  });
});
