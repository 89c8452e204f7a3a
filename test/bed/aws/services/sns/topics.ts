/** The topics of an account and region. */
import { AwsError, type Caller, type World } from "../../kernel.ts";

export interface Subscription {
  readonly arn: string;
  readonly topic: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Declared within the topic's own resource of a template. */
  readonly inline: boolean;
  /** As the API names them, all as text. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Topic {
  readonly name: string;
  readonly arn: string;
  attributes: Record<string, string>;
  subscriptions: Subscription[];
  readonly tags: Map<string, string>;
  /** What was published, oldest first, for tests to read. */
  readonly published: {
    readonly id: string;
    readonly at: Date;
    readonly subject: string | undefined;
    readonly text: string;
  }[];
}

export type Where = Pick<Caller, "account" | "region">;

/** Topics by ARN. */
export function topicsOf(world: World, { account, region }: Where): Map<string, Topic> {
  return world.store("sns-topics", { account, region }, () => new Map<string, Topic>());
}

/** Makes a topic; one that is there already is given back, as SNS does. @throws AwsError InvalidParameter */
export function createTopic(
  world: World,
  where: Where,
  about: {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly tags: readonly (readonly [string, string])[];
  },
): Topic {
  if (!/^[\w-]{1,256}(\.fifo)?$/.test(about.name))
    throw new AwsError("InvalidParameter", "Invalid parameter: Topic Name");
  const arn = `arn:aws:sns:${where.region}:${where.account}:${about.name}`;
  const existing = topicsOf(world, where).get(arn);
  if (existing !== undefined) return existing;
  const topic: Topic = {
    ...{ name: about.name, arn, attributes: { ...about.attributes } },
    ...{ subscriptions: [], tags: new Map(about.tags), published: [] },
  };
  topicsOf(world, where).set(arn, topic);
  return topic;
}

/** @throws AwsError NotFound */
export function topicFor(world: World, where: Where, arn: string | undefined): Topic {
  const topic = topicsOf(world, where).get(arn ?? "");
  if (topic === undefined) throw new AwsError("NotFound", "Topic does not exist", 404);
  return topic;
}
