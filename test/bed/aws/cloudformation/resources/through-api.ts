import { AwsError, type Properties, type ResourceContext, type ResourceHandler, type World } from "../../kernel.ts";
import { generatedName } from "./names.ts";

/** A resource that one call of a service's own API puts in place, and one takes away. */
interface ApiResource {
  readonly service: string;
  /** The property that holds the resource's own name; generated where the template gives none. */
  readonly name?: string;
  readonly physicalId: (name: string, properties: Properties) => string;
  /** What Fn::GetAtt gives of it; absent: nothing. */
  readonly attributes?: (physicalId: string, context: ResourceContext) => Readonly<Record<string, string>>;
  readonly put: (name: string, properties: Properties) => Call;
  readonly remove: (name: string, properties: Properties) => Call;
}

/** Codes that say that there is no such thing. */
const GONE = /NotFound|DoesNotExist/;

type Call = readonly [operation: string, input: object];

const API_RESOURCES: Readonly<Record<string, ApiResource>> = {
  "AWS::CloudWatch::CompositeAlarm": {
    service: "cloudwatch",
    name: "AlarmName",
    physicalId: (name) => name,
    attributes: (name, { call }) => ({
      Arn: `arn:aws:cloudwatch:${call.caller.region}:${call.caller.account}:alarm:${name}`,
    }),
    put: (name, properties) => ["PutCompositeAlarm", { ...properties, AlarmName: name }],
    remove: (name) => ["DeleteAlarms", { AlarmNames: [name] }],
  },
  "AWS::Logs::LogStream": {
    service: "cloudwatch-logs",
    name: "LogStreamName",
    physicalId: (name) => name,
    put: (name, { LogGroupName }) => ["CreateLogStream", { logGroupName: LogGroupName, logStreamName: name }],
    remove: (name, { LogGroupName }) => ["DeleteLogStream", { logGroupName: LogGroupName, logStreamName: name }],
  },
  "AWS::Logs::MetricFilter": {
    service: "cloudwatch-logs",
    name: "FilterName",
    physicalId: (name) => name,
    put: (name, { LogGroupName, FilterPattern, MetricTransformations = [] }) => [
      "PutMetricFilter",
      {
        logGroupName: LogGroupName,
        filterName: name,
        filterPattern: FilterPattern,
        metricTransformations: MetricTransformations.map(lowerCaseMembers),
      },
    ],
    remove: (name, { LogGroupName }) => ["DeleteMetricFilter", { logGroupName: LogGroupName, filterName: name }],
  },
  "AWS::Logs::SubscriptionFilter": {
    service: "cloudwatch-logs",
    name: "FilterName",
    physicalId: (name) => name,
    put: (name, { LogGroupName, FilterPattern, DestinationArn, RoleArn, Distribution = "ByLogStream", ...more }) => [
      "PutSubscriptionFilter",
      {
        ...{ logGroupName: LogGroupName, filterName: name, filterPattern: FilterPattern, distribution: Distribution },
        ...{ destinationArn: DestinationArn, ...(RoleArn !== undefined && { roleArn: RoleArn }) },
        ...(more.ApplyOnTransformedLogs !== undefined && { applyOnTransformedLogs: more.ApplyOnTransformedLogs }),
      },
    ],
    remove: (name, { LogGroupName }) => ["DeleteSubscriptionFilter", { logGroupName: LogGroupName, filterName: name }],
  },
  "AWS::SecretsManager::ResourcePolicy": {
    service: "secrets-manager",
    physicalId: (_name, { SecretId }) => SecretId,
    attributes: (Id) => ({ Id }),
    put: (_name, { SecretId, ResourcePolicy, BlockPublicPolicy }) => [
      "PutResourcePolicy",
      { SecretId, BlockPublicPolicy, ResourcePolicy: JSON.stringify(ResourcePolicy) },
    ],
    // The bed's service has no DeleteResourcePolicy; putting none leaves none.
    remove: (_name, { SecretId }) => ["PutResourcePolicy", { SecretId }],
  },
  "AWS::SQS::QueueInlinePolicy": {
    service: "sqs",
    physicalId: (_name, { Queue }) => Queue,
    put: (_name, { Queue, PolicyDocument }) => [
      "SetQueueAttributes",
      { QueueUrl: Queue, Attributes: { Policy: JSON.stringify(PolicyDocument) } },
    ],
    remove: (_name, { Queue }) => ["SetQueueAttributes", { QueueUrl: Queue, Attributes: { Policy: "" } }],
  },
};

/**
 * A handler for types that have none of their own although the bed has the service that holds them; undefined for all others.
 */
export function throughApi(world: World, type: string): ResourceHandler | undefined {
  const resource = API_RESOURCES[type];
  if (resource === undefined || !world.services.has(resource.service)) return undefined;
  const call = ([operation, input]: Call, context: ResourceContext) =>
    world.invoke(resource.service, operation, input, context.call);
  return {
    create: async (properties, context) => {
      const given = resource.name === undefined ? undefined : properties[resource.name];
      const name = given === undefined ? generatedName(world, type, context) : String(given);
      await call(resource.put(name, properties), context);
      const physicalId = resource.physicalId(name, properties);
      return { physicalId, attributes: resource.attributes?.(physicalId, context) ?? {} };
    },
    update: async (made, _before, after, context) => {
      await call(resource.put(made.physicalId, after), context);
      return made;
    },
    remove: async (made, properties, context) => {
      try {
        await call(resource.remove(made.physicalId, properties), context);
      } catch (cause) {
        // Gone already is as good as removed, as CloudFormation sees it.
        if (!(cause instanceof AwsError) || !GONE.test(cause.code)) throw cause;
      }
    },
  };
}

function lowerCaseMembers(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.slice(0, 1).toLowerCase() + key.slice(1), member]),
  );
}
