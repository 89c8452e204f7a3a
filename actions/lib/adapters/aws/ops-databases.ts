import type { DatabasePower, PoweredDatabase } from "../../ports/database-power.ts";
import { hasCode } from "./client.ts";
import { type Answer, items, type QueryCall, textOf, within } from "./ops-query.ts";

/** Stopping and starting of database instances, by single calls instead of RDS's whole client. */
export function opsDatabases(query: (call: QueryCall) => Promise<Answer>): DatabasePower {
  const ask = (action: string, id: string): Promise<Answer> =>
    query({ service: "rds", action, parameters: { DBInstanceIdentifier: id } });
  const change = async (action: string, id: string): Promise<"taken" | "later"> => {
    try {
      await ask(action, id);
      return "taken";
    } catch (error) {
      // Also after our own earlier call whose answer was lost.
      if (hasCode(error, "InvalidDBInstanceState", "InvalidDBInstanceStateFault")) return "later";
      throw error;
    }
  };
  return {
    find: async (id) => {
      try {
        const [one] = items(await ask("DescribeDBInstances", id), "DBInstances", "DBInstance");
        return one === undefined ? undefined : powered(one);
      } catch (error) {
        if (hasCode(error, "DBInstanceNotFound", "DBInstanceNotFoundFault")) return undefined;
        throw error;
      }
    },
    stop: (id) => change("StopDBInstance", id),
    start: (id) => change("StartDBInstance", id),
  };
}

function powered(one: Answer): PoweredDatabase {
  const startsBy = textOf(one, "AutomaticRestartTime");
  const unstoppable = whyNot(one);
  return {
    id: textOf(one, "DBInstanceIdentifier") ?? "",
    status: textOf(one, "DBInstanceStatus") ?? "unknown",
    ...(startsBy !== undefined && { startsBy: new Date(startsBy) }),
    ...(unstoppable !== undefined && { unstoppable }),
  };
}

/** RDS user guide, "Stopping an Amazon RDS DB instance temporarily", limitations. */
function whyNot(one: Answer): string | undefined {
  const replicas = within(one, "ReadReplicaDBInstanceIdentifiers").ReadReplicaDBInstanceIdentifier;
  if (replicas !== undefined) return "it has read replicas";
  if (textOf(one, "ReadReplicaSourceDBInstanceIdentifier") !== undefined) return "it is a read replica";
  if (textOf(one, "DBClusterIdentifier") !== undefined) return "it is part of a database cluster";
  const standby = String(one.MultiAZ) === "true";
  return standby && (textOf(one, "Engine") ?? "").startsWith("sqlserver")
    ? "it is SQL Server with a standby"
    : undefined;
}
