/** SQS: queues with messages that can be sent, received and deleted. */
import { createHash } from "node:crypto";
import type {
  CreateQueueCommandInput,
  GetQueueAttributesCommandInput,
  ReceiveMessageCommandInput,
  SendMessageCommandInput,
  SetQueueAttributesCommandInput,
  TagQueueCommandInput,
} from "@aws-sdk/client-sqs";
import type { Call, World } from "../../kernel.ts";
import { completed, createQueue, type Queue, queueFor, queuesOf } from "./queues.ts";
import { installSqsResources } from "./resources.ts";

type OfQueue = { readonly QueueUrl?: string };

export function installSqs(world: World): void {
  const named = (input: OfQueue, { caller }: Call): Queue => queueFor(world, caller, input.QueueUrl);
  world.services.set("sqs", {
    name: "sqs",
    operations: {
      CreateQueue: (input: CreateQueueCommandInput, { caller }: Call) => {
        const { QueueName: name = "", Attributes: attributes = {}, tags = {} } = input;
        return {
          QueueUrl: createQueue(world, caller, { name, attributes: attributes as Record<string, string>, tags }).url,
        };
      },
      DeleteQueue: (input: OfQueue, call: Call) => {
        queuesOf(world, call.caller).delete(named(input, call).name);
        return {};
      },
      GetQueueUrl: (input: { QueueName?: string }, call: Call) => ({
        QueueUrl: named({ QueueUrl: input.QueueName ?? "" }, call).url,
      }),
      ListQueues: (input: { QueueNamePrefix?: string }, { caller }: Call) => ({
        QueueUrls: [...queuesOf(world, caller).values()]
          .filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ""))
          .map(({ url }) => url),
      }),
      ListDeadLetterSourceQueues: (input: OfQueue, call: Call) => {
        const { arn } = named(input, call);
        const sources = [...queuesOf(world, call.caller).values()].filter(({ attributes }) => {
          const policy = JSON.parse(attributes.RedrivePolicy ?? "{}") as { readonly deadLetterTargetArn?: string };
          return policy.deadLetterTargetArn === arn;
        });
        return { queueUrls: sources.map(({ url }) => url) };
      },
      GetQueueAttributes: (input: GetQueueAttributesCommandInput, call: Call) => {
        const all = attributesOf(world, named({ QueueUrl: input.QueueUrl ?? "" }, call));
        const wanted = input.AttributeNames ?? [];
        return {
          Attributes: Object.fromEntries(
            Object.entries(all).filter(
              ([name]) => wanted.includes("All") || (wanted as readonly string[]).includes(name),
            ),
          ),
        };
      },
      SetQueueAttributes: (input: SetQueueAttributesCommandInput, call: Call) => {
        const queue = named({ QueueUrl: input.QueueUrl ?? "" }, call);
        const given = (input.Attributes ?? {}) as Readonly<Record<string, string>>;
        const { KmsMasterKeyId: key, SqsManagedSseEnabled: own } = given;
        // Of the two ways to encrypt, choosing one ends the other.
        const { KmsMasterKeyId: _, KmsDataKeyReusePeriodSeconds: __, ...byQueue } = queue.attributes;
        const { SqsManagedSseEnabled: ___, ...byKey } = queue.attributes;
        const before = own === "true" ? byQueue : key === undefined ? queue.attributes : byKey;
        queue.attributes = completed({ ...before, ...given });
        queue.changedAt = new Date(world.clock.now());
        return {};
      },
      SendMessage: (input: SendMessageCommandInput, call: Call) => {
        const queue = named({ QueueUrl: input.QueueUrl ?? "" }, call);
        const body = input.MessageBody ?? "";
        const now = world.clock.now();
        const delay = (input.DelaySeconds ?? Number(queue.attributes.DelaySeconds)) * 1000;
        const message = {
          id: world.uuid(),
          body,
          sentAt: now,
          receipt: undefined,
          visibleAt: now + delay,
          received: 0,
        };
        queue.messages.push(message);
        return { MessageId: message.id, MD5OfMessageBody: md5(body) };
      },
      ReceiveMessage: (input: ReceiveMessageCommandInput, call: Call) => {
        const queue = named({ QueueUrl: input.QueueUrl ?? "" }, call);
        const now = world.clock.now();
        const hidden = (input.VisibilityTimeout ?? Number(queue.attributes.VisibilityTimeout)) * 1000;
        const taken = queue.messages
          .filter(({ visibleAt }) => visibleAt <= now)
          .slice(0, input.MaxNumberOfMessages ?? 1);
        for (const message of taken) {
          message.receipt = world.hex(40);
          message.visibleAt = now + hidden;
          message.received += 1;
        }
        return {
          Messages: taken.map(({ id, body, receipt, sentAt, received }) => ({
            MessageId: id,
            ReceiptHandle: receipt,
            Body: body,
            MD5OfBody: md5(body),
            Attributes: { SentTimestamp: String(Math.floor(sentAt)), ApproximateReceiveCount: String(received) },
          })),
        };
      },
      DeleteMessage: (input: OfQueue & { ReceiptHandle?: string }, call: Call) => {
        const queue = named(input, call);
        queue.messages = queue.messages.filter(
          ({ receipt }) => receipt === undefined || receipt !== input.ReceiptHandle,
        );
        return {};
      },
      PurgeQueue: (input: OfQueue, call: Call) => {
        named(input, call).messages = [];
        return {};
      },
      TagQueue: (input: TagQueueCommandInput, call: Call) => {
        const { tags } = named({ QueueUrl: input.QueueUrl ?? "" }, call);
        for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value);
        return {};
      },
      ListQueueTags: (input: OfQueue, call: Call) => {
        const { tags } = named(input, call);
        return tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) };
      },
    },
  });
  installSqsResources(world);
}

function attributesOf(world: World, queue: Queue): Readonly<Record<string, string>> {
  const now = world.clock.now();
  const hidden = queue.messages.filter(({ visibleAt, receipt }) => visibleAt > now && receipt !== undefined).length;
  const delayed = queue.messages.filter(({ visibleAt, receipt }) => visibleAt > now && receipt === undefined).length;
  const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1000));
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(queue.messages.length - hidden - delayed),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(queue.at),
    LastModifiedTimestamp: seconds(queue.changedAt),
  };
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
