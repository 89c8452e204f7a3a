/** The kinds of values a command's arguments have: how each is read from a word, written back, and explained. */

import { releasePattern } from "../release-name.ts";
import { closest } from "../spelling.ts";
import { type Count, type ServiceName, serviceNames } from "../tenant.ts";
import { either, show } from "../wording.ts";
import { operationPattern } from "./operation-id.ts";
import { readReason } from "./reason.ts";
import { readTime, writeTime } from "./time-span.ts";
import { type CommandVerb, commandVerbs, isVerb } from "./verbs.ts";

/** What there is to name, from the default branch. */
export interface Known {
  readonly tenants: readonly string[];
}

/** A value, or why the word is none and which word was probably meant. */
export type ReadWord<Value> =
  | { readonly value: Value }
  | { readonly problem: string; readonly instead?: string | undefined };

export interface Kind<Value> {
  /** How it stands in a usage line. */
  readonly form: string;
  /** One sentence for help and documentation. */
  readonly meaning: string;
  readonly example: string;
  readonly read: (word: string, known: Known) => ReadWord<Value>;
  /** The word that reads as this value. */
  readonly write: (value: Value) => string;
}

/** A service that can have more than one task. */
export type ScalableService = Exclude<ServiceName, "beat">;
const scalable: readonly ScalableService[] = ["django", "celery"];

/** ECS takes far more tasks of a service; no tier comes near this. */
const mostTasks = 1000;

const same = (value: string): string => value;

export const kinds = {
  tenant: kind<string>({
    form: "<tenant>",
    meaning: "Name of a tenant: the name of its file in `tenants/`.",
    example: "hospital-a",
    read: readTenant,
    write: same,
  }),
  service: kind<ServiceName>({
    form: "<service>",
    meaning: `A service: ${either(serviceNames)}. Left out: all of them.`,
    example: "django",
    read: (word) => readService(word, serviceNames),
    write: same,
  }),
  scalableService: kind<ScalableService>({
    form: "<service>",
    meaning: `A service with a count: ${either(scalable)}. Left out: django.`,
    example: "celery",
    read: (word) =>
      word === "beat"
        ? {
            problem: "beat has no count: there is always exactly one, because two schedulers would run every job twice",
          }
        : readService(word, scalable),
    write: same,
  }),
  count: kind<number | Count>({
    form: "<n | min-max>",
    meaning: "Tasks: a number is the fewest that may run, `min-max` are the limits of auto scaling.",
    example: "4",
    read: readCount,
    write: (count) => (typeof count === "number" ? String(count) : `${count.min}-${count.max}`),
  }),
  period: kind<number>({
    form: "<time>",
    meaning: "How long it holds, such as `30m`, `3h` or `2d`; then it returns by itself. From 10m to 14d.",
    example: "3h",
    read: (word) => readTime(word, { what: "for", least: "10m", most: "14d" }),
    write: writeTime,
  }),
  since: kind<number>({
    form: "<time>",
    meaning: "How far back to look, such as `15m`, `3h` or `1d`. From 1m to 7d.",
    example: "15m",
    read: (word) => readTime(word, { what: "since", least: "1m", most: "7d" }),
    write: writeTime,
  }),
  reason: kind<string>({
    form: "<reason>",
    meaning:
      "Why, in a few words of 10 to 200 characters; kept in the journal. During a freeze window nothing is done without it.",
    example: "the morning clinic opens early",
    read: readReason,
    write: same,
  }),
  databaseStop: kind<"stop">({
    form: "stop-database",
    meaning:
      "Stops the tenant's database as well, so that its instance is not paid for; starting it again takes minutes. Stands right after the tenant.",
    example: "stop-database",
    read: readDatabaseStop,
    write: () => "stop-database",
  }),
  release: kind<string>({
    form: "<release>",
    meaning: "A release such as `v1.4.0`. Left out: the one that ran before.",
    example: "v1.4.0",
    read: readRelease,
    write: same,
  }),
  operation: kind<string>({
    form: "<operation>",
    meaning: "Id of an operation, as the reply to the command shows it.",
    example: "op-1b3cx9k2",
    read: readOperation,
    write: same,
  }),
  verb: kind<CommandVerb>({
    form: "<command>",
    meaning: "A command, without its slash.",
    example: "scale",
    read: readVerb,
    write: same,
  }),
} as const;

