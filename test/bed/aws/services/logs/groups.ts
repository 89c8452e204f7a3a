/** Log groups and their streams, as an account and region keeps them. */
import { AwsError, type Caller, type World } from "../../kernel.ts";

export interface LogEvent {
  /** Milliseconds since the epoch, as the writer says. */
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
  readonly eventId: string;
}

export interface LogStream {
  readonly name: string;
  readonly at: number;
  /** In the order of their timestamps. */
  readonly events: LogEvent[];
}

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly at: number;
  retentionInDays: number | undefined;
  kmsKeyId: string | undefined;
  readonly class: string;
  readonly streams: Map<string, LogStream>;
  readonly tags: Map<string, string>;
  readonly metricFilters: Map<string, Readonly<Record<string, unknown>>>;
  readonly subscriptionFilters: Map<string, Readonly<Record<string, unknown>>>;
}

export type Where = Pick<Caller, "account" | "region">;

const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Groups by name. */
export function groupsOf(world: World, { account, region }: Where): Map<string, LogGroup> {
  return world.store("log-groups", { account, region }, () => new Map<string, LogGroup>());
}

/**
 * Makes an empty group.
 *
 * @throws AwsError ResourceAlreadyExistsException, InvalidParameterException
 */
export function createGroup(
  world: World,
  where: Where,
  about: {
    readonly name: string;
    readonly kmsKeyId?: string | undefined;
    readonly class?: string | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
  },
): LogGroup {
  const groups = groupsOf(world, where);
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(about.name))
    throw new AwsError(
      "InvalidParameterException",
      `1 validation error detected: Value '${about.name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    );
  if (groups.has(about.name))
    throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
  const group: LogGroup = {
    name: about.name,
    arn: `arn:aws:logs:${where.region}:${where.account}:log-group:${about.name}`,
    at: world.clock.now(),
    retentionInDays: undefined,
    kmsKeyId: about.kmsKeyId,
    class: about.class ?? "STANDARD",
    streams: new Map(),
    tags: new Map(Object.entries(about.tags ?? {})),
    metricFilters: new Map(),
    subscriptionFilters: new Map(),
  };
  groups.set(group.name, group);
  return group;
}

/**
 * The group that a request means by its name or its ARN.
 *
 * @throws AwsError ResourceNotFoundException
 */
export function groupFor(
  world: World,
  input: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined },
  where: Where,
): LogGroup {
  const id = input.logGroupName ?? input.logGroupIdentifier ?? "";
  const name = id.startsWith("arn:") ? id.split(":log-group:")[1]?.replace(/:\*$/, "") : id;
  const group = groupsOf(world, where).get(name ?? "");
  if (group === undefined) throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
  return group;
}

/** @throws AwsError ResourceNotFoundException */
export function streamFor(group: LogGroup, name: string | undefined): LogStream {
  const stream = group.streams.get(name ?? "");
  if (stream === undefined) throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
  return stream;
}

/** @throws AwsError InvalidParameterException for a number of days that AWS does not offer */
export function setRetention(group: LogGroup, days: number | undefined): void {
  if (days !== undefined && !RETENTIONS.includes(days))
    throw new AwsError(
      "InvalidParameterException",
      `The specified retentionInDays ${days} is not one of ${RETENTIONS.join(", ")}`,
    );
  group.retentionInDays = days;
}

/** The events of a stream that the group's retention still keeps, oldest first. */
export function keptEvents(world: World, group: LogGroup, stream: LogStream): readonly LogEvent[] {
  if (group.retentionInDays === undefined) return stream.events;
  const oldest = world.clock.now() - group.retentionInDays * 24 * 60 * 60 * 1000;
  return stream.events.filter(({ timestamp }) => timestamp >= oldest);
}
