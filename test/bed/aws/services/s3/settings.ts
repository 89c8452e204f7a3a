/** What is set on a bucket as a whole: policy, encryption, lifecycle, tags and the like. All are put, got and deleted alike. */
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { type Bucket, bucketFor } from "./bucket.ts";

interface Setting {
  readonly name: string;
  readonly put?: readonly [operation: string, member: string];
  readonly get: string;
  readonly delete?: string;
  /** The answer of get, from what was put. */
  readonly show: (value: unknown) => object;
  /** What a bucket has where nothing was put; a setting without a default does not exist then. */
  readonly byDefault?: (bucket: Bucket) => unknown;
  /** Code and message where it does not exist. */
  readonly absent?: readonly [code: string, message: string];
}

const under =
  (member: string) =>
  (value: unknown): object => ({ [member]: value });
const itself = (value: unknown): object => value as object;

/** Whether a bucket has a key of its own is always said. */
function withBucketKey(value: unknown): object {
  const { Rules = [] } = value as { readonly Rules?: readonly { readonly BucketKeyEnabled?: boolean }[] };
  return { Rules: Rules.map((rule) => ({ ...rule, BucketKeyEnabled: rule.BucketKeyEnabled ?? false })) };
}

const settings: readonly Setting[] = [
  {
    name: "policy",
    put: ["PutBucketPolicy", "Policy"],
    get: "GetBucketPolicy",
    delete: "DeleteBucketPolicy",
    show: under("Policy"),
    absent: ["NoSuchBucketPolicy", "The bucket policy does not exist"],
  },
  {
    name: "encryption",
    put: ["PutBucketEncryption", "ServerSideEncryptionConfiguration"],
    get: "GetBucketEncryption",
    delete: "DeleteBucketEncryption",
    show: (value) => ({ ServerSideEncryptionConfiguration: withBucketKey(value) }),
    byDefault: () => ({
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
    }),
  },
  {
    name: "lifecycle",
    put: ["PutBucketLifecycleConfiguration", "LifecycleConfiguration"],
    get: "GetBucketLifecycleConfiguration",
    delete: "DeleteBucketLifecycle",
    show: itself,
    absent: ["NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"],
  },
  {
    name: "tags",
    put: ["PutBucketTagging", "Tagging"],
    get: "GetBucketTagging",
    delete: "DeleteBucketTagging",
    show: itself,
    absent: ["NoSuchTagSet", "The TagSet does not exist"],
  },
  {
    name: "public-access-block",
    put: ["PutPublicAccessBlock", "PublicAccessBlockConfiguration"],
    get: "GetPublicAccessBlock",
    delete: "DeletePublicAccessBlock",
    show: under("PublicAccessBlockConfiguration"),
    // New buckets are closed to the public since April 2023.
    byDefault: () => ({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    }),
    absent: ["NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"],
  },
  {
    name: "ownership",
    put: ["PutBucketOwnershipControls", "OwnershipControls"],
    get: "GetBucketOwnershipControls",
    delete: "DeleteBucketOwnershipControls",
    show: under("OwnershipControls"),
    byDefault: () => ({ Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] }),
    absent: ["OwnershipControlsNotFoundError", "The bucket ownership controls were not found"],
  },
  {
    name: "cors",
    put: ["PutBucketCors", "CORSConfiguration"],
    get: "GetBucketCors",
    delete: "DeleteBucketCors",
    show: itself,
    absent: ["NoSuchCORSConfiguration", "The CORS configuration does not exist"],
  },
  {
    name: "logging",
    put: ["PutBucketLogging", "BucketLoggingStatus"],
    get: "GetBucketLogging",
    show: itself,
    byDefault: () => ({}),
  },
  {
    name: "notification",
    put: ["PutBucketNotificationConfiguration", "NotificationConfiguration"],
    get: "GetBucketNotificationConfiguration",
    show: itself,
    byDefault: () => ({}),
  },
  {
    name: "website",
    put: ["PutBucketWebsite", "WebsiteConfiguration"],
    get: "GetBucketWebsite",
    delete: "DeleteBucketWebsite",
    show: itself,
    absent: ["NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"],
  },
  {
    name: "object-lock",
    put: ["PutObjectLockConfiguration", "ObjectLockConfiguration"],
    get: "GetObjectLockConfiguration",
    show: under("ObjectLockConfiguration"),
    absent: ["ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"],
  },
  {
    name: "replication",
    put: ["PutBucketReplication", "ReplicationConfiguration"],
    get: "GetBucketReplication",
    delete: "DeleteBucketReplication",
    show: under("ReplicationConfiguration"),
    absent: ["ReplicationConfigurationNotFoundError", "The replication configuration was not found"],
  },
  {
    name: "accelerate",
    put: ["PutBucketAccelerateConfiguration", "AccelerateConfiguration"],
    get: "GetBucketAccelerateConfiguration",
    show: itself,
    byDefault: () => ({}),
  },
  {
    name: "request-payment",
    put: ["PutBucketRequestPayment", "RequestPaymentConfiguration"],
    get: "GetBucketRequestPayment",
    show: itself,
    byDefault: () => ({ Payer: "BucketOwner" }),
  },
  {
    name: "versioning",
    get: "GetBucketVersioning",
    show: itself,
    byDefault: ({ versioning }) => ({ Status: versioning }),
  },
  {
    name: "location",
    get: "GetBucketLocation",
    show: under("LocationConstraint"),
    // us-east-1 is older than the notion of a location.
    byDefault: ({ region }) => (region === "us-east-1" ? "" : region),
  },
  {
    name: "acl",
    get: "GetBucketAcl",
    show: itself,
    byDefault: ({ owner }) => ({
      Owner: { ID: owner },
      Grants: [{ Grantee: { ID: owner, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }],
    }),
  },
];