export type ArgumentKind = keyof typeof kinds;

/** The value a kind of argument has in a command. */
export type ValueOf<K extends ArgumentKind> = (typeof kinds)[K] extends Kind<infer Value> ? Value : never;

function kind<Value>(parts: Kind<Value>): Kind<Value> {
  return parts;
}

function readTenant(word: string, { tenants }: Known): ReadWord<string> {
  if (tenants.includes(word)) return { value: word };
  if ((serviceNames as readonly string[]).includes(word) || /^\d/.test(word)) {
    return { problem: `the tenant comes first, got ${show(word)}; no command has a default tenant` };
  }
  const instead = closest(word, tenants);
  const all =
    instead === undefined && tenants.length > 0 && tenants.length <= 6 ? `; there are ${tenants.join(", ")}` : "";
  return { problem: `no tenant is called ${show(word)}${all}`, instead };
}

function readService<Service extends string>(word: string, services: readonly Service[]): ReadWord<Service> {
  const found = services.find((service) => service === word);
  if (found !== undefined) return { value: found };
  return { problem: `service must be ${either(services)}, got ${show(word)}`, instead: closest(word, services) };
}

function readCount(word: string): ReadWord<number | Count> {
  const [, low, high] = /^([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?$/.exec(word) ?? [];
  const [min, max] = [Number(low), Number(high ?? low)];
  if (low === undefined || max > mostTasks || min > mostTasks) {
    if (/^0+(-0+)?$/.test(word))
      return { problem: "count 0 would stop the service; what stops a whole tenant is suspend" };
    return {
      problem: `count must be a number of tasks from 1 to ${mostTasks} or min-max, got ${show(word)}`,
      instead: meantCount(word),
    };
  }
  if (min > max) return { problem: `count ${word} has min above max`, instead: `${max}-${min}` };
  return { value: high === undefined ? min : { min, max } };
}

/** `04`, `x4`, `4..10`, `4–10`: what was meant is plain, but what is plain is not run. */
function meantCount(word: string): string | undefined {
  const [, low, high] = /^[x=]?0{0,3}([1-9]\d{0,2})(?:(?:\.\.|[-–—:/])0{0,3}([1-9]\d{0,2}))?x?$/.exec(word) ?? [];
  return low === undefined ? undefined : high === undefined ? low : `${low}-${high}`;
}

/** `--stop-database`, `stop-db`: plain enough to be answered, not to be run. */
function readDatabaseStop(word: string): ReadWord<"stop"> {
  const bare = word.toLowerCase().replace(/^-+/, "").replaceAll("_", "-");
  if (word === "stop-database") return { value: "stop" };
  const meant = ["stop-db", "no-database"].includes(bare) ? "stop-database" : closest(bare, ["stop-database"]);
  return { problem: `only stop-database can stand here, got ${show(word)}`, instead: meant };
}

function readRelease(word: string): ReadWord<string> {
  if (word.length <= 64 && releasePattern.test(word)) return { value: word };
  const instead = `v${word.replace(/^v/i, "")}`;
  const meant = instead.length <= 64 && releasePattern.test(instead) ? instead : undefined;
  return { problem: `release must look like v1.4.0, got ${show(word)}`, instead: meant };
}

function readOperation(word: string): ReadWord<string> {
  if (operationPattern.test(word)) return { value: word };
  const instead = `op-${word.toLowerCase().replace(/^op-?/, "")}`;
  return {
    problem: `operation must look like op-1b3cx9k2, got ${show(word)}`,
    instead: operationPattern.test(instead) ? instead : undefined,
  };
}

function readVerb(word: string): ReadWord<CommandVerb> {
  if (isVerb(word)) return { value: word };
  const bare = word.replace(/^\//, "").toLowerCase();
  return { problem: `no command is called ${show(word)}`, instead: closest(bare, commandVerbs) };
}
