/** Queues and their policies as CloudFormation makes them. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type MadeResource, type Properties, type ResourceContext, type World } from "../../kernel.ts";
import { completed, createQueue, type Queue, queueFor, queuesOf } from "./queues.ts";

/** Properties that are attributes of the same name. */
const ATTRIBUTES = [
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "DelaySeconds",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
  "VisibilityTimeout",
];

export function installSqsResources(world: World): void {
  world.resources.set("AWS::SQS::Queue", {
    create: async (properties, context) => {
      const generated = generatedName(world, "AWS::SQS::Queue", context);
      // The ending of FIFO queues counts among the eighty letters of a name.
      const fifo = `${generated.slice(0, -13).slice(0, 62)}${generated.slice(-13)}.fifo`;
      const name = String(properties.QueueName ?? (properties.FifoQueue === true ? fifo : generated));
      if (queuesOf(world, context.call.caller).has(name))
        throw new AwsError("AlreadyExists", `${name} already exists in stack or account`);
      const queue = createQueue(world, context.call.caller, { name, attributes: attributesOf(properties), tags: {} });
      tag(queue, properties, context);
      return madeQueue(queue);
    },
    update: async (made, before, after, context) => {
      const queue = queueFor(world, context.call.caller, made.physicalId);
      const { Policy } = queue.attributes;
      queue.attributes = completed({
        // A size that the template names no more goes back to what queues had before August 2025, as recorded.
        ...(before.MaximumMessageSize !== undefined && { MaximumMessageSize: "262144" }),
        ...attributesOf(after),
        ...(Policy !== undefined && { Policy }),
      });
      queue.changedAt = new Date(world.clock.now());
      tag(queue, after, context);
      return made;
    },
    remove: async (made, _properties, { call }) => {
      queuesOf(world, call.caller).delete(made.physicalId.split("/").at(-1) ?? "");
    },
    read: async (made, properties, { call }) => {
      const queue = queuesOf(world, call.caller).get(made.physicalId.split("/").at(-1) ?? "");
      if (queue === undefined) return undefined;
      const current = ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => [
        name,
        inKindOf(properties[name], queue.attributes[name]),
      ]);
      return { ...properties, ...Object.fromEntries(current) };
    },
    adopt: ({ QueueUrl = "" }, { call }) => {
      const queue = queuesOf(world, call.caller).get(QueueUrl.split("/").at(-1) ?? "");
      return queue?.url === QueueUrl ? madeQueue(queue) : undefined;
    },
  });
  const setPolicy = (properties: Properties, { call }: ResourceContext, policy: string | undefined): void => {
    for (const url of (properties.Queues ?? []) as readonly string[]) {
      const queue = queuesOf(world, call.caller).get(url.split("/").at(-1) ?? "");
      if (queue === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
      if (policy === undefined) delete queue.attributes.Policy;
      else queue.attributes.Policy = policy;
    }
  };
  world.resources.set("AWS::SQS::QueuePolicy", {
    create: async (properties, context) => {
      setPolicy(properties, context, JSON.stringify(properties.PolicyDocument));
      const physicalId = generatedName(world, "AWS::SQS::QueuePolicy", context);
      return { physicalId, attributes: { Id: physicalId } };
    },
    update: async (made, before, after, context) => {
      setPolicy(before, context, undefined);
      setPolicy(after, context, JSON.stringify(after.PolicyDocument));
      return made;
    },
    remove: async (_made, properties, context) => {
      const queues = queuesOf(world, context.call.caller);
      const left = ((properties.Queues ?? []) as readonly string[]).filter((url) =>
        queues.has(url.split("/").at(-1) ?? ""),
      );
      setPolicy({ Queues: left }, context, undefined);
    },
  });
}

function madeQueue({ url, arn, name }: Queue): MadeResource {
  return { physicalId: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
}

function attributesOf(properties: Properties): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ATTRIBUTES.filter((name) => properties[name] !== undefined && !isNoFifo(name, properties)).map((name) => {
      const value: unknown = properties[name];
      return [name, typeof value === "object" ? JSON.stringify(value) : String(value)];
    }),
  );
}

/** A queue is asked to be FIFO or not asked; SQS shows of others nothing about it. */
function isNoFifo(name: string, properties: Properties): boolean {
  return name === "FifoQueue" && String(properties.FifoQueue) !== "true";
}

/** An attribute's text as the kind of value that the template wrote. */
function inKindOf(written: unknown, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (typeof written === "number") return Number(text);
  if (typeof written === "boolean") return text === "true";
  return typeof written === "object" ? JSON.parse(text) : text;
}

function tag(queue: Queue, properties: Properties, { tags }: ResourceContext): void {
  queue.tags.clear();
  for (const { Key, Value } of [...(properties.Tags ?? []), ...tags]) queue.tags.set(Key, Value);
}
