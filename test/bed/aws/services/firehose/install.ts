/** Firehose: delivery streams as templates make them. They deliver nothing. */
import { type Declared, tagsOf } from "../../cloudformation/resources/declared.ts";
import type { Properties, World } from "../../kernel.ts";
import { type Asked, all, installShowing, named, present } from "../declared-service.ts";

const STREAM = "AWS::KinesisFirehose::DeliveryStream";

export function installFirehose(world: World): void {
  const streamOf = (name: string, asked: Asked): Declared =>
    named(asked, { type: STREAM, name }, [
      "ResourceNotFoundException",
      `Firehose ${name} under account ${asked.call.caller.account} not found.`,
    ]);
  installShowing(world, "firehose", {
    DescribeDeliveryStream: ({ DeliveryStreamName }, asked) => ({
      DeliveryStreamDescription: shown(streamOf(DeliveryStreamName, asked)),
    }),
    ListDeliveryStreams: (_input, asked) => ({
      DeliveryStreamNames: all(asked, STREAM).map(({ made }) => made.physicalId),
      HasMoreDeliveryStreams: false,
    }),
    ListTagsForDeliveryStream: ({ DeliveryStreamName }, asked) => ({
      Tags: tagsOf(streamOf(DeliveryStreamName, asked)),
      HasMoreTags: false,
    }),
  });
}

function shown({ made, properties, madeAt, revision }: Declared): object {
  const source = properties.KinesisStreamSourceConfiguration;
  const encryption = properties.DeliveryStreamEncryptionConfigurationInput;
  return {
    ...{ CreateTimestamp: madeAt, DeliveryStreamARN: made.attributes.Arn, DeliveryStreamName: made.physicalId },
    ...{ DeliveryStreamStatus: "ACTIVE", DeliveryStreamType: properties.DeliveryStreamType ?? "DirectPut" },
    ...(encryption !== undefined && { DeliveryStreamEncryptionConfiguration: { ...encryption, Status: "ENABLED" } }),
    Destinations: [{ DestinationId: "destinationId-000000000001", ...destination(properties) }],
    HasMoreDestinations: false,
    ...(source !== undefined && {
      Source: { KinesisStreamSourceDescription: { DeliveryStartTimestamp: madeAt, ...source } },
    }),
    VersionId: String(revision),
  };
}

/** A configuration comes back as a description, with what it leaves out filled in. */
function destination(properties: Properties): object {
  const extended = properties.ExtendedS3DestinationConfiguration as Properties | undefined;
  const plain = properties.S3DestinationConfiguration as Properties | undefined;
  const s3 = extended ?? plain;
  if (s3 !== undefined) {
    const partitioning = s3.DynamicPartitioningConfiguration;
    const whole = {
      ...s3Shown(s3),
      ...present({
        ProcessingConfiguration: s3.ProcessingConfiguration ?? { Enabled: false, Processors: [] },
        S3BackupMode: s3.S3BackupMode ?? "Disabled",
        DataFormatConversionConfiguration: s3.DataFormatConversionConfiguration ?? { Enabled: false },
        DynamicPartitioningConfiguration: partitioning && {
          RetryOptions: { DurationInSeconds: 300 },
          ...partitioning,
        },
        CustomTimeZone: s3.CustomTimeZone,
        FileExtension: s3.FileExtension,
      }),
    };
    return { ExtendedS3DestinationDescription: whole, S3DestinationDescription: s3Shown(s3) };
  }
  const given = Object.entries(properties).filter(([name]) => name.endsWith("DestinationConfiguration"));
  return Object.fromEntries(
    given.map(([name, value]) => [name.replace("DestinationConfiguration", "DestinationDescription"), value]),
  );
}

function s3Shown(s3: Properties): object {
  return present({
    ...{ BucketARN: s3.BucketARN, RoleARN: s3.RoleARN, Prefix: s3.Prefix, ErrorOutputPrefix: s3.ErrorOutputPrefix },
    BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 5, ...s3.BufferingHints },
    CompressionFormat: s3.CompressionFormat ?? "UNCOMPRESSED",
    EncryptionConfiguration: s3.EncryptionConfiguration ?? { NoEncryptionConfig: "NoEncryption" },
    CloudWatchLoggingOptions: s3.CloudWatchLoggingOptions ?? { Enabled: false },
  });
}
