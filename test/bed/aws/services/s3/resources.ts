/** Buckets and bucket policies as CloudFormation makes them: the same buckets that the S3 API shows. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type MadeResource, type Properties, type ResourceContext, type World } from "../../kernel.ts";
import { type Bucket, bucketsOf, createBucket, deleteBucket } from "./bucket.ts";
import { lifecycle, replication } from "./declared-rules.ts";
import { accelerate, cors, notification, objectLock, website } from "./declared-settings.ts";

export function installS3Resources(world: World): void {
  world.resources.set("AWS::S3::Bucket", {
    create: async (properties, context) => {
      const name = String(properties.BucketName ?? generatedName(world, "AWS::S3::Bucket", context));
      const { account, region } = context.call.caller;
      const bucket = createBucket(world, name, { account, region });
      configure(bucket, properties, context);
      return made(bucket);
    },
    update: async (existing, _before, after, context) => {
      configure(bucketNamed(world, existing), after, context);
      return existing;
    },
    remove: async (existing) => {
      const bucket = bucketsOf(world).get(existing.physicalId);
      if (bucket !== undefined) deleteBucket(world, bucket);
    },
    read: async (existing, properties) => {
      const bucket = bucketsOf(world).get(existing.physicalId);
      return bucket === undefined ? undefined : { ...properties, ...live(bucket, properties) };
    },
    adopt: ({ BucketName = "" }, { call }) => {
      const bucket = bucketsOf(world).get(BucketName);
      return bucket?.owner === call.caller.account ? made(bucket) : undefined;
    },
  });

  world.resources.set("AWS::S3::BucketPolicy", {
    create: async (properties, context) => {
      const bucket = bucketNamed(world, { physicalId: String(properties.Bucket), attributes: {} });
      if (bucket.settings.get("policy") !== undefined)
        throw new AwsError("AlreadyExists", `The bucket policy already exists on bucket ${bucket.name}.`, 409);
      bucket.settings.set("policy", JSON.stringify(properties.PolicyDocument));
      return { physicalId: generatedName(world, "AWS::S3::BucketPolicy", context), attributes: {} };
    },
    update: async (existing, _before, after) => {
      const bucket = bucketNamed(world, { physicalId: String(after.Bucket), attributes: {} });
      bucket.settings.set("policy", JSON.stringify(after.PolicyDocument));
      return existing;
    },
    remove: async (_existing, properties) => {
      bucketsOf(world).get(String(properties.Bucket))?.settings.set("policy", undefined);
    },
    read: async (_existing, properties) => {
      const policy = bucketsOf(world).get(String(properties.Bucket))?.settings.get("policy");
      return policy === undefined ? undefined : { ...properties, PolicyDocument: JSON.parse(String(policy)) };
    },
    adopt: ({ Bucket = "" }) =>
      bucketsOf(world).get(Bucket)?.settings.get("policy") === undefined
        ? undefined
        : { physicalId: Bucket, attributes: {} },
  });
}

function bucketNamed(world: World, { physicalId }: MadeResource): Bucket {
  const bucket = bucketsOf(world).get(physicalId);
  if (bucket === undefined) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  return bucket;
}

function made({ name, region }: Bucket): MadeResource {
  return {
    physicalId: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website${DASHED.test(region) ? "-" : "."}${region}.amazonaws.com`,
    },
  };
}

/** What a template that speaks of public access leaves out is not blocked. */
const OPEN = {
  BlockPublicAcls: false,
  BlockPublicPolicy: false,
  IgnorePublicAcls: false,
  RestrictPublicBuckets: false,
};

/** Regions whose websites are older than the form with a dot. S3 user guide, "Website endpoints". */
const DASHED = /^(us-(east-1|west-[12])|ap-(southeast-[12]|northeast-1)|eu-west-1|sa-east-1|us-gov-west-1)$/;

/** Sets everything that the template says; a setting it no longer names goes back to what a new bucket has. */
function configure(bucket: Bucket, properties: Properties, context: ResourceContext): void {
  const set = (name: string, value: unknown): void => {
    if (value === undefined) bucket.settings.delete(name);
    else bucket.settings.set(name, value);
  };
  // Locking objects needs their versions.
  const versioning = properties.VersioningConfiguration?.Status ?? (properties.ObjectLockEnabled && "Enabled");
  // Versioning once enabled can only be suspended.
  bucket.versioning = versioning ?? (bucket.versioning === undefined ? undefined : "Suspended");
  set("encryption", encryption(properties.BucketEncryption));
  set("lifecycle", lifecycle(properties.LifecycleConfiguration));
  const block = properties.PublicAccessBlockConfiguration;
  set("public-access-block", block && { ...OPEN, ...block });
  set("ownership", properties.OwnershipControls);
  set(
    "notification",
    notification(properties.NotificationConfiguration, () => context.world.uuid()),
  );
  set("cors", cors(properties.CorsConfiguration));
  set("website", website(properties.WebsiteConfiguration));
  set("object-lock", objectLock(properties));
  set("accelerate", accelerate(properties.AccelerateConfiguration));
  set("replication", replication(properties.ReplicationConfiguration));
  set("tags", { TagSet: [...(properties.Tags ?? []), ...context.tags] });
  const logging = properties.LoggingConfiguration;
  set(
    "logging",
    logging && {
      LoggingEnabled: {
        TargetBucket: logging.DestinationBucketName ?? bucket.name,
        TargetPrefix: logging.LogFilePrefix ?? "",
      },
    },
  );
}

function encryption(property: Properties | undefined): unknown {
  if (property === undefined) return undefined;
  const rules = property.ServerSideEncryptionConfiguration as readonly Properties[];
  return {
    Rules: rules.map((rule) => ({
      ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
      BucketKeyEnabled: rule.BucketKeyEnabled,
    })),
  };
}

/** The properties that drift detection compares, as they are now, where the template names them. */
function live(bucket: Bucket, properties: Properties): Properties {
  const current: Record<string, unknown> = {};
  if (properties.VersioningConfiguration !== undefined) current.VersioningConfiguration = { Status: bucket.versioning };
  if (properties.PublicAccessBlockConfiguration !== undefined)
    current.PublicAccessBlockConfiguration = Object.fromEntries(
      Object.entries((bucket.settings.get("public-access-block") ?? {}) as object).filter(
        ([name]) => properties.PublicAccessBlockConfiguration[name] !== undefined,
      ),
    );
  if (properties.OwnershipControls !== undefined) current.OwnershipControls = bucket.settings.get("ownership");
  if (properties.BucketEncryption !== undefined) {
    const setting = bucket.settings.get("encryption") as { readonly Rules?: readonly Properties[] } | undefined;
    current.BucketEncryption = {
      ServerSideEncryptionConfiguration: (setting?.Rules ?? []).map((rule) => ({
        ServerSideEncryptionByDefault: rule.ApplyServerSideEncryptionByDefault,
        ...(rule.BucketKeyEnabled !== undefined && { BucketKeyEnabled: rule.BucketKeyEnabled }),
      })),
    };
  }
  if (properties.Tags !== undefined) {
    const named = new Set((properties.Tags as readonly Properties[]).map(({ Key }) => Key));
    const tags = bucket.settings.get("tags") as { readonly TagSet?: readonly Properties[] } | undefined;
    current.Tags = (tags?.TagSet ?? []).filter(({ Key }) => named.has(Key));
  }
  return current;
}
