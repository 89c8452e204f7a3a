/** Topics and subscriptions as CloudFormation makes them. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type Properties, type ResourceContext, type World } from "../../kernel.ts";
import { createTopic, type Topic, topicFor, topicsOf } from "./topics.ts";

export function installSnsResources(world: World): void {
  const generated = (properties: Properties, context: ResourceContext): string =>
    String(properties.TopicName ?? generatedName(world, "AWS::SNS::Topic", context)) +
    (properties.FifoTopic === true && properties.TopicName === undefined ? ".fifo" : "");
  world.resources.set("AWS::SNS::Topic", {
    create: async (properties, context) => {
      const { caller } = context.call;
      const name = generated(properties, context);
      const arn = `arn:aws:sns:${caller.region}:${caller.account}:${name}`;
      if (topicsOf(world, caller).has(arn))
        throw new AwsError("AlreadyExists", `${name} already exists in stack or account`);
      const topic = createTopic(world, caller, { name, attributes: {}, tags: [] });
      configure(world, topic, { properties, context });
      return {
        physicalId: arn,
        attributes: { TopicArn: arn, TopicName: name, DisplayName: properties.DisplayName ?? "" },
      };
    },
    update: async (made, _before, after, context) => {
      configure(world, topicFor(world, context.call.caller, made.physicalId), { properties: after, context });
      return { ...made, attributes: { ...made.attributes, DisplayName: after.DisplayName ?? "" } };
    },
    remove: async (made, _properties, { call }) => {
      topicsOf(world, call.caller).delete(made.physicalId);
    },
    read: async (made, properties, { call }) => {
      const topic = topicsOf(world, call.caller).get(made.physicalId);
      if (topic === undefined) return undefined;
      const shown = properties.DisplayName === undefined ? {} : { DisplayName: topic.attributes.DisplayName };
      return { ...properties, ...shown };
    },
    adopt: ({ TopicArn = "" }, { call }) => {
      const topic = topicsOf(world, call.caller).get(TopicArn);
      if (topic === undefined) return undefined;
      const attributes = { TopicArn, TopicName: topic.name, DisplayName: topic.attributes.DisplayName ?? "" };
      return { physicalId: TopicArn, attributes };
    },
  });
  world.resources.set("AWS::SNS::Subscription", {
    create: async (properties, context) => {
      const topic = topicFor(world, context.call.caller, String(properties.TopicArn));
      const arn = `${topic.arn}:${world.uuid()}`;
      topic.subscriptions.push(subscription(arn, properties));
      return { physicalId: arn, attributes: { Arn: arn } };
    },
    update: async (made) => made,
    remove: async (made, properties, { call }) => {
      const topic = topicsOf(world, call.caller).get(String(properties.TopicArn));
      if (topic !== undefined) topic.subscriptions = topic.subscriptions.filter(({ arn }) => arn !== made.physicalId);
    },
  });
}

function configure(
  world: World,
  topic: Topic,
  { properties, context }: { readonly properties: Properties; readonly context: ResourceContext },
): void {
  const attributes: Record<string, string> = {};
  for (const name of [
    "DisplayName",
    "KmsMasterKeyId",
    "FifoTopic",
    "ContentBasedDeduplication",
    "SignatureVersion",
    "TracingConfig",
  ])
    if (properties[name] !== undefined) attributes[name] = String(properties[name]);
  topic.attributes = attributes;
  topic.tags.clear();
  for (const { Key, Value } of [...(properties.Tags ?? []), ...context.tags]) topic.tags.set(Key, Value);
  const inline = (properties.Subscription ?? []) as readonly Properties[];
  topic.subscriptions = inline.map((one) =>
    subscription(`${topic.arn}:${world.uuid()}`, { ...one, TopicArn: topic.arn }),
  );
}

function subscription(arn: string, properties: Properties): Topic["subscriptions"][number] {
  const { TopicArn: topic, Protocol: protocol, Endpoint: endpoint } = properties;
  return { arn, topic: String(topic), protocol: String(protocol), endpoint: String(endpoint ?? "") };
}
