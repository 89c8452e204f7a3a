/** The journal as an auditor reads it: what was done, and whether anything of it was changed afterwards. */
import * as z from "zod";

/** An object of the journal with all its versions, oldest first. */
export interface JournalObject {
  readonly key: string;
  readonly versions: readonly { readonly at: Date; readonly kind: "written" | "deleted" }[];
  /** What the first version says; undefined if it is not JSON. */
  readonly value: unknown;
}

export interface AuditLine {
  /** When it ended, ISO 8601 in UTC. */
  readonly at: string;
  readonly tenant: string;
  readonly environment: string;
  readonly what: string;
  readonly outcome: string;
  readonly actor: string;
  /** The second person of an operation that needs one. */
  readonly confirmedBy?: string;
  /** Number of the pull request, whose reviews are the approval. */
  readonly pull?: number;
  readonly reason?: string;
  readonly commit?: string;
  readonly run?: string;
  readonly key: string;
}

const text = z.string().optional();
const entry = z.looseObject({
  ...{ operation: z.string(), verb: z.string(), tenant: z.string(), environment: z.string(), at: z.iso.datetime() },
  ...{ outcome: z.string().default("unknown"), actor: z.string().default("unknown") },
  ...{ confirmedBy: text, command: text, reason: text, commit: text, run: text },
  ...{ release: text, mode: text, what: text, to: text, finalSnapshot: text },
  pull: z.int().optional(),
});

/** The entries as lines, oldest first; an object of another form is not among them. */
export function auditLines(objects: readonly JournalObject[]): readonly AuditLine[] {
  return objects
    .flatMap(({ key, value }) => {
      const read = entry.safeParse(value);
      return read.success ? [{ ...lineOf(read.data), key }] : [];
    })
    .toSorted((a, b) => a.at.localeCompare(b.at));
}

/**
 * What is wrong with the journal, a sentence each. Its bucket takes an entry only where there is none, and lets nobody delete one, so
 * anything found here was done by somebody who changed the bucket's policy before; CloudTrail says who.
 */
export function alterations(objects: readonly JournalObject[]): readonly string[] {
  return objects.flatMap(({ key, versions, value }) => {
    const [first, ...later] = versions;
    const read = entry.safeParse(value);
    const said = read.success ? new Date(read.data.at) : undefined;
    return [
      ...later.map(
        ({ at, kind }) => `${key} was ${kind === "deleted" ? "deleted" : "written again"} at ${at.toISOString()}`,
      ),
      ...(said === undefined ? [`${key} is no entry of the journal`] : []),
      ...(said !== undefined && first !== undefined && Math.abs(first.at.getTime() - said.getTime()) > allowance
        ? [`${key} says ${said.toISOString()} and was written at ${first.at.toISOString()}`]
        : []),
      ...(said !== undefined && !key.includes(said.toISOString().slice(0, 10).replaceAll("-", "/"))
        ? [`${key} stands under another day than ${said.toISOString()}`]
        : []),
    ];
  });
}

/** Milliseconds between the end of an operation and its entry: S3 is tried again for minutes before a run gives up. */
const allowance = 60 * 60_000;

function lineOf(read: z.infer<typeof entry>): Omit<AuditLine, "key"> {
  const { at, tenant, environment, outcome, actor, confirmedBy, pull, reason, commit, run } = read;
  return {
    ...{ at, tenant, environment, outcome, actor, what: whatOf(read) },
    ...(confirmedBy !== undefined && { confirmedBy }),
    ...(pull !== undefined && { pull }),
    ...(reason !== undefined && { reason }),
    ...(commit !== undefined && { commit }),
    ...(run !== undefined && { run }),
  };
}

function whatOf({ verb, command, release, mode, what, to, finalSnapshot }: z.infer<typeof entry>): string {
  if (command !== undefined) return command;
  const details = [
    release,
    what,
    to === undefined ? undefined : `to ${to}`,
    mode === undefined ? undefined : `(${mode})`,
    finalSnapshot === undefined ? undefined : `final snapshot ${finalSnapshot}`,
  ];
  return [verb, ...details.filter((detail) => detail !== undefined)].join(" ");
}
