/** What a job passes before it runs: its turn in a concurrency group, and the protection rules of its environment. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { isMapping } from "@actions/workflow-parser/templates/tokens/type-guards";
import type { GroupMember } from "./concurrency.ts";
import { evaluate, evaluateText, type Scope } from "./expression.ts";
import type { JobView } from "./host.ts";
import type { Underway } from "./job-instance.ts";
import { passes } from "./pattern.ts";
import { at, textAt } from "./payload.ts";
import { aboutJob, jobLabel } from "./progress.ts";
import { member, type StepsJob } from "./workflow.ts";

/** Reads a `concurrency` key: a group name, or a mapping with its options. Groups belong to their repository. */
export function readConcurrency(
  token: TemplateToken,
  scope: Scope,
  repository: string,
): Pick<GroupMember, "group" | "cancelInProgress" | "queue"> {
  const value = evaluate(token, scope);
  const name = typeof value === "string" ? value : textAt(value, "group");
  return {
    group: `${repository}\n${name}`,
    cancelInProgress: at(value, "cancel-in-progress") === true,
    queue: textAt(value, "queue") === "max" ? "max" : "single",
  };
}

/** Waits for the job's turn in its group, if it names one. The result leaves the group. */
export async function waitForTurn(
  token: TemplateToken | undefined,
  { graph, state }: Underway,
  scope: Scope,
): Promise<(() => void) | "cancelled"> {
  if (token === undefined) return () => {};
  const { engine, run } = graph;
  state.status = "pending";
  engine.changed(run);
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = engine.concurrency.enter({
    ...readConcurrency(token, scope, run.facts.repository.fullName),
    granted: () => {
      state.status = "queued";
      resolve();
    },
    superseded: () => state.cancellation.request(),
    cancel: () => state.cancellation.request(),
  });
  const turn = await state.cancellation.orCancelled(promise);
  if (turn !== "cancelled") return leave;
  leave();
  return "cancelled";
}

/** The environment a job names. Its url is known when its steps are done. */
export function environmentOf(job: StepsJob, scope: Scope): JobView["environment"] {
  const token = job.environment;
  if (token === undefined) return undefined;
  const named = isMapping(token) ? member(token, "name") : token;
  const name = named === undefined ? "" : evaluateText(named, scope);
  // An expression that gives the empty name means no environment.
  if (name === "") return undefined;
  const deployment = member(token, "deployment");
  return { name, url: undefined, deployment: deployment === undefined || evaluate(deployment, scope) === true };
}

export type Entry = "approved" | { readonly outcome: "cancelled" | "failure"; readonly because?: string };

/** Passes the rules of an environment: the branches it takes, then its reviewers. */
export async function enterEnvironment(name: string, { graph, state }: Underway): Promise<Entry> {
  const { engine, run } = graph;
  const { repository, occasion, triggeringActor } = run.facts;
  const rules = await engine.host.environment(repository.fullName, name);
  const branch = occasion.ref.replace(/^refs\/heads\//, "");
  if (rules.branches !== undefined && !passes(rules.branches, branch)) {
    const because = `Branch "${branch}" is not allowed to deploy to ${name} due to environment protection rules.`;
    return { outcome: "failure", because };
  }
  if (rules.reviewers.length === 0) return "approved";
  const { decided, withdraw } = engine.approvals.wait({
    runId: run.facts.id,
    environment: name,
    reviewers: rules.reviewers,
    barred: rules.preventSelfReview ? triggeringActor : undefined,
    onDecided: () => {
      state.status = "queued";
    },
  });
  state.status = "waiting";
  engine.changed(run);
  const text = `⏸ ${jobLabel(graph, state)} waits for a review of ${name} by ${rules.reviewers.join(" or ")}`;
  engine.progress({ ...aboutJob(graph, state), state: "waiting", text });
  const decision = await state.cancellation.orCancelled(decided);
  withdraw();
  if (decision === "cancelled") return { outcome: "cancelled" };
  return decision === "approved"
    ? "approved"
    : { outcome: "failure", because: `The deployment to ${name} was rejected.` };
}
