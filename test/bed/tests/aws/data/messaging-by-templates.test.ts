/** What SQS, SNS, CloudWatch and Logs show of what templates make, change and take away. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ACCOUNT, allowing, attribute, ref, resource, startAccount } from "./account.ts";

let on: Awaited<ReturnType<typeof startAccount>>;
beforeEach(async () => {
  on = await startAccount();
});
afterEach(() => on.stop());

const attributesOf = async (QueueUrl: string | undefined) =>
  (await on.ask("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] })).Attributes;

test("a FIFO queue shows how it treats duplicates and groups, and a standard one does not", async () => {
  const { ids } = await on.create({
    Fifo: resource("SQS::Queue", { FifoQueue: true }),
    Standard: resource("SQS::Queue"),
  });
  expect(await attributesOf(ids.Fifo)).toMatchObject({
    ...{ FifoQueue: "true", ContentBasedDeduplication: "false", DeduplicationScope: "queue" },
    FifoThroughputLimit: "perQueue",
  });
  expect(await attributesOf(ids.Standard)).not.toHaveProperty("DeduplicationScope");
});

test("a queue is encrypted with a key of KMS or with the one of SQS, never with both", async () => {
  const queue = (properties: object) => ({ Queue: resource("SQS::Queue", { QueueName: "q", ...properties }) });
  const { ids } = await on.create(queue({ KmsMasterKeyId: "alias/aws/sqs" }));
  expect(await attributesOf(ids.Queue)).toMatchObject({
    ...{ KmsMasterKeyId: "alias/aws/sqs", KmsDataKeyReusePeriodSeconds: "300", SqsManagedSseEnabled: "false" },
  });

  await on.update(queue({ DelaySeconds: 1 }));
  const later = await attributesOf(ids.Queue);
  expect(later).toMatchObject({ SqsManagedSseEnabled: "true", DelaySeconds: "1" });
  expect(later).not.toHaveProperty("KmsDataKeyReusePeriodSeconds");
  expect(Number(later.LastModifiedTimestamp)).toBeGreaterThan(Number(later.CreatedTimestamp));
});

test("a queue whose inline policy goes has no policy any more", async () => {
  const queue = resource("SQS::Queue", { QueueName: "q" });
  const policy = resource("SQS::QueueInlinePolicy", { Queue: ref("Queue"), PolicyDocument: allowing("sqs:*") });
  const { ids } = await on.create({ Queue: queue, Policy: policy });
  expect(await attributesOf(ids.Queue)).toHaveProperty("Policy");
  await on.update({ Queue: queue });
  expect(await attributesOf(ids.Queue)).not.toHaveProperty("Policy");
});

test("the ending of a FIFO queue counts among the letters of a name that CloudFormation makes", async () => {
  const long = await startAccount("t".repeat(100));
  const { ids } = await long.create({ ["Q".repeat(100)]: resource("SQS::Queue", { FifoQueue: true }) });
  await long.stop();
  expect(Object.values(ids)[0]?.split("/").at(-1)).toMatch(/^[\w-]{75}\.fifo$/);
});

test("who is subscribed within a topic's resource stays subscribed when the topic changes", async () => {
  const Endpoint = `arn:aws:sqs:us-east-1:${ACCOUNT}:q`;
  const topic = (DisplayName: string) => ({
    T: resource("SNS::Topic", { DisplayName, Subscription: [{ Protocol: "sqs", Endpoint }] }),
  });
  const { ids } = await on.create(topic("1"));
  const subscriptions = async () =>
    (await on.ask("sns", "ListSubscriptionsByTopic", { TopicArn: ids.T })).Subscriptions;
  const before = await subscriptions();
  expect(before).toMatchObject([{ Endpoint }]);
  await on.update(topic("2"));
  expect(await subscriptions()).toEqual(before);
});

test("a FIFO topic shows how it treats duplicates, and what its throughput is counted by", async () => {
  const { ids } = await on.create({
    T: resource("SNS::Topic", { FifoTopic: true, FifoThroughputScope: "MessageGroup" }),
  });
  const { Attributes } = await on.ask("sns", "GetTopicAttributes", { TopicArn: ids.T });
  expect(Attributes).toMatchObject({ ContentBasedDeduplication: "false", FifoThroughputScope: "MessageGroup" });
});

test("attributes that AWS documents can be read of policies, composite alarms and parameters", async () => {
  const alarm = {
    ...{ ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1, Threshold: 1 },
    ...{ MetricName: "m", Namespace: "n", Period: 60, Statistic: "Sum" },
  };
  const { ids, outputs } = await on.create(
    {
      Queue: resource("SQS::Queue"),
      Policy: resource("SQS::QueuePolicy", { Queues: [ref("Queue")], PolicyDocument: allowing("sqs:*") }),
      Alarm: resource("CloudWatch::Alarm", alarm),
      Both: resource("CloudWatch::CompositeAlarm", { AlarmRule: { "Fn::Sub": "ALARM($" + "{Alarm})" } }),
      Parameter: resource("SSM::Parameter", { Name: "/a/b", Type: "String", Value: "v" }),
    },
    {
      Policy: attribute("Policy", "Id"),
      Both: attribute("Both", "Arn"),
      Parameter: attribute("Parameter", "Arn"),
    },
  );
  expect(outputs).toEqual({
    Policy: ids.Policy,
    Both: `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:${ids.Both}`,
    Parameter: `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/a/b`,
  });
});

test("a log group shows who gets its events, until that ends, also where the group is gone before", async () => {
  const group = resource("Logs::LogGroup", { LogGroupName: "g" });
  const DestinationArn = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/x`;
  const filter = resource("Logs::SubscriptionFilter", {
    ...{ LogGroupName: ref("Group"), FilterPattern: "", DestinationArn, FilterName: "f" },
  });
  await on.create({ Group: group, Filter: filter });
  const { subscriptionFilters } = await on.ask("cloudwatch-logs", "DescribeSubscriptionFilters", { logGroupName: "g" });
  expect(subscriptionFilters).toMatchObject([
    { filterName: "f", logGroupName: "g", destinationArn: DestinationArn, distribution: "ByLogStream" },
  ]);
  await on.ask("cloudwatch-logs", "DeleteLogGroup", { logGroupName: "g" });
  await on.remove();
});

test("a queue for what could not be delivered shows the queues that use it", async () => {
  const { ids } = await on.create({
    Dead: resource("SQS::Queue"),
    Live: resource("SQS::Queue", {
      RedrivePolicy: { deadLetterTargetArn: attribute("Dead", "Arn"), maxReceiveCount: 3 },
    }),
  });
  expect(await on.ask("sqs", "ListDeadLetterSourceQueues", { QueueUrl: ids.Dead })).toEqual({ queueUrls: [ids.Live] });
});
