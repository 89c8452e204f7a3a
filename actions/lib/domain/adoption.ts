/**
 * What a tenant that comes back takes over of what its off-boarding kept. Resources that stayed are imported into the new stack, keys and
 * file systems as well as buckets and log groups, because what is in them can only be read with the key they were written with. The database
 * comes back from its final snapshot under its old name and is imported too: `DBSnapshotIdentifier` in the template would have to stay there
 * for ever, because changing it replaces the database (AWS CloudFormation user guide, AWS::RDS::DBInstance).
 */
import * as z from "zod";
import type { OffboardCertificate } from "./offboard.ts";
import { OperatorError } from "./operator-error.ts";
import type { ResourceChange } from "./plan.ts";
import type { DatabaseSettings } from "./restore-database.ts";
import type { Outputs } from "./stack-outputs.ts";
import type { Tenant } from "./tenant.ts";
import { dumpUrl, type KnownDump, knownDump } from "./trial-dump.ts";

export interface AdoptedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

export interface Adoption {
  /** Key of the certificate in the journal that says what was kept. */
  readonly certificate: string;
  /** When the tenant left. */
  readonly leftAt: string;
  readonly resources: readonly AdoptedResource[];
  /** Final snapshot that the database comes back from; undefined for one that begins empty. */
  readonly snapshot?: string;
  /** Of a trial: the last dump, which its new database on the shared instance is loaded from. */
  readonly dump?: KnownDump;
  /** The data of its last database where the new one cannot have it, in words: a snapshot for a trial, or a dump for a database of its own. */
  readonly leftBehind?: string;
  /** Kept, and of no use to what the tenant is to be now. */
  readonly unused: readonly string[];
}

/** What of a certificate is needed; written by the pipeline, read with care all the same. */
export const adoptableCertificate = z.object({
  verb: z.literal("offboard"),
  at: z.iso.datetime(),
  kept: z.array(z.object({ logicalId: z.string(), type: z.string(), physicalId: z.string() })),
  finalSnapshot: z.string().exactOptional(),
});

export type AdoptableCertificate = z.infer<typeof adoptableCertificate>;

/** What of the record of an off-boarding is needed: where its certificate is, once it is done. */
export const offboardRecord = z.object({ certificate: z.string().exactOptional() });

/** The property that a resource to import is named by (AWS CloudFormation user guide, "Resource type support"). */
const identifiers: Readonly<Record<string, string>> = {
  "AWS::KMS::Key": "KeyId",
  "AWS::S3::Bucket": "BucketName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::EFS::FileSystem": "FileSystemId",
  "AWS::RDS::DBInstance": "DBInstanceIdentifier",
};

/** Resources that only one kind of tenant has. */
const dedicatedOnly = ["FileSystem", "BackupBucket", "DatabaseLogs", "DatabaseUpgradeLogs"];
const trialOnly = ["ProvisionLogs"];

/** Identifies a resource for CloudFormation. */
export function importIdentifier({ type, physicalId }: AdoptedResource): Readonly<Record<string, string>> {
  const property = identifiers[type];
  if (property === undefined) throw new Error(`${type} is not imported`);
  return { [property]: physicalId };
}

/** @returns undefined if nothing of the certificate is of use */
export function adoptionOf(
  tenant: Pick<Tenant, "tier">,
  certificate: Pick<OffboardCertificate, "at" | "finalSnapshot"> & { readonly kept: readonly AdoptedResource[] },
  key: string,
): Adoption | undefined {
  const strange = tenant.tier === "trial" ? dedicatedOnly : trialOnly;
  const useful = (one: AdoptedResource): boolean =>
    identifiers[one.type] !== undefined && one.physicalId !== "" && !strange.includes(one.logicalId);
  const resources = certificate.kept.filter((one) => one.type !== "AWS::RDS::DBInstance" && useful(one));
  if (resources.length === 0) return undefined;
  const snapshot = tenant.tier === "trial" ? undefined : certificate.finalSnapshot;
  const lastDump = dumpIn(certificate.kept);
  const dump = tenant.tier === "trial" ? lastDump : undefined;
  const leftBehind = tenant.tier === "trial" ? ofSnapshot(certificate.finalSnapshot) : ofDump(lastDump);
  const used = (one: AdoptedResource): boolean =>
    resources.includes(one) ||
    one.type === "AWS::RDS::DBInstance" ||
    (dump !== undefined && one.physicalId === dumpUrl(dump));
  const unused = certificate.kept.filter((one) => !used(one));
  return {
    certificate: key,
    leftAt: certificate.at,
    resources: resources.map(({ logicalId, type, physicalId }) => ({ logicalId, type, physicalId })),
    ...(snapshot !== undefined && { snapshot }),
    ...(dump !== undefined && { dump }),
    ...(leftBehind !== undefined && { leftBehind }),
    unused: unused.map(({ logicalId, physicalId }) => `${logicalId} ${physicalId}`),
  };
}

function ofSnapshot(id: string | undefined): string | undefined {
  return id === undefined ? undefined : `snapshot ${id}, which is kept until somebody deletes it`;
}

function ofDump(dump: KnownDump | undefined): string | undefined {
  return dump === undefined ? undefined : `dump ${dumpUrl(dump)}, which S3 keeps until ${dump.keptUntil.toISOString()}`;
}

/**
 * A tenant that comes back as another kind than it left would begin with an empty database while its data lies in the old one's copy.
 *
 * @throws OperatorError `data-left-behind` unless its file allows exactly that
 */
