/** The queues of an account and region. */
import { AwsError, type Caller, type World } from "../../kernel.ts";

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receipt: string | undefined;
  /** Bed time from which on the message can be received. */
  visibleAt: number;
  received: number;
}

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly at: Date;
  changedAt: Date;
  /** As the API names them, all as text. */
  attributes: Record<string, string>;
  messages: Message[];
  readonly tags: Map<string, string>;
}

export type Where = Pick<Caller, "account" | "region">;

/** What a queue has unless it is told otherwise. */
const DEFAULTS: Readonly<Record<string, string>> = {
  VisibilityTimeout: "30",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
};

/** What FIFO queues have beside that. */
const OF_FIFO: Readonly<Record<string, string>> = {
  ...{ ContentBasedDeduplication: "false", DeduplicationScope: "queue", FifoThroughputLimit: "perQueue" },
};

/** A queue's attributes with all that it was not told. An empty text takes an attribute away, and a key of KMS the one of SQS. */
export function completed(given: Readonly<Record<string, string>>): Record<string, string> {
  const told = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  return {
    ...DEFAULTS,
    ...(told.FifoQueue === "true" && OF_FIFO),
    ...(told.KmsMasterKeyId !== undefined && { SqsManagedSseEnabled: "false", KmsDataKeyReusePeriodSeconds: "300" }),
    ...told,
  };
}

/** Queues by name. */
export function queuesOf(world: World, { account, region }: Where): Map<string, Queue> {
  return world.store("sqs-queues", { account, region }, () => new Map<string, Queue>());
}

/**
 * Makes a queue; one of that name with the same attributes is given back, as SQS does.
 *
 * @throws AwsError QueueNameExists, InvalidParameterValue
 */
export function createQueue(
  world: World,
  where: Where,
  about: {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly tags: Readonly<Record<string, string>>;
  },
): Queue {
  if (!/^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/.test(about.name))
    throw new AwsError(
      "InvalidParameterValue",
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  const queues = queuesOf(world, where);
  const existing = queues.get(about.name);
  if (existing !== undefined) {
    const differs = Object.entries(about.attributes).find(([name, value]) => existing.attributes[name] !== value);
    if (differs === undefined) return existing;
    throw new AwsError(
      "QueueNameExists",
      `A queue already exists with the same name and a different value for attribute ${differs[0]}`,
    );
  }
  const at = new Date(world.clock.now());
  const queue: Queue = {
    name: about.name,
    arn: `arn:aws:sqs:${where.region}:${where.account}:${about.name}`,
    url: `https://sqs.${where.region}.amazonaws.com/${where.account}/${about.name}`,
    ...{ at, changedAt: at },
    attributes: completed(about.attributes),
    messages: [],
    tags: new Map(Object.entries(about.tags)),
  };
  queues.set(queue.name, queue);
  return queue;
}

/** @throws AwsError QueueDoesNotExist */
export function queueFor(world: World, where: Where, url: string | undefined): Queue {
  const queue = queuesOf(world, where).get((url ?? "").split("/").at(-1) ?? "");
  if (queue === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
  return queue;
}