/** The operations on all settings. */
export function settingOperations(world: World): Readonly<Record<string, Operation>> {
  const operations: Record<string, Operation> = {
    PutBucketVersioning: (input, call) => {
      const bucket = bucketFor(world, input, call);
      const status = input.VersioningConfiguration?.Status;
      if (status !== "Enabled" && status !== "Suspended")
        throw new AwsError("IllegalVersioningConfigurationException", "The Versioning element must be specified");
      bucket.versioning = status;
      return {};
    },
  };
  for (const setting of settings) {
    operations[setting.get] = (input, call) => got(setting, bucketFor(world, input, call));
    if (setting.put !== undefined) {
      const [operation, member] = setting.put;
      operations[operation] = (input: Readonly<Record<string, unknown>>, call: Call) => {
        const bucket = bucketFor(world, input, call);
        if (setting.name === "policy") assertPolicy(String(input[member]));
        bucket.settings.set(setting.name, input[member]);
        return {};
      };
    }
    if (setting.delete !== undefined)
      operations[setting.delete] = (input, call) => {
        const bucket = bucketFor(world, input, call);
        // Deleted is not the same as never set: the default does not come back, except encryption's.
        if (setting.absent === undefined) bucket.settings.delete(setting.name);
        else bucket.settings.set(setting.name, undefined);
        return {};
      };
  }
  return operations;
}

function got(setting: Setting, bucket: Bucket): object {
  const value = bucket.settings.has(setting.name) ? bucket.settings.get(setting.name) : setting.byDefault?.(bucket);
  if (value === undefined) {
    const [code, message] = setting.absent ?? ["NoSuchConfiguration", "The specified configuration does not exist."];
    throw new AwsError(code, message, 404, { BucketName: bucket.name });
  }
  return setting.show(value);
}

function assertPolicy(text: string): void {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === "object" && policy !== null && "Statement" in policy) return;
  } catch {
    throw new AwsError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
  }
  throw new AwsError("MalformedPolicy", "Missing required field Statement");
}
