/** DynamoDB: tables as templates make them. They hold no items. */
import { attributeSources, type Declared, stableUuid, tagsOf } from "../../cloudformation/resources/declared.ts";
import { AwsError, type Call, type Properties, type World } from "../../kernel.ts";
import { type Asked, all, installShowing, present } from "../declared-service.ts";

const TABLES = ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"];

export function installDynamoDb(world: World): void {
  for (const type of TABLES)
    attributeSources(world).set(type, (table, { call }) => {
      const { TableArn, TableId, LatestStreamArn } = shown(table, call);
      return { Arn: TableArn, TableId, StreamArn: LatestStreamArn };
    });
  installShowing(world, "dynamodb", {
    DescribeTable: ({ TableName }, asked) => ({ Table: shown(tableNamed(asked, TableName), asked.call) }),
    ListTables: (_input, asked) => ({ TableNames: tables(asked).map(({ made }) => made.physicalId) }),
    DescribeTimeToLive: ({ TableName }, asked) => {
      const ttl = tableNamed(asked, TableName).properties.TimeToLiveSpecification;
      const isOn = ttl?.Enabled === true;
      return {
        TimeToLiveDescription: {
          TimeToLiveStatus: isOn ? "ENABLED" : "DISABLED",
          ...(isOn && { AttributeName: ttl.AttributeName }),
        },
      };
    },
    DescribeContinuousBackups: ({ TableName }, asked) => {
      const { properties, madeAt } = tableNamed(asked, TableName);
      const recovery = ofReplica(properties, asked.call).PointInTimeRecoverySpecification;
      const isOn = recovery?.PointInTimeRecoveryEnabled === true;
      return {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: "ENABLED",
          PointInTimeRecoveryDescription: isOn
            ? {
                ...{
                  PointInTimeRecoveryStatus: "ENABLED",
                  RecoveryPeriodInDays: Number(recovery.RecoveryPeriodInDays ?? 35),
                },
                ...{ EarliestRestorableDateTime: madeAt, LatestRestorableDateTime: madeAt },
              }
            : { PointInTimeRecoveryStatus: "DISABLED" },
        },
      };
    },
    DescribeKinesisStreamingDestination: ({ TableName }, asked) => {
      const table = tableNamed(asked, TableName);
      const stream = ofReplica(table.properties, asked.call).KinesisStreamSpecification;
      const precision = stream?.ApproximateCreationDateTimePrecision;
      return {
        TableName: table.made.physicalId,
        KinesisDataStreamDestinations:
          stream === undefined
            ? []
            : [
                {
                  ...{ StreamArn: stream.StreamArn, DestinationStatus: "ACTIVE" },
                  ...(precision !== undefined && { ApproximateCreationDateTimePrecision: precision }),
                },
              ],
      };
    },
    ListTagsOfResource: ({ ResourceArn }, asked) => ({ Tags: tagsOf(tableNamed(asked, ResourceArn)) }),
  });
}

/** What a global table's template says of each region apart, for the region of a call. */
function ofReplica(properties: Properties, { caller }: Pick<Call, "caller">): Properties {
  const replicas = (properties.Replicas ?? []) as readonly Properties[];
  return replicas.find(({ Region }) => Region === caller.region) ?? properties;
}

function tables(asked: Asked): readonly Declared[] {
  return TABLES.flatMap((type) => all(asked, type));
}

function tableNamed(asked: Asked, nameOrArn: string): Declared {
  const name = nameOrArn.split("/").at(-1) ?? "";
  const table = tables(asked).find(({ made }) => made.physicalId === name);
  if (table === undefined)
    throw new AwsError("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
  return table;
}

/** What a table has that is billed by request, and one that is not, can take at once when it is new. */
function warm(throughput: Throughput): object {
  const isOnDemand = throughput.ReadCapacityUnits === 0;
  return {
    ReadUnitsPerSecond: isOnDemand ? 12_000 : throughput.ReadCapacityUnits,
    WriteUnitsPerSecond: isOnDemand ? 4_000 : throughput.WriteCapacityUnits,
    Status: "ACTIVE",
  };
}

interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

function throughputOf(properties: Properties): Throughput & { readonly NumberOfDecreasesToday: number } {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = properties.ProvisionedThroughput ?? {};
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: Number(ReadCapacityUnits),
    WriteCapacityUnits: Number(WriteCapacityUnits),
  };
}

