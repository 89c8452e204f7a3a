/** Topics and subscriptions as CloudFormation makes them. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type Properties, type ResourceContext, type ResourceHandler, type World } from "../../kernel.ts";
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
      topic.subscriptions.push(subscription(world, arn, properties));
      return { physicalId: arn, attributes: { Arn: arn } };
    },
    update: async (made, _before, after, { call }) => {
      const topic = topicFor(world, call.caller, String(after.TopicArn));
      topic.subscriptions = topic.subscriptions.map((one) =>
        one.arn === made.physicalId ? { ...subscription(world, one.arn, after), at: one.at } : one,
      );
      return made;
    },
    remove: async (made, properties, { call }) => {
      const topic = topicsOf(world, call.caller).get(String(properties.TopicArn));
      if (topic !== undefined) topic.subscriptions = topic.subscriptions.filter(({ arn }) => arn !== made.physicalId);
    },
  });
  world.resources.set(
    "AWS::SNS::TopicPolicy",
    topicPolicyHandler(world, ({ Topics = [] }) => Topics),
  );
  world.resources.set(
    "AWS::SNS::TopicInlinePolicy",
    topicPolicyHandler(world, ({ TopicArn }) => [TopicArn]),
  );
}

/** A policy on topics; without one a topic has its usual policy. */
function topicPolicyHandler(world: World, topicsIn: (properties: Properties) => readonly string[]): ResourceHandler {
  const set = (properties: Properties, { call }: ResourceContext, policy: string | undefined): void => {
    for (const arn of topicsIn(properties)) {
      const topic = topicsOf(world, call.caller).get(arn);
      if (topic === undefined) continue;
      const { Policy: _, ...others } = topic.attributes;
      topic.attributes = policy === undefined ? others : { ...others, Policy: policy };
    }
  };
  return {
    create: async (properties, context) => {
      set(properties, context, JSON.stringify(properties.PolicyDocument));
      const physicalId = properties.TopicArn ?? generatedName(world, "AWS::SNS::TopicPolicy", context);
      return { physicalId: String(physicalId), attributes: { Id: String(physicalId) } };
    },
    update: async (made, before, after, context) => {
      set(before, context, undefined);
      set(after, context, JSON.stringify(after.PolicyDocument));
      return made;
    },
    remove: async (_made, properties, context) => set(properties, context, undefined),
  };
}

/** What each protocol's deliveries are logged as. */
const LOGGED: Readonly<Record<string, string>> = {
  ...{ "http/s": "HTTP", sqs: "SQS", lambda: "Lambda", firehose: "Firehose", application: "Application" },
};

function deliveryLogging(properties: Properties): Readonly<Record<string, string>> {
  const entries = ((properties.DeliveryStatusLogging ?? []) as readonly Properties[]).flatMap((one) => {
    const prefix = LOGGED[String(one.Protocol)] ?? String(one.Protocol);
    return ["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"]
      .filter((name) => one[name] !== undefined)
      .map((name): [string, string] => [`${prefix}${name}`, String(one[name])]);
  });
  return Object.fromEntries(entries);
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
    "FifoThroughputScope",
    "SignatureVersion",
    "TracingConfig",
  ])
    if (properties[name] !== undefined && !(name === "FifoTopic" && String(properties[name]) !== "true"))
      attributes[name] = String(properties[name]);
  for (const name of ["ArchivePolicy", "DeliveryPolicy"])
    if (properties[name] !== undefined)
      attributes[name] = typeof properties[name] === "string" ? properties[name] : JSON.stringify(properties[name]);
  const { Policy } = topic.attributes;
  topic.attributes = { ...attributes, ...deliveryLogging(properties), ...(Policy !== undefined && { Policy }) };
  topic.tags.clear();
  for (const { Key, Value } of [...(properties.Tags ?? []), ...context.tags]) topic.tags.set(Key, Value);
  const inline = (properties.Subscription ?? []) as readonly Properties[];
  const before = topic.subscriptions.filter((one) => one.inline);
  topic.subscriptions = [
    ...topic.subscriptions.filter((one) => !one.inline),
    ...inline.map((one) => {
      // Who was subscribed before stays so: nobody has to confirm again.
      const same = before.find(({ protocol, endpoint }) => protocol === one.Protocol && endpoint === one.Endpoint);
      const fresh = subscription(world, `${topic.arn}:${world.uuid()}`, { ...one, TopicArn: topic.arn });
      return same ?? { ...fresh, inline: true };
    }),
  ];
}

const SUBSCRIPTION_ATTRIBUTES = [
  ...["DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "ReplayPolicy"],
  "SubscriptionRoleArn",
];

function subscription(world: World, arn: string, properties: Properties): Topic["subscriptions"][number] {
  const { TopicArn: topic, Protocol: protocol, Endpoint: endpoint } = properties;
  const attributes = SUBSCRIPTION_ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => {
    const value: unknown = properties[name];
    return [name, typeof value === "object" ? JSON.stringify(value) : String(value)];
  });
  return {
    ...{ arn, topic: String(topic), protocol: String(protocol), endpoint: String(endpoint ?? "") },
    ...{ at: world.clock.now(), inline: false, attributes: Object.fromEntries(attributes) },
  };
}
