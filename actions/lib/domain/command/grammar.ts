/**
 * What can be asked for in a comment. This is the one source: the parser, the help, the suggestions, the documentation and the types
 * of the commands all come from it.
 */

import type { ArgumentKind, ValueOf } from "./argument-kinds.ts";
import type { CommandVerb } from "./verbs.ts";

export interface Argument {
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly need: "required" | "optional";
  /** The word before the value. Without one the argument stands at its place; a reason takes everything to the end of the line. */
  readonly keyword?: "for" | "since" | "because";
}

/** When a second person has to confirm. */
export type Danger = "enterprise tenant" | "across a migration" | "holder is alive";

export interface VerbRule {
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly example: string;
  /**
   * - `explains`: says how things are done; nothing is looked up.
   * - `looks`: reads and changes nothing.
   * - `acts`: changes what runs; freeze windows hold for it.
   * - `settles`: decides about another operation.
   */
  readonly effect: "explains" | "looks" | "acts" | "settles";
  /** What it costs people, where it does; said in help and before a confirmation. */
  readonly consequence?: string;
  readonly confirmedWhen: readonly Danger[];
}

const tenant = { name: "tenant", kind: "tenant", need: "required" } as const;
const anyTenant = { name: "tenant", kind: "tenant", need: "optional" } as const;
const anyService = { name: "service", kind: "service", need: "optional" } as const;
const operation = { name: "operation", kind: "operation", need: "required" } as const;
const because = { name: "reason", kind: "reason", need: "optional", keyword: "because" } as const;

export const grammar = {
  help: {
    summary: "Lists the commands, or explains one.",
    arguments: [{ name: "about", kind: "verb", need: "optional" }],
    example: "/help scale",
    effect: "explains",
    confirmedWhen: [],
  },
  status: {
    summary: "Shows what runs, what differs from git and what is unsettled: of one tenant, or of all.",
    arguments: [anyTenant],
    example: "/status hospital-a",
    effect: "looks",
    confirmedWhen: [],
  },
  plan: {
    summary: "Plans this pull request again, with all tenants it touches, and says how that ended.",
    arguments: [anyTenant],
    example: "/plan hospital-a",
    effect: "looks",
    confirmedWhen: [],
  },
  logs: {
    summary: "Shows the last log lines of a service.",
    arguments: [
      tenant,
      { name: "service", kind: "service", need: "required" },
      { name: "since", kind: "since", need: "optional", keyword: "since" },
    ],
    example: "/logs hospital-a django since 15m",
    effect: "looks",
    confirmedWhen: [],
  },
  diagnose: {
    summary: "Looks for what is wrong with a tenant and says what would mend it.",
    arguments: [tenant],
    example: "/diagnose hospital-a",
    effect: "looks",
    confirmedWhen: [],
  },
  scale: {
    summary:
      "Changes how many tasks of a service run, now, and records it in git; with a time it returns by itself instead.",
    arguments: [
      tenant,
      { name: "service", kind: "scalableService", need: "optional" },
      { name: "count", kind: "count", need: "required" },
      { name: "period", kind: "period", need: "optional", keyword: "for" },
      because,
    ],
    example: "/scale hospital-a 4",
    effect: "acts",
    confirmedWhen: [],
  },
  suspend: {
    summary: "Stops all tasks of a tenant, with stop-database its database too, and keeps all its data.",
    arguments: [
      tenant,
      { name: "database", kind: "databaseStop", need: "optional" },
      { name: "reason", kind: "reason", need: "optional" },
    ],
    example: "/suspend trial-c the trial ended on Friday",
    effect: "acts",
    consequence: "nobody at the tenant can work until it is resumed; all data stays",
    confirmedWhen: ["enterprise tenant"],
  },
  resume: {
    summary: "Starts a suspended tenant with the counts it had and the release of today, after its migration.",
    arguments: [tenant, because],
    example: "/resume trial-c",
    effect: "acts",
    confirmedWhen: [],
  },
  restart: {
    summary: "Replaces the running tasks by new ones of the same release, without an outage.",
    arguments: [tenant, anyService, because],
    example: "/restart hospital-a celery",
    effect: "acts",
    confirmedWhen: [],
  },
  migrate: {
    summary: "Runs the database migration of the tenant's release, if it is due.",
    arguments: [tenant, because],
    example: "/migrate hospital-a",
    effect: "acts",
    confirmedWhen: [],
  },
  rollback: {
    summary: "Puts a tenant back to the release that ran before, or to the one named, and pins it in git.",
    arguments: [tenant, { name: "release", kind: "release", need: "optional" }, because],
    example: "/rollback hospital-a v1.4.0",
    effect: "acts",
    consequence: "older code meets the database as a newer release left it; migrations are not undone",
    confirmedWhen: ["across a migration"],
  },
  retry: {
    summary: "Goes on with a tenant that did not settle, where it stopped, and says whether it settled.",
    arguments: [tenant, because],
    example: "/retry hospital-a",
    effect: "acts",
    confirmedWhen: [],
  },
  confirm: {
    summary: "Lets an operation go ahead that needs a second person. Not for the one who asked.",
    arguments: [operation],
    example: "/confirm op-1b3cx9k2",
    effect: "settles",
    confirmedWhen: [],
  },
  cancel: {
    summary: "Drops an operation that waits for a confirmation.",
    arguments: [operation],
    example: "/cancel op-1b3cx9k2",
    effect: "settles",
    confirmedWhen: [],
  },
  unlock: {
    summary: "Takes the lease of a tenant from an operation that died.",
    arguments: [tenant, because],
    example: "/unlock hospital-a",
    effect: "settles",
    consequence: "two operations may work on one tenant if the holder is alive after all",
    confirmedWhen: ["holder is alive"],
  },
} as const satisfies Readonly<Record<CommandVerb, VerbRule>>;

type Grammar = typeof grammar;
type ArgumentOf<Verb extends CommandVerb> = Grammar[Verb]["arguments"][number];

type Given<A extends Argument> = {
  readonly [One in A as One["need"] extends "required" ? One["name"] : never]: ValueOf<One["kind"]>;
} & {
  readonly [One in A as One["need"] extends "optional" ? One["name"] : never]?: ValueOf<One["kind"]>;
};

/** The command of one verb: `{ verb: "scale", tenant: "hospital-a", count: 4 }`. Periods and since are minutes. */
export type CommandOf<Verb extends CommandVerb> = { readonly verb: Verb } & Given<ArgumentOf<Verb>>;

export type Command = { readonly [Verb in CommandVerb]: CommandOf<Verb> }[CommandVerb];

/** A command that changes what runs. */
export type ActingVerb = {
  [Verb in CommandVerb]: Grammar[Verb]["effect"] extends "acts" ? Verb : never;
}[CommandVerb];

/** The rule of a verb, its arguments as plain data. */
export function ruleOf(verb: CommandVerb): VerbRule {
  return grammar[verb];
}