interface TableShown {
  readonly TableArn: string;
  readonly TableId: string;
  readonly LatestStreamArn?: string;
  readonly [member: string]: unknown;
}

function shown(table: Declared, call: Pick<Call, "caller">): TableShown {
  const { properties, made, madeAt, type } = table;
  const { region, account } = call.caller;
  const isOnDemand = properties.BillingMode === "PAY_PER_REQUEST";
  const TableArn = `arn:aws:dynamodb:${region}:${account}:table/${made.physicalId}`;
  const throughput = throughputOf(isOnDemand ? {} : properties);
  const stream = properties.StreamSpecification;
  const label = madeAt.toISOString().replace("Z", "");
  const own = ofReplica(properties, call);
  const sse = properties.SSESpecification;
  const key = sse?.KMSMasterKeyId ?? own.SSESpecification?.KMSMasterKeyId ?? stableUuid(table, "key");
  // A table shows its replicas elsewhere, not the one that is itself.
  const others = ((properties.Replicas ?? []) as readonly Properties[])
    .filter(({ Region }) => Region !== region)
    .map(({ Region }) => ({ RegionName: Region, ReplicaStatus: "ACTIVE" }));
  const indexes = ((properties.GlobalSecondaryIndexes ?? []) as readonly Properties[]).map((index) =>
    indexShown(index, { arn: TableArn, isOnDemand }),
  );
  const local = ((properties.LocalSecondaryIndexes ?? []) as readonly Properties[]).map((index) => ({
    ...{ IndexName: index.IndexName, KeySchema: index.KeySchema, Projection: index.Projection },
    ...{ IndexSizeBytes: 0, ItemCount: 0, IndexArn: `${TableArn}/index/${index.IndexName}` },
  }));
  return {
    AttributeDefinitions: properties.AttributeDefinitions,
    ...(isOnDemand && {
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST", LastUpdateToPayPerRequestDateTime: madeAt },
    }),
    ...{ CreationDateTime: madeAt, DeletionProtectionEnabled: own.DeletionProtectionEnabled === true },
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...{ ItemCount: 0, KeySchema: properties.KeySchema, ProvisionedThroughput: throughput },
    ...(sse?.SSEEnabled === true && {
      SSEDescription: {
        Status: "ENABLED",
        SSEType: "KMS",
        KMSMasterKeyArn: String(key).startsWith("arn:") ? key : `arn:aws:kms:${region}:${account}:key/${key}`,
      },
    }),
    ...((stream !== undefined || type.endsWith("GlobalTable")) && streamShown(stream, { arn: TableArn, label })),
    ...(own.TableClass !== undefined && { TableClassSummary: { TableClass: own.TableClass } }),
    ...(others.length > 0 && { GlobalTableVersion: "2019.11.21", Replicas: others }),
    ...{ TableArn, TableId: stableUuid(table, "TableId"), TableName: made.physicalId },
    ...{ TableSizeBytes: 0, TableStatus: "ACTIVE" },
    ...(isOnDemand && { WarmThroughput: warm(throughput) }),
  };
}

function streamShown(stream: Properties | undefined, { arn, label }: { readonly arn: string; readonly label: string }) {
  if (stream === undefined) return {};
  return {
    ...{ LatestStreamArn: `${arn}/stream/${label}`, LatestStreamLabel: label },
    StreamSpecification: { StreamEnabled: true, StreamViewType: stream.StreamViewType },
  };
}

function indexShown(
  index: Properties,
  { arn, isOnDemand }: { readonly arn: string; readonly isOnDemand: boolean },
): object {
  const throughput = throughputOf(isOnDemand ? {} : index);
  return present({
    ...{ IndexArn: `${arn}/index/${index.IndexName}`, IndexName: index.IndexName, IndexSizeBytes: 0 },
    ...{ IndexStatus: "ACTIVE", ItemCount: 0, KeySchema: index.KeySchema, Projection: index.Projection },
    ...{ ProvisionedThroughput: throughput, WarmThroughput: isOnDemand ? warm(throughput) : undefined },
  });
}
