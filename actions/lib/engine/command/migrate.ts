import { OperatorError } from "../../domain/operator-error.ts";
import type { ActionEnd } from "./action-end.ts";
import { lastSuspension } from "./database-power.ts";
import type { Setting } from "./setting.ts";
import { migrateTo, migrationDue, releaseOfTenant } from "./tenant-release.ts";

/** Runs the migration of the tenant's release, if it is due. */
export async function migrate(setting: Setting): Promise<ActionEnd> {
  const { tenant } = setting;
  const { suspension } = await lastSuspension(tenant.name, setting.cell.records);
  if (suspension?.database !== undefined) {
    throw new OperatorError(
      "database-stopped",
      `the database of ${tenant.name} is stopped; resuming starts it and migrates it: /resume ${tenant.name}`,
    );
  }
  const release = await releaseOfTenant(tenant, setting);
  const name = release.desired.release;
  const saw = await setting.firstSight({ due: (await migrationDue(release, setting)) ? "yes" : "no" });
  const end = await migrateTo(release, setting);
  switch (end.outcome) {
    case "unchanged":
    case "migrated":
      if (saw.due === "no") return { end: "unchanged", running: `the database has the migrations of ${name}` };
      return {
        end: "done",
        changes: [],
        running: `the database has the migrations of ${name}`,
        notes: [],
        record: { nothing: "which migrations a database has is not something git says" },
      };
    case "failed":
      return {
        ...{ end: "failed", reasonCode: end.reasonCode, cause: end.cause, evidence: end.log },
        running: "services run what they ran before",
        next: [
          { verb: "logs", tenant: tenant.name, service: "django" },
          { verb: "migrate", tenant: tenant.name },
        ],
      };
  }
}
