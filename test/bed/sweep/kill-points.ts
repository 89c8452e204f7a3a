/** Where an act can be killed so that it makes a difference, and how it ends when it is. */
import { type GateCall, isWrite, type Moment } from "./gate.ts";

/** One moment of one call of one process of an act. */
export interface KillPoint {
  /** Name of the process: `roll`, or `1 act` for the second step of the first comment. */
  readonly action: string;
  readonly call: number;
  readonly when: Moment;
}

/** What is left of a run whose process was killed: nothing, or its job, which goes on to what always runs. */
export type Aftermath = "machine-lost" | "job-goes-on";

export interface Kill {
  readonly point: KillPoint;
  readonly aftermath: Aftermath;
}

/** Calls by process, in the order in which the processes ran. */
export type CallsMade = ReadonlyMap<string, readonly GateCall[]>;

export type ActEnd =
  | { readonly end: "killed"; readonly at: GateCall; readonly calls: CallsMade }
  | { readonly end: "done"; readonly calls: CallsMade };

/** Every call that writes, before and after its effect, and every read, which has none; polls left out. */
export function killPoints(calls: CallsMade): readonly KillPoint[] {
  return [...calls].flatMap(([action, made]) =>
    made.flatMap(({ number, name }): readonly KillPoint[] => {
      if (number === undefined) return [];
      const moments = isWrite(name) ? (["before-effect", "after-effect"] as const) : (["before-effect"] as const);
      return moments.map((when) => ({ action, call: number, when }));
    }),
  );
}

/** Calls that only a run makes which finds what a lost one left, and why that is as it should be. */
const tidying: Readonly<Record<string, string>> = {
  "cloudformation:DeleteChangeSet": "a change set that was made and not executed is made anew",
  "github:POST /issues": "the job that goes on says that its run was lost",
  "github:PATCH /issues/{number}": "and the next deployment takes it back",
  "github:POST /issues/{number}/comments": "saying why",
  "s3:DELETE operations": "with the record of it",
  "github:PATCH /git/refs/heads/{branch}": "a branch without a pull request is set back to the default branch",
};

/**
 * What was written by some runs of an act together: each kind of call once. Left out are calls whose process was killed before they had
 * an effect, and what only tidies up.
 */
export function kindsOfWrites(runs: readonly CallsMade[]): readonly string[] {
  const made = runs.flatMap((calls) => [...calls.values()].flat());
  const names = made.filter(({ name, lost }) => isWrite(name) && lost !== true).map(({ name }) => name);
  return [...new Set(names)].filter((name) => tidying[name] === undefined).sort();
}
