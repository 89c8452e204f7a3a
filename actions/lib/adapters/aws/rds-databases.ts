import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeAccountAttributesCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  type DescribeDBInstancesCommandInput,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  type RDSClient,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import type { DatabaseInstance } from "../../domain/restore-database.ts";
import type { Asked, Databases } from "../../ports/databases.ts";
import { hasCode } from "./client.ts";
import { carriedInput, fromTags, restoreInput, toInstance, toSnapshot } from "./rds-shape.ts";

/** Instances and backups through the RDS API. Its changing calls know no tokens: what an answer got lost for is seen by looking. */
export function rdsDatabases(rds: RDSClient): Omit<Databases, "startComparing" | "differences"> {
  const instances = async (
    input: DescribeDBInstancesCommandInput,
    prefix = "",
  ): Promise<readonly DatabaseInstance[]> => {
    const found: DatabaseInstance[] = [];
    let marker: string | undefined;
    do {
      const page = await rds.send(
        new DescribeDBInstancesCommand({ ...input, ...(marker !== undefined && { Marker: marker }) }),
      );
      // What else the account has is none of our business, nor is what state it is in.
      const ours = (page.DBInstances ?? []).filter(({ DBInstanceIdentifier = "" }) =>
        DBInstanceIdentifier.startsWith(prefix),
      );
      found.push(...ours.map(toInstance));
      marker = page.Marker;
    } while (marker !== undefined);
    return found;
  };
  return {
    find: async (id) => {
      try {
        return (await instances({ DBInstanceIdentifier: id })).at(0);
      } catch (error) {
        if (hasCode(error, "DBInstanceNotFoundFault", "DBInstanceNotFound")) return undefined;
        throw error;
      }
    },

    findResource: async (resource) =>
      (await instances({ Filters: [{ Name: "dbi-resource-id", Values: [resource] }] })).at(0),

    list: (prefix) => instances({}, prefix),

    snapshots: async (id) => {
      const found = [];
      let marker: string | undefined;
      do {
        const page = await rds.send(
          new DescribeDBSnapshotsCommand({
            DBInstanceIdentifier: id,
            ...(marker !== undefined && { Marker: marker }),
          }),
        );
        found.push(...(page.DBSnapshots ?? []).map(toSnapshot));
        marker = page.Marker;
      } while (marker !== undefined);
      return found.sort((a, b) => (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0));
    },

    snapshot: async (id) => {
      try {
        const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id }));
        return DBSnapshots?.[0] === undefined ? undefined : toSnapshot(DBSnapshots[0]);
      } catch (error) {
        if (hasCode(error, "DBSnapshotNotFoundFault", "DBSnapshotNotFound")) return undefined;
        throw error;
      }
    },

    window: async (resource) => {
      const { DBInstanceAutomatedBackups } = await rds.send(
        new DescribeDBInstanceAutomatedBackupsCommand({ DbiResourceId: resource }),
      );
      const { EarliestTime, LatestTime } = DBInstanceAutomatedBackups?.[0]?.RestoreWindow ?? {};
      return EarliestTime === undefined || LatestTime === undefined
        ? undefined
        : { earliest: EarliestTime, latest: LatestTime };
    },

    quotas: async () => {
      const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}));
      const quota = (name: string): { readonly used: number; readonly most: number } => {
        const found = AccountQuotas?.find(({ AccountQuotaName }) => AccountQuotaName === name);
        if (found?.Max === undefined) throw new Error(`RDS tells no quota ${name}`);
        return { used: found.Used ?? 0, most: found.Max };
      };
      return { instances: quota("DBInstances"), snapshots: quota("ManualSnapshots") };
    },

    offers: async (Engine, EngineVersion) => {
      const { DBEngineVersions } = await rds.send(new DescribeDBEngineVersionsCommand({ Engine, EngineVersion }));
      return (DBEngineVersions ?? []).some((offered) => offered.EngineVersion === EngineVersion);
    },

    restore: ({ source, as, settings, tags }) =>
      asked(["DBInstanceAlreadyExistsFault", "DBInstanceAlreadyExists"], async () => {
        const input = restoreInput(settings, tags);
        if (source.kind === "snapshot") {
          await rds.send(
            new RestoreDBInstanceFromDBSnapshotCommand({
              ...input,
              DBInstanceIdentifier: as,
              DBSnapshotIdentifier: source.id,
            }),
          );
        } else {
          await rds.send(
            new RestoreDBInstanceToPointInTimeCommand({
              ...input,
              TargetDBInstanceIdentifier: as,
              SourceDBInstanceIdentifier: source.instance,
              RestoreTime: new Date(source.at),
            }),
          );
        }
      }),

    carry: (id, settings) =>
      asked(busy, () => rds.send(new ModifyDBInstanceCommand({ ...carriedInput(settings), DBInstanceIdentifier: id }))),

    rename: (id, to, protect) =>
      // The name may still be another's for a moment, and after a lost answer the instance may have the new one already.
      asked([...busy, ...gone, "DBInstanceAlreadyExistsFault", "DBInstanceAlreadyExists"], () =>
        rds.send(
          new ModifyDBInstanceCommand({
            DBInstanceIdentifier: id,
            NewDBInstanceIdentifier: to,
            DeletionProtection: protect,
            ApplyImmediately: true,
          }),
        ),
      ),

    unprotect: (id) =>
      asked([...busy, ...gone], () =>
        rds.send(
          new ModifyDBInstanceCommand({ DBInstanceIdentifier: id, DeletionProtection: false, ApplyImmediately: true }),
        ),
      ),

    reboot: (id) => asked(busy, () => rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: id }))),

    start: (id) => asked(busy, () => rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: id }))),

    stop: (id) => asked(busy, () => rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: id }))),

    takeSnapshot: async ({ of, as, tags }) => {
      try {
        return await asked(busy, () =>
          rds.send(
            new CreateDBSnapshotCommand({ DBInstanceIdentifier: of, DBSnapshotIdentifier: as, Tags: fromTags(tags) }),
          ),
        );
      } catch (error) {
        if (hasCode(error, "DBSnapshotAlreadyExistsFault", "DBSnapshotAlreadyExists")) return "taken";
        throw error;
      }
    },

    remove: (id) =>
      asked([...busy, ...gone], () =>
        rds.send(
          new DeleteDBInstanceCommand({
            DBInstanceIdentifier: id,
            SkipFinalSnapshot: true,
            DeleteAutomatedBackups: true,
          }),
        ),
      ),
  };
}

const busy = ["InvalidDBInstanceStateFault", "InvalidDBInstanceState"];
const gone = ["DBInstanceNotFoundFault", "DBInstanceNotFound"];

/** Some refusals only say that the instance is not, or not yet, what the call needs. */
async function asked(laterCodes: readonly string[], call: () => Promise<unknown>): Promise<Asked> {
  try {
    await call();
    return "taken";
  } catch (error) {
    if (hasCode(error, ...laterCodes)) return "later";
    throw error;
  }
}
