/** What topics and subscriptions show beside what was set. */
import type { Call, World } from "../../kernel.ts";
import type { Subscription, Topic } from "./topics.ts";

/** Endpoints of these answer a request for confirmation themselves; a person has to for the others. */
const CONFIRMED: ReadonlySet<string> = new Set(["application", "firehose", "lambda", "sms", "sqs"]);
/** Milliseconds after which a topic counts a subscription: recorded are zeros right after subscribing. */
const COUNTED_AFTER = 10 * 60_000;

const RETRIES = {
  ...{ minDelayTarget: 20, maxDelayTarget: 20, numRetries: 3, numMaxDelayRetries: 0, numNoDelayRetries: 0 },
  ...{ numMinDelayRetries: 0, backoffFunction: "linear" },
};

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html: what holds where no delivery policy is set. */
function effectiveDelivery(policy: string | undefined): object {
  const http =
    policy === undefined ? {} : (JSON.parse(policy) as { readonly http?: Readonly<Record<string, object>> }).http;
  return {
    http: {
      defaultHealthyRetryPolicy: { ...RETRIES, ...http?.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: http?.disableSubscriptionOverrides ?? false,
      defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8", ...http?.defaultRequestPolicy },
    },
  };
}

const OWNER_MAY = [
  ...["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission"],
  ...["SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"],
];

/** What a topic's own account may do with it unless its policy says otherwise. */
function usualPolicy(arn: string, account: string): object {
  return {
    ...{ Version: "2008-10-17", Id: "__default_policy_ID" },
    Statement: [
      {
        ...{
          Sid: "__default_statement_ID",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: OWNER_MAY,
          Resource: arn,
        },
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  };
}

/** True if nobody has confirmed a subscription yet. */
export function isPending({ protocol }: Subscription): boolean {
  return !CONFIRMED.has(protocol);
}

/** The attributes of a topic as GetTopicAttributes gives them. */
export function topicAttributes(world: World, topic: Topic, { caller }: Call): Readonly<Record<string, string>> {
  const counted = topic.subscriptions.filter(({ at }) => at + COUNTED_AFTER <= world.clock.now());
  const pending = counted.filter(isPending).length;
  return {
    Policy: JSON.stringify(usualPolicy(topic.arn, caller.account)),
    ...(topic.attributes.FifoTopic === "true" && { ContentBasedDeduplication: "false" }),
    ...topic.attributes,
    TopicArn: topic.arn,
    Owner: caller.account,
    DisplayName: topic.attributes.DisplayName ?? "",
    EffectiveDeliveryPolicy: JSON.stringify(effectiveDelivery(topic.attributes.DeliveryPolicy)),
    SubscriptionsConfirmed: String(counted.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: "0",
  };
}

/** A subscription as lists show it: without an ARN until somebody has confirmed it. */
export function listed(subscription: Subscription, { caller }: Call): Readonly<Record<string, string>> {
  const { arn, topic, protocol, endpoint } = subscription;
  return {
    SubscriptionArn: isPending(subscription) ? "PendingConfirmation" : arn,
    ...{ TopicArn: topic, Protocol: protocol, Endpoint: endpoint, Owner: caller.account },
  };
}

/** The attributes of a subscription as GetSubscriptionAttributes gives them. */
export function subscriptionAttributes(subscription: Subscription, call: Call): Readonly<Record<string, string>> {
  return {
    ...listed(subscription, call),
    SubscriptionArn: subscription.arn,
    ConfirmationWasAuthenticated: String(!isPending(subscription)),
    PendingConfirmation: String(isPending(subscription)),
    RawMessageDelivery: "false",
    SubscriptionPrincipal: call.caller.arn,
    ...(subscription.attributes.FilterPolicy !== undefined && { FilterPolicyScope: "MessageAttributes" }),
    ...subscription.attributes,
  };
}
