/** What IAM is asked when a call reaches RDS or S3, and what the makers of such requests have in common. */
import type { Request } from "./iam-evaluator.ts";

export type Context = NonNullable<Request["context"]>;
export type Input = Readonly<Record<string, unknown>>;

export interface Made {
  readonly operation: string;
  readonly input: Input;
  readonly arn: (service: string, rest: string) => string;
}
export type Make = (made: Made) => readonly Request[] | undefined;

/** One request. */
export const of = (action: string, resource: string, context: Context = {}): Request => ({ action, resource, context });

/** A member of an input that has to be a text. */
export function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`not a text: ${JSON.stringify(value)}`);
  return value;
}

export const rds: Make = ({ operation, input, arn }) => {
  if (/^Describe(AccountAttributes|DBEngineVersions)$/.test(operation)) return [of(`rds:${operation}`, "*")];
  const databases = [
    "DBInstanceIdentifier",
    "NewDBInstanceIdentifier",
    "SourceDBInstanceIdentifier",
    "TargetDBInstanceIdentifier",
  ];
  const named = [
    ...databases.flatMap((key) => (input[key] === undefined ? [] : [arn("rds", `db:${input[key]}`)])),
    ...["DBSnapshotIdentifier", "FinalDBSnapshotIdentifier"].flatMap((key) =>
      input[key] === undefined ? [] : [arn("rds", `snapshot:${input[key]}`)],
    ),
    ...(input.DBSubnetGroupName === undefined ? [] : [arn("rds", `subgrp:${input.DBSubnetGroupName}`)]),
    ...(input.DBParameterGroupName === undefined ? [] : [arn("rds", `pg:${input.DBParameterGroupName}`)]),
  ];
  const kind = {
    DescribeDBInstances: "db",
    DescribeDBSnapshots: "snapshot",
    DescribeDBInstanceAutomatedBackups: "auto-backup",
  }[operation];
  // Without a name these are asked about all there are.
  const resources =
    kind === undefined ? named : [named.find((one) => one.includes(`:${kind}:`)) ?? arn("rds", `${kind}:*`)];
  const monitoring =
    input.MonitoringRoleArn === undefined
      ? []
      : [of("iam:PassRole", text(input.MonitoringRoleArn), { "iam:PassedToService": "monitoring.rds.amazonaws.com" })];
  const tags = input.Tags === undefined ? [] : named.slice(-1).map((one) => of("rds:AddTagsToResource", one));
  if (
    resources.length === 0 ||
    (kind === undefined && !/^(Create|Delete|Modify|Reboot|Restore|Start|Stop)/.test(operation))
  )
    return undefined;
  return [...resources.map((resource) => of(`rds:${operation}`, resource)), ...monitoring, ...tags];
};

export const s3: Make = ({ operation, input }) => {
  const bucket = `arn:aws:s3:::${input.Bucket}`;
  const object = `${bucket}/${input.Key}`;
  const version = input.VersionId === undefined ? "" : "Version";
  switch (operation) {
    case "ListObjectsV2":
      return [of("s3:ListBucket", bucket)];
    case "ListObjectVersions":
      return [of("s3:ListBucketVersions", bucket)];
    case "GetBucketVersioning":
      return [of("s3:GetBucketVersioning", bucket)];
    case "GetObject":
    case "HeadObject":
      return [of(`s3:GetObject${version}`, object)];
    case "PutObject":
    case "UploadPart":
    case "CreateMultipartUpload":
    case "CompleteMultipartUpload":
      return [of("s3:PutObject", object)];
    case "DeleteObject":
      return [of(`s3:DeleteObject${version}`, object)];
    case "AbortMultipartUpload":
      return [of("s3:AbortMultipartUpload", object)];
    case "CopyObject":
    case "UploadPartCopy": {
      const [path = "", query = ""] = text(input.CopySource).replace(/^\//, "").split("?");
      const read = query.startsWith("versionId=") ? "s3:GetObjectVersion" : "s3:GetObject";
      return [of(read, `arn:aws:s3:::${decodeURIComponent(path)}`), of("s3:PutObject", object)];
    }
    default:
      return undefined;
  }
};
