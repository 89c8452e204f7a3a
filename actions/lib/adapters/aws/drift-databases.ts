import {
  DeleteDBSnapshotCommand,
  paginateDescribeDBInstances,
  paginateDescribeDBSnapshots,
  RDSClient,
  type Tag,
} from "@aws-sdk/client-rds";
import type { Inventory } from "../../ports/inventory.ts";
import type { Connection } from "./cell.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** The databases of a cell's inventory. */
export function cellDatabaseInventory({
  client: settings,
  calls,
  trace,
}: Pick<Connection, "client" | "calls" | "trace">): Pick<Inventory, "databases" | "snapshots" | "deleteSnapshot"> {
  const client = scheduled(trace.follow(new RDSClient(scheduledSettings(settings))), calls);
  return {
    databases: async () => {
      const found = [];
      for await (const { DBInstances } of paginateDescribeDBInstances({ client }, {})) {
        for (const one of DBInstances ?? []) {
          found.push({
            id: one.DBInstanceIdentifier ?? "",
            status: one.DBInstanceStatus ?? "",
            backupDays: one.BackupRetentionPeriod ?? 0,
            tags: tagsOf(one.TagList),
            ...(one.InstanceCreateTime !== undefined && { createdAt: one.InstanceCreateTime }),
            ...(one.LatestRestorableTime !== undefined && { restorableUntil: one.LatestRestorableTime }),
            ...(one.AutomaticRestartTime !== undefined && { startsAt: one.AutomaticRestartTime }),
          });
        }
      }
      return found;
    },

    snapshots: async () => {
      const found = [];
      for await (const { DBSnapshots } of paginateDescribeDBSnapshots({ client }, { SnapshotType: "manual" })) {
        for (const { DBSnapshotIdentifier, DBInstanceIdentifier, SnapshotCreateTime, TagList } of DBSnapshots ?? []) {
          // One that is still being taken has no time yet; it is certainly not old.
          if (SnapshotCreateTime === undefined) continue;
          found.push({
            id: DBSnapshotIdentifier ?? "",
            database: DBInstanceIdentifier ?? "",
            createdAt: SnapshotCreateTime,
            tags: tagsOf(TagList),
          });
        }
      }
      return found;
    },

    deleteSnapshot: async (DBSnapshotIdentifier) => {
      await client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier }));
    },
  };
}

function tagsOf(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}
