/** SNS: topics, subscriptions, and what was published. */
import type {
  CreateTopicCommandInput,
  ListTagsForResourceCommandInput,
  PublishCommandInput,
  SetSubscriptionAttributesCommandInput,
  SetTopicAttributesCommandInput,
  SubscribeCommandInput,
  TagResourceCommandInput,
} from "@aws-sdk/client-sns";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { isPending, listed, subscriptionAttributes, topicAttributes } from "./attributes.ts";
import { installSnsResources } from "./resources.ts";
import { createTopic, type Subscription, type Topic, topicFor, topicsOf } from "./topics.ts";

type OfTopic = { readonly TopicArn?: string | undefined };

export function installSns(world: World): void {
  const named = (input: OfTopic, { caller }: Call): Topic => topicFor(world, caller, input.TopicArn);
  const subscriptions = ({ caller }: Call): readonly Subscription[] =>
    [...topicsOf(world, caller).values()].flatMap((topic) => topic.subscriptions);
  world.services.set("sns", {
    name: "sns",
    operations: {
      CreateTopic: (input: CreateTopicCommandInput, { caller }: Call) => {
        const tags = (input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
        return {
          TopicArn: createTopic(world, caller, { name: input.Name ?? "", attributes: input.Attributes ?? {}, tags })
            .arn,
        };
      },
      DeleteTopic: (input: OfTopic, { caller }: Call) => {
        topicsOf(world, caller).delete(input.TopicArn ?? "");
        return {};
      },
      ListTopics: (_input: object, { caller }: Call) => ({
        Topics: [...topicsOf(world, caller).keys()].map((TopicArn) => ({ TopicArn })),
      }),
      GetTopicAttributes: (input: OfTopic, call: Call) => {
        return { Attributes: topicAttributes(world, named(input, call), call) };
      },
      SetTopicAttributes: (input: SetTopicAttributesCommandInput, call: Call) => {
        named(input, call).attributes[input.AttributeName ?? ""] = input.AttributeValue ?? "";
        return {};
      },
      Publish: (input: PublishCommandInput, call: Call) => {
        const message = {
          id: world.uuid(),
          at: new Date(world.clock.now()),
          subject: input.Subject,
          text: input.Message ?? "",
        };
        named({ TopicArn: input.TopicArn ?? input.TargetArn ?? "" }, call).published.push(message);
        return { MessageId: message.id };
      },
      Subscribe: (input: SubscribeCommandInput, call: Call) => {
        const topic = named({ TopicArn: input.TopicArn ?? "" }, call);
        const { Protocol: protocol = "", Endpoint: endpoint = "" } = input;
        const same = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
        const arn = same?.arn ?? `${topic.arn}:${world.uuid()}`;
        const subscription = same ?? {
          ...{ arn, topic: topic.arn, protocol, endpoint, at: world.clock.now(), attributes: input.Attributes ?? {} },
          inline: false,
        };
        if (same === undefined) topic.subscriptions.push(subscription);
        const isShown = input.ReturnSubscriptionArn === true || !isPending(subscription);
        return { SubscriptionArn: isShown ? subscription.arn : "pending confirmation" };
      },
      Unsubscribe: (input: { SubscriptionArn?: string }, { caller }: Call) => {
        for (const topic of topicsOf(world, caller).values())
          topic.subscriptions = topic.subscriptions.filter(({ arn }) => arn !== input.SubscriptionArn);
        return {};
      },
      ListSubscriptions: (_input: object, call: Call) => ({
        Subscriptions: subscriptions(call).map((one) => listed(one, call)),
      }),
      ListSubscriptionsByTopic: (input: OfTopic, call: Call) => ({
        Subscriptions: named(input, call).subscriptions.map((one) => listed(one, call)),
      }),
      ListTagsForResource: (input: ListTagsForResourceCommandInput, call: Call) => ({
        Tags: [...named({ TopicArn: input.ResourceArn ?? "" }, call).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
      TagResource: (input: TagResourceCommandInput, call: Call) => {
        const { tags } = named({ TopicArn: input.ResourceArn ?? "" }, call);
        for (const { Key = "", Value = "" } of input.Tags ?? []) tags.set(Key, Value);
        return {};
      },
      GetSubscriptionAttributes: (input: { SubscriptionArn?: string }, call: Call) => {
        const found = subscriptions(call).find(({ arn }) => arn === input.SubscriptionArn);
        if (found === undefined) throw new AwsError("NotFound", "Subscription does not exist", 404);
        return { Attributes: subscriptionAttributes(found, call) };
      },
      SetSubscriptionAttributes: (input: SetSubscriptionAttributesCommandInput, { caller }: Call) => {
        const { SubscriptionArn, AttributeName = "", AttributeValue = "" } = input;
        for (const topic of topicsOf(world, caller).values())
          topic.subscriptions = topic.subscriptions.map((one) =>
            one.arn === SubscriptionArn
              ? { ...one, attributes: { ...one.attributes, [AttributeName]: AttributeValue } }
              : one,
          );
        return {};
      },
    },
  });
  installSnsResources(world);
}
