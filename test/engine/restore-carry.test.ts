/** What RDS shows lags behind what it took: a setting is asked for once, and waited for. */
import { expect, test } from "vitest";
import type { DatabaseInstance, DatabaseSettings } from "../../actions/lib/domain/restore-database.ts";
import { carryTo } from "../../actions/lib/engine/restore/database-steps.ts";
import type { Databases } from "../../actions/lib/ports/databases.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

const serving: DatabaseSettings = {
  ...{ instanceClass: "db.t4g.medium", storageGib: 50, storageType: "gp3", multiAz: false, port: 5432 },
  ...{ securityGroups: ["sg-1"], publiclyAccessible: false, iamAuthentication: false, logExports: ["postgresql"] },
  ...{ minorUpgrades: true, tagsToSnapshots: true, dedicatedLogVolume: false, engineVersion: "17.9" },
  ...{ backupRetentionDays: 14, backupWindow: "02:00-03:00", protected: false },
};
const restored: DatabaseSettings = { ...serving, backupWindow: "07:00-08:00" };

/** An instance that RDS shows as it was for so long after it took a change, if it ever does as it was told. */
function lagging({ lagMs, does }: { readonly lagMs: number; readonly does: boolean }) {
  const clock = skippingClock();
  let taken: number | undefined;
  const shown = (): DatabaseInstance => ({
    ...{ id: "mate-hospital-a-production-r1", arn: "arn", resource: "db-1", state: "ready", status: "available" },
    ...{ engine: "postgres", pending: "nothing", tags: {}, createdAt: new Date(0) },
    ...(does && taken !== undefined && clock.now().getTime() - taken >= lagMs
      ? { secret: "arn:secret", settings: { ...serving, secretKey: "key" } }
      : { settings: restored }),
  });
  const databases = {
    findResource: async () => shown(),
    carry: async () => {
      taken ??= clock.now().getTime();
      return "taken";
    },
  } as unknown as Databases;
  return { clock, cell: { databases }, progress: { say: () => {} } };
}

test("a setting that shows late is not asked for again, nor taken for refused", async () => {
  const place = lagging({ lagMs: 55_000, does: true });

  expect(await carryTo("db-1", { ...serving, secretKey: "key" }, place)).toBe("arn:secret");
});

test("a setting that RDS never gives is told after it was asked for again and again", async () => {
  const place = lagging({ lagMs: 0, does: false });

  await expect(carryTo("db-1", serving, place)).rejects.toThrow(
    "RDS does not give mate-hospital-a-production-r1 the backup window of the running instance",
  );
});
