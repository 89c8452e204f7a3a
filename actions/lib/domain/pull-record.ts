/**
 * The last plan a pull request showed, kept in the environment's bucket: to go on showing it while it is deployed, to know whom an
 * applied change concerns, and which change sets are left over. Whoever can push a branch can write it, so nothing is executed
 * because of it.
 */
import * as z from "zod";
import type { PlanComment } from "./plan-view.ts";

export type PullRecord = Pick<PlanComment, "commit" | "expected" | "plan" | "history">;

const list = z.array(z.unknown());
const plans = z.array(
  z.looseObject({
    ...{ tenant: z.string(), environment: z.string(), stack: z.string(), fingerprint: z.string(), kind: z.string() },
    ...{ resources: list, services: list, dangers: list, notes: list },
    release: z.looseObject({ to: z.string() }),
    cost: z.looseObject({ after: z.looseObject({ floor: z.number(), ceiling: z.number(), unknown: list }) }),
    source: z.looseObject({ file: z.string(), line: z.number() }),
  }),
);

const schema = z.object({
  commit: z.string(),
  expected: z.array(z.string()),
  history: z.array(z.object({ at: z.string(), what: z.string() })),
  plan: z.looseObject({ commit: z.string(), tenants: z.number(), plans, failures: list }).exactOptional(),
});

/** `plans/pulls/12.json` */
export function pullKey(pull: number): string {
  return `plans/pulls/${pull}.json`;
}

/** What was stored, or undefined if that is no record of ours. */
export function readPullRecord(value: unknown): PullRecord | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? (parsed.data as unknown as PullRecord) : undefined;
}

/**
 * `operations/pulls/12.json`: what deployments did to a pull request's plan. The role that deploys does not write where pull requests
 * can, so this stands beside the plan.
 */
export function pullNewsKey(pull: number): string {
  return `operations/pulls/${pull}.json`;
}

export const pullNews = z.object({ history: z.array(z.object({ at: z.string(), what: z.string() })) });

/** Change sets that a plan made, by stack; a merge executes them, nobody else needs them. */
export function changeSetsOf({ plan }: Pick<PullRecord, "plan">): readonly {
  readonly environment: string;
  readonly stack: string;
  readonly fingerprint: string;
}[] {
  return (plan?.plans ?? []).map(({ environment, stack, fingerprint }) => ({ environment, stack, fingerprint }));
}