export function consentedToEmpty(
  { leftBehind, leftAt }: Adoption,
  { name, tier, allowDestruction }: Pick<Tenant, "name" | "tier" | "allowDestruction">,
): void {
  if (leftBehind === undefined || allowDestruction.some(({ resource }) => resource === "Database")) return;
  const before = tier === "trial" ? "a tenant with a database of its own" : "a trial";
  throw new OperatorError(
    "data-left-behind",
    `${name} left at ${leftAt} as ${before}, and a ${tier} tenant's database cannot be made from what was kept of it (${leftBehind}): it would begin empty. ` +
      "Bring it back as what it was, or say in its file that it begins empty: allowDestruction with resource Database and the reason",
  );
}

/** The last dump among what was kept; undefined if there is none. */
export function dumpIn(kept: readonly Pick<AdoptedResource, "physicalId">[]): KnownDump | undefined {
  return kept.map(({ physicalId }) => knownDump(physicalId)).find((dump) => dump !== undefined);
}

/** The database as it is restored; everything else that the template says of it the first update of the stack sets. */
export function restoredSettings(tenant: Tenant, platform: Outputs, snapshotGib: number): DatabaseSettings {
  const { database } = tenant;
  if (database.kind === "shared") throw new Error(`${tenant.name} has no database of its own`);
  return {
    instanceClass: database.instanceClass,
    storageGib: Math.max(database.allocatedStorageGib, snapshotGib),
    storageType: "gp3",
    multiAz: database.multiAz,
    port: 5432,
    subnetGroup: platform.DatabaseSubnetGroupName ?? "",
    parameterGroup: platform.DatabaseParameterGroupName ?? "",
    securityGroups: [],
    publiclyAccessible: false,
    iamAuthentication: false,
    logExports: [],
    minorUpgrades: true,
    tagsToSnapshots: true,
    dedicatedLogVolume: false,
    engineVersion: database.engineVersion,
    backupRetentionDays: database.backupRetentionDays,
    protected: false,
  };
}

/**
 * The template of the import: of each resource what cannot be changed afterwards, so that the update that follows changes the rest in place.
 * Importing compares names only (AWS CloudFormation user guide, "Import AWS resources into a CloudFormation stack").
 *
 * @param database version of the restored database's engine; undefined if none was restored
 */
export function importTemplate(
  adoption: Adoption,
  { tenant, stack, platform }: { readonly tenant: Tenant; readonly stack: string; readonly platform: Outputs },
  database?: { readonly version: string },
): string {
  const key = { "Fn::GetAtt": ["Key", "Arn"] };
  const properties = (resource: AdoptedResource): object => {
    if (resource.type === "AWS::KMS::Key") return {};
    if (resource.type === "AWS::EFS::FileSystem") return { Encrypted: true, KmsKeyId: key };
    if (resource.logicalId === "BackupBucket") return { ...importIdentifier(resource), ObjectLockEnabled: true };
    return importIdentifier(resource);
  };
  const imported = adoption.resources.map((resource) => [
    resource.logicalId,
    { Type: resource.type, DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain", Properties: properties(resource) },
  ]);
  const restored = database === undefined ? [] : [["Database", importedDatabase()]];
  return JSON.stringify({
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "What this tenant's off-boarding kept, taken over",
    Resources: Object.fromEntries([...imported, ...restored]),
  });

  function importedDatabase(): object {
    const { instanceClass, storageGib, multiAz, storageType } = restoredSettings(tenant, platform, 0);
    return {
      Type: "AWS::RDS::DBInstance",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        DBInstanceIdentifier: stack,
        Engine: "postgres",
        EngineVersion: database?.version,
        DBInstanceClass: instanceClass,
        DBName: "mate",
        MasterUsername: "mate",
        StorageType: storageType,
        // What the template will say: a volume that grew is not asked to shrink.
        AllocatedStorage: String(storageGib),
        MultiAZ: multiAz,
        StorageEncrypted: true,
        KmsKeyId: key,
        DBSubnetGroupName: platform.DatabaseSubnetGroupName,
        DBParameterGroupName: platform.DatabaseParameterGroupName,
      },
    };
  }
}

/** A plan's changes with what is adopted shown as that. */
export function withAdopted(changes: readonly ResourceChange[], adoption: Adoption): readonly ResourceChange[] {
  const physical = new Map(adoption.resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
  if (adoption.snapshot !== undefined) physical.set("Database", adoption.snapshot);
  return changes.map((change) => {
    const physicalId = physical.get(change.logicalId);
    return physicalId === undefined ? change : { ...change, action: "import", physicalId };
  });
}

/** What people have to know of it, for the plan. */
export function adoptionNotes(adoption: Adoption, tier: string): string[] {
  const { certificate, leftAt, resources, unused } = adoption;
  const adopted = resources.map(({ logicalId, physicalId }) => `${logicalId} ${physicalId}`).join(", ");
  return [
    `comes back: it left at ${leftAt}, and what was kept then (${certificate}) is adopted: ${adopted}`,
    databaseNote(adoption),
    "secrets, Redis, sign-in and address are made anew: nothing of them was kept",
    ...(unused.length === 0 ? [] : [`kept, and not used by a ${tier} tenant: ${unused.join(", ")}`]),
  ];
}

function databaseNote({ snapshot, dump, leftBehind }: Adoption): string {
  if (snapshot !== undefined) return `its database comes back from snapshot ${snapshot}, before anything else is made`;
  if (leftBehind !== undefined)
    return `its database begins empty, as its file allows; what it had is not loaded: ${leftBehind}`;
  if (dump === undefined)
    return "its database begins empty: neither a final snapshot nor a last dump of an earlier one fits it";
  const [made, until] = [dump.madeAt, dump.keptUntil].map((at) => at.toISOString());
  return `its database is loaded from dump ${dumpUrl(dump)} of ${dump.database}, made ${made}, before its first migration; S3 keeps the dump until ${until}, and without it a database after that begins empty`;
}
