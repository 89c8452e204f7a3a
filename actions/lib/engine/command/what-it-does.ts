import type { Command } from "../../domain/command/grammar.ts";
import type { Environment } from "../../domain/environment.ts";
import type { Tenant } from "../../domain/tenant.ts";
import { readLease } from "../lease.ts";
import { releaseToGoBackTo } from "../rollback.ts";
import { type CommandCell, servicesOf } from "./setting.ts";
import { runningRelease } from "./tenant-release.ts";

/** What a dangerous command would do, for whoever has to confirm it: `stops 6 tasks`. Nothing is changed. */
export async function whatItDoes(
  command: Command,
  subject: { readonly cell: CommandCell; readonly environment: Environment; readonly tenant?: Tenant },
): Promise<string> {
  const { cell, environment, tenant } = subject;
  if (tenant === undefined) throw new Error(`${command.verb} needs no confirmation`);
  const place = { cell, environment, tenant };
  switch (command.verb) {
    case "suspend": {
      const services = await servicesOf(place, ["django", "celery", "beat"]);
      const tasks = `stops ${services.reduce((sum, { service }) => sum + service.runningCount, 0)} tasks`;
      return command.database === undefined ? tasks : `${tasks} and the database, which takes minutes to start again`;
    }
    case "rollback":
      return `puts ${tenant.name} from ${(await runningRelease(place)) ?? "an unknown release"} back to ${await releaseToGoBackTo(command, place)}`;
    case "unlock": {
      const { lease } = await readLease(tenant.name, cell.records);
      return `takes the lease from ${lease === undefined ? "nobody" : `${lease.purpose} of ${lease.holder} (${lease.operation})`}`;
    }
    default:
      throw new Error(`${command.verb} needs no confirmation`);
  }
}
