/** Point-in-time recovery: how far back and how near to now, and the restore itself. */
import type { DBInstance, RestoreDBInstanceToPointInTimeMessage } from "@aws-sdk/client-rds";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { beginInstance } from "./birth.ts";
import { findInstance, rdsControls, rdsState } from "./state.ts";

/** Transaction logs are uploaded every five minutes (Amazon RDS user guide). */
const UPLOAD = 5 * 60_000;

/** The latest time an instance can be restored to, in milliseconds since the epoch; undefined without backups. */
export function latestRestorable(world: World, shown: DBInstance): number | undefined {
  const created = shown.InstanceCreateTime?.getTime();
  if (created === undefined || (shown.BackupRetentionPeriod ?? 0) === 0) return undefined;
  return Math.max(created, Math.floor(world.clock.now() / UPLOAD) * UPLOAD);
}

/** Begins a new instance with the data of another as it was at a time. */
export async function restoreToPointInTime(
  world: World,
  call: Call,
  input: RestoreDBInstanceToPointInTimeMessage,
): Promise<DBInstance> {
  const { source, from, to } = findSource(world, call, input);
  if (to === undefined) {
    throw new AwsError(
      "PointInTimeRestoreNotEnabled",
      `Point in time restore is not enabled for ${source.DBInstanceIdentifier}.`,
    );
  }
  const time = input.UseLatestRestorableTime === true ? to : input.RestoreTime?.getTime();
  if (time === undefined)
    throw new AwsError(
      "InvalidParameterCombination",
      "Either RestoreTime or UseLatestRestorableTime must be specified.",
    );
  if (input.UseLatestRestorableTime === true && input.RestoreTime !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "RestoreTime and UseLatestRestorableTime can't be specified together.",
    );
  }
  if (time > to || time < from) {
    throw new AwsError(
      "InvalidRestoreFault",
      `The specified instance cannot be restored to a time earlier than ${new Date(from).toISOString()} or later than ${new Date(to).toISOString()}.`,
    );
  }
  const { TargetDBInstanceIdentifier, ...wish } = input;
  return beginInstance(world, call, {
    wish: {
      ...wish,
      ...(TargetDBInstanceIdentifier !== undefined && { DBInstanceIdentifier: TargetDBInstanceIdentifier }),
    },
    source,
    milliseconds: rdsControls(world).durations.restore,
    tags: input.Tags ?? [],
  });
}

function findSource(
  world: World,
  call: Call,
  input: RestoreDBInstanceToPointInTimeMessage,
): { readonly source: DBInstance; readonly from: number; readonly to: number | undefined } {
  const { instances, retained } = rdsState(world, call);
  const byResource = [...instances.values()].find(
    ({ shown }) => shown.DbiResourceId === input.SourceDbiResourceId,
  )?.shown;
  const backup =
    retained.get(input.SourceDbiResourceId ?? "") ??
    [...retained.values()].find((one) => one.arn === input.SourceDBInstanceAutomatedBackupsArn);
  if (byResource === undefined && backup !== undefined)
    return { source: backup.instance, from: backup.from, to: backup.to };
  const source = byResource ?? findInstance(world, call, input.SourceDBInstanceIdentifier).shown;
  const kept = world.clock.now() - (source.BackupRetentionPeriod ?? 0) * 86_400_000;
  return {
    source,
    from: Math.max(kept, source.InstanceCreateTime?.getTime() ?? kept),
    to: latestRestorable(world, source),
  };
}
