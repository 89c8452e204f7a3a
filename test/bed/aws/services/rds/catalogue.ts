/** What RDS says about itself: engine versions, quotas, events, tags and automated backups. */
import type { DescribeEventsMessage, Tag } from "@aws-sdk/client-rds";
import type { Operation, World } from "../../kernel.ts";
import { rdsPage } from "./paging.ts";
import { latestRestorable } from "./point-in-time.ts";
import { rdsArn, rdsControls, rdsState } from "./state.ts";

/** PostgreSQL versions the bed's RDS offers. */
const VERSIONS: readonly string[] = ["14.13", "15.8", "16.4", "16.6", "17.2", "17.9"];

/** Operations that only tell, by name, and those on tags. */
export function catalogueOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    DescribeDBEngineVersions: ({ Engine, EngineVersion }: { Engine?: string; EngineVersion?: string }) => ({
      DBEngineVersions: (Engine === undefined || Engine === "postgres" ? VERSIONS : [])
        .filter(
          (version) =>
            EngineVersion === undefined || version === EngineVersion || version.startsWith(`${EngineVersion}.`),
        )
        .map((version) => ({
          Engine: "postgres",
          EngineVersion: version,
          DBParameterGroupFamily: `postgres${version.split(".")[0]}`,
          DBEngineDescription: "PostgreSQL",
          Status: "available",
        })),
    }),
    DescribeAccountAttributes: (_input: object, call) => {
      const state = rdsState(world, call);
      const { instances, manualSnapshots } = rdsControls(world).quotas;
      const manual = [...state.snapshots.values()].filter((one) => one.SnapshotType === "manual").length;
      return {
        AccountQuotas: [
          { AccountQuotaName: "DBInstances", Used: state.instances.size, Max: instances },
          { AccountQuotaName: "ManualSnapshots", Used: manual, Max: manualSnapshots },
        ],
      };
    },
    DescribeEvents: (input: DescribeEventsMessage, call) => {
      const from = input.StartTime?.getTime() ?? world.clock.now() - (input.Duration ?? 60) * 60_000;
      const to = input.EndTime?.getTime() ?? world.clock.now();
      const found = rdsState(world, call)
        .events.filter(
          (event) => input.SourceIdentifier === undefined || event.SourceIdentifier === input.SourceIdentifier,
        )
        .filter((event) => input.SourceType === undefined || event.SourceType === input.SourceType)
        .filter(({ Date: at }) => at !== undefined && at.getTime() >= from && at.getTime() <= to)
        .reverse();
      const { items, Marker } = rdsPage(found, input);
      return { Events: items, ...(Marker !== undefined && { Marker }) };
    },
    DescribeDBInstanceAutomatedBackups: (input: { DBInstanceIdentifier?: string; DbiResourceId?: string }, call) => {
      const state = rdsState(world, call);
      const active = [...state.instances.values()].flatMap(({ shown }) => {
        const to = latestRestorable(world, shown);
        if (to === undefined) return [];
        const from = Math.max(
          shown.InstanceCreateTime?.getTime() ?? to,
          to - (shown.BackupRetentionPeriod ?? 0) * 86_400_000,
        );
        return [
          {
            shown,
            from,
            to,
            arn: rdsArn(call, "auto-backup", `ab-${shown.DbiResourceId?.slice(3).toLowerCase()}`),
            Status: "active",
          },
        ];
      });
      const retained = [...state.retained.values()].map(({ instance, ...times }) => ({
        shown: instance,
        ...times,
        Status: "retained",
      }));
      return {
        DBInstanceAutomatedBackups: [...active, ...retained]
          .filter(
            ({ shown }) =>
              input.DBInstanceIdentifier === undefined || shown.DBInstanceIdentifier === input.DBInstanceIdentifier,
          )
          .filter(({ shown }) => input.DbiResourceId === undefined || shown.DbiResourceId === input.DbiResourceId)
          .map(({ shown, from, to, arn, Status }) => ({
            DBInstanceArn: shown.DBInstanceArn,
            DbiResourceId: shown.DbiResourceId,
            DBInstanceIdentifier: shown.DBInstanceIdentifier,
            DBInstanceAutomatedBackupsArn: arn,
            RestoreWindow: { EarliestTime: new Date(from), LatestTime: new Date(to) },
            Status,
            Engine: shown.Engine,
            EngineVersion: shown.EngineVersion,
            BackupRetentionPeriod: shown.BackupRetentionPeriod,
          })),
      };
    },
    DescribePendingMaintenanceActions: () => ({ PendingMaintenanceActions: [] }),
    ListTagsForResource: ({ ResourceName = "" }: { ResourceName?: string }, call) => ({
      TagList: rdsState(world, call).tags.get(ResourceName) ?? [],
    }),
    AddTagsToResource: ({ ResourceName = "", Tags = [] }: { ResourceName?: string; Tags?: Tag[] }, call) => {
      const { tags } = rdsState(world, call);
      tags.set(ResourceName, [
        ...new Map([...(tags.get(ResourceName) ?? []), ...Tags].map((tag) => [tag.Key, tag])).values(),
      ]);
      return {};
    },
    RemoveTagsFromResource: (
      { ResourceName = "", TagKeys = [] }: { ResourceName?: string; TagKeys?: string[] },
      call,
    ) => {
      const { tags } = rdsState(world, call);
      tags.set(
        ResourceName,
        (tags.get(ResourceName) ?? []).filter((tag) => !TagKeys.includes(tag.Key ?? "")),
      );
      return {};
    },
  };
}
