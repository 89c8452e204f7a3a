/** What a restore left behind: the tenant, its databases and their snapshots, and every record about it. */
import type { Footprint, Subject } from "./footprint.ts";
import { plainText } from "./plain-text.ts";
import { recordsAbout } from "./records-about.ts";
import type { SweepStage } from "./sweep-stage.ts";
import { tenantHistory } from "./tenant-history.ts";
import { tenantState } from "./tenant-state.ts";

interface Instance {
  readonly DBInstanceIdentifier: string;
  readonly DBInstanceStatus: string;
  readonly DeletionProtection?: boolean;
  readonly MasterUserSecret?: { readonly SecretArn: string };
}

interface Snapshot {
  readonly DBSnapshotIdentifier: string;
  readonly DBInstanceIdentifier: string;
  readonly Status: string;
  readonly SnapshotType: string;
}

export async function restoreFootprint(stage: SweepStage, subject: Subject): Promise<Footprint> {
  const { tenant } = subject;
  const live = `mate-${tenant}-production`;
  const DBInstances = await everyPage<"DBInstances", Instance>(stage, "DBInstances");
  const DBSnapshots = await everyPage<"DBSnapshots", Snapshot>(stage, "DBSnapshots");
  const own = (id: string): boolean => id === live || id.startsWith(`${live}-`);
  const instances = DBInstances.filter(({ DBInstanceIdentifier }) => own(DBInstanceIdentifier));
  const serving = instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === live);
  const secrets = await secretsInUse(stage, tenant);
  return {
    state: {
      ...(await tenantState(stage, subject)),
      records: await recordsAbout(stage, subject, []),
      databases: instances
        .map((one) =>
          plainText(`${one.DBInstanceIdentifier} ${one.DBInstanceStatus} ${one.DeletionProtection}`, subject),
        )
        .sort(),
      "services whose password is the serving database's": secrets.map(
        (secret) => `${secret.startsWith(serving?.MasterUserSecret?.SecretArn ?? "none")}`,
      ),
      // How many RDS makes by itself is a matter of time.
      snapshots: DBSnapshots.filter((one) => one.SnapshotType === "manual" && own(one.DBInstanceIdentifier))
        .map((one) => plainText(`${one.DBSnapshotIdentifier} ${one.Status} ${one.SnapshotType}`, subject))
        .sort(),
    },
    history: await tenantHistory(stage, subject),
  };
}

/** A sweep of every point has more tenants than RDS tells of at once. */
async function everyPage<Kind extends string, One>({ rehearsal }: SweepStage, kind: Kind): Promise<readonly One[]> {
  const found: One[] = [];
  let Marker: string | undefined;
  do {
    const page: { readonly [kind in Kind]: readonly One[] } & { readonly Marker?: string } = await rehearsal.invoke(
      ...["rds", `Describe${kind}`],
      Marker === undefined ? {} : { Marker },
    );
    found.push(...page[kind]);
    Marker = page.Marker;
  } while (Marker !== undefined);
  return found;
}

/** Where the tenant's services take the database's password from. */
async function secretsInUse({ rehearsal }: SweepStage, tenant: string): Promise<readonly string[]> {
  const { services } = await rehearsal.invoke<{ services: readonly { readonly taskDefinition: string }[] }>(
    ...["ecs", "DescribeServices"],
    {
      cluster: "mate-production",
      services: ["celery", "django", "beat"].map((role) => `mate-${tenant}-production-${role}`),
    },
  );
  const found = services.map(async ({ taskDefinition }) => {
    const { taskDefinition: one } = await rehearsal.invoke<{ taskDefinition: Definition }>(
      ...["ecs", "DescribeTaskDefinition"],
      { taskDefinition },
    );
    const secrets = one.containerDefinitions.flatMap(({ secrets }) => secrets ?? []);
    return secrets.find(({ name }) => name === "DATABASE_PASSWORD")?.valueFrom ?? "none";
  });
  return await Promise.all(found);
}

interface Definition {
  readonly containerDefinitions: readonly {
    readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  }[];
}
