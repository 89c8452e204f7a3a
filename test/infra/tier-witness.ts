/** What AWS has of a tenant of a rehearsal, and what is left of one that is gone. */
import type { Rehearsal } from "../fixtures/rehearsal.ts";

interface Made {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
}

/** Physical ids of a stack by logical id. */
export async function physical(stage: Rehearsal, stack: string): Promise<ReadonlyMap<string, string>> {
  const { StackResources } = await stage.invoke<{ StackResources: readonly Made[] }>(
    "cloudformation",
    "DescribeStackResources",
    { StackName: stack },
  );
  return new Map(
    StackResources.map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId, PhysicalResourceId]),
  );
}

interface Service {
  readonly desiredCount: number;
  readonly runningCount: number;
}

/** Tasks wanted and tasks running, of all services together. */
export async function running(stage: Rehearsal, stack: string): Promise<number> {
  const { services } = await stage.invoke<{ services: readonly Service[] }>("ecs", "DescribeServices", {
    cluster: "mate-production",
    services: ["django", "celery", "beat"].map((role) => `${stack}-${role}`),
  });
  return services.reduce((sum, { runningCount, desiredCount }) => sum + runningCount + desiredCount, 0);
}

/** The database instance named like the stack. */
export async function databaseOf(stage: Rehearsal, stack: string): Promise<object | undefined> {
  const { DBInstances } = await stage.invoke<{ DBInstances: readonly { DBInstanceIdentifier: string }[] }>(
    "rds",
    "DescribeDBInstances",
    {},
  );
  return DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === stack);
}

/** What is still there of a stack that is gone. */
export async function leftOf(stage: Rehearsal, stack: string, had: ReadonlyMap<string, string>): Promise<object> {
  const { Buckets } = await stage.invoke<{ Buckets: readonly { Name: string }[] }>("s3", "ListBuckets", {});
  const { DBSnapshots } = await stage.invoke<{
    DBSnapshots: readonly { DBInstanceIdentifier: string; SnapshotType: string }[];
  }>("rds", "DescribeDBSnapshots", { SnapshotType: "manual" });
  const { KeyMetadata } = await stage.invoke<{ KeyMetadata: { KeyState: string } }>("kms", "DescribeKey", {
    KeyId: had.get("Key"),
  });
  return {
    buckets: Buckets.map(({ Name }) => Name)
      .filter((name) => name.startsWith(`${stack}-`))
      .toSorted(),
    snapshots: DBSnapshots.filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier === stack).length,
    files: had.has("FileSystem"),
    key: KeyMetadata.KeyState,
  };
}
