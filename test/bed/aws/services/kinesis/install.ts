/** Kinesis: streams and consumers as templates make them. They carry no records. */
import { type Declared, stableHex, tagsOf } from "../../cloudformation/resources/declared.ts";
import type { World } from "../../kernel.ts";
import { type Asked, all, installShowing, named, present } from "../declared-service.ts";

const STREAM = "AWS::Kinesis::Stream";
const CONSUMER = "AWS::Kinesis::StreamConsumer";
/** One more than the highest hash key. */
const KEYS = 2n ** 128n;

export function installKinesis(world: World): void {
  installShowing(world, "kinesis", {
    DescribeStream: (input, asked) => {
      const stream = streamOf(input, asked);
      return { StreamDescription: { ...about(stream), HasMoreShards: false, Shards: shards(stream) } };
    },
    DescribeStreamSummary: (input, asked) => {
      const stream = streamOf(input, asked);
      const consumers = all(asked, CONSUMER).filter(
        ({ properties }) => properties.StreamARN === stream.made.attributes.Arn,
      );
      const counts = { OpenShardCount: shards(stream).length, ConsumerCount: consumers.length };
      return { StreamDescriptionSummary: { ...about(stream), ...counts } };
    },
    ListShards: (input, asked) => ({ Shards: shards(streamOf(input, asked)) }),
    ListStreams: (_input, asked) => ({
      StreamNames: all(asked, STREAM).map(({ made }) => made.physicalId),
      HasMoreStreams: false,
      StreamSummaries: all(asked, STREAM).map((stream) => {
        const { StreamARN, StreamName, StreamStatus, StreamModeDetails, StreamCreationTimestamp } = about(stream);
        return { StreamARN, StreamName, StreamStatus, StreamModeDetails, StreamCreationTimestamp };
      }),
    }),
    ListTagsForStream: (input, asked) => ({ Tags: tagsOf(streamOf(input, asked)), HasMoreTags: false }),
    DescribeStreamConsumer: ({ ConsumerARN, ConsumerName, StreamARN }, asked) => {
      const missing = ["ResourceNotFoundException", `Consumer ${ConsumerARN ?? ConsumerName} not found.`] as const;
      const byName = all(asked, CONSUMER).find(
        ({ properties }) => properties.ConsumerName === ConsumerName && properties.StreamARN === StreamARN,
      );
      const consumer = byName ?? named(asked, { type: CONSUMER, name: ConsumerARN }, missing);
      return { ConsumerDescription: { ...consumerShown(consumer), StreamARN: consumer.properties.StreamARN } };
    },
    ListStreamConsumers: ({ StreamARN }, asked) => ({
      Consumers: all(asked, CONSUMER)
        .filter(({ properties }) => properties.StreamARN === StreamARN)
        .map(consumerShown),
    }),
  });
}

function streamOf({ StreamName, StreamARN }: Readonly<Record<string, string>>, asked: Asked): Declared {
  const name = StreamName ?? StreamARN?.split("/").at(-1);
  const where = asked.call.caller.account;
  const message = `Stream ${name} under account ${where} not found.`;
  return named(asked, { type: STREAM, name }, ["ResourceNotFoundException", message]);
}

function about({ properties, made, madeAt }: Declared) {
  const encryption = properties.StreamEncryption;
  const mode = properties.StreamModeDetails?.StreamMode ?? "PROVISIONED";
  return {
    EncryptionType: encryption?.EncryptionType ?? "NONE",
    ...(encryption !== undefined && { KeyId: encryption.KeyId }),
    EnhancedMonitoring: [{ ShardLevelMetrics: properties.DesiredShardLevelMetrics ?? [] }],
    ...{ RetentionPeriodHours: Number(properties.RetentionPeriodHours ?? 24), StreamARN: made.attributes.Arn },
    ...{ StreamCreationTimestamp: madeAt, StreamModeDetails: { StreamMode: mode } },
    ...{ StreamName: made.physicalId, StreamStatus: "ACTIVE" },
  };
}

/** A stream on demand begins with four shards. The shards share the keys evenly. */
function shards(stream: Declared): readonly object[] {
  const isOnDemand = stream.properties.StreamModeDetails?.StreamMode === "ON_DEMAND";
  const count = Number(stream.properties.ShardCount ?? (isOnDemand ? 4 : 1));
  return Array.from({ length: count }, (_, index) => {
    const bound = (part: number): bigint => (KEYS * BigInt(part)) / BigInt(count);
    const sequence = BigInt(`0x${stableHex(stream, `shard ${index}`, 44)}`);
    return {
      ShardId: `shardId-${String(index).padStart(12, "0")}`,
      HashKeyRange: { StartingHashKey: String(bound(index)), EndingHashKey: String(bound(index + 1) - 1n) },
      SequenceNumberRange: { StartingSequenceNumber: `49${String(sequence).padStart(54, "0").slice(0, 54)}` },
    };
  });
}

function consumerShown({ made, properties, madeAt }: Declared): object {
  return present({
    ...{ ConsumerARN: made.attributes.ConsumerARN ?? made.physicalId, ConsumerName: properties.ConsumerName },
    ...{ ConsumerStatus: "ACTIVE", ConsumerCreationTimestamp: madeAt },
  });
}
