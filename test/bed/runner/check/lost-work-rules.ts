/** Rules against work that gets lost or is done twice because of how GitHub starts, queues and replays runs. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { isSequence } from "@actions/workflow-parser/templates/tokens/type-guards";
import { member, members } from "../workflow.ts";
import type { Finding } from "./finding.ts";
import { at, type Source } from "./rules.ts";

/** Checks one workflow file. */
export function checkLostWork(source: Source): readonly Finding[] {
  const { root } = source;
  return [
    ...checkQueue(source, member(root, "concurrency")),
    ...members(member(root, "jobs")).flatMap(([id, job]) => [
      ...checkQueue(source, member(job, "concurrency")),
      ...checkCondition(source, member(job, "if")),
      ...checkPages(source, job),
      ...(member(member(job, "permissions"), "id-token")?.toString() === "write" ? checkReplay(source, id, job) : []),
    ]),
  ];
}

/** GitHub docs, "Control workflow concurrency": without `queue: max` whoever waits is cancelled by whoever comes next. */
function checkQueue(source: Source, concurrency: TemplateToken | undefined): readonly Finding[] {
  if (concurrency === undefined) return [];
  const cancels = member(concurrency, "cancel-in-progress")?.toString() === "true";
  if (cancels || member(concurrency, "queue")?.toString() === "max") return [];
  const message =
    "who waits in this group is cancelled by who comes next; write queue: max, or cancel-in-progress: true";
  return [at(source, concurrency, { rule: "lossy-queue", message })];
}

/** GitHub docs, "Contexts": the result of a job is success, failure, cancelled or skipped. */
function checkCondition(source: Source, condition: TemplateToken | undefined): readonly Finding[] {
  if (condition === undefined || !/\.result\s*!=\s*'failure'/.test(condition.toString())) return [];
  const message = "a job that was cancelled or ran out of time is no failure either; name the results that are good";
  return [at(source, condition, { rule: "good-results", message })];
}

/**
 * A re-run adds to the artifacts of its run, and who publishes takes none of two of a name (actions/deploy-pages, issue 372: "Multiple artifacts
 * named").
 */
function checkPages(source: Source, job: TemplateToken): readonly Finding[] {
  const steps = member(job, "steps");
  if (steps === undefined || !isSequence(steps)) return [];
  return [...steps].flatMap((step) => {
    const uses = member(step, "uses");
    if (uses?.toString().startsWith("actions/upload-pages-artifact@") !== true) return [];
    if (member(member(step, "with"), "name")?.toString().includes("github.run_attempt") === true) return [];
    const message = "started again, it uploads a second artifact of this name; write github.run_attempt into it";
    return [at(source, uses, { rule: "second-artifact", message })];
  });
}

/** GitHub docs, "Re-running workflows and jobs": a re-run has the commit of the original event, for up to 30 days. */
function checkReplay(source: Source, id: string, job: TemplateToken): readonly Finding[] {
  const steps = member(job, "steps");
  if (steps === undefined || !isSequence(steps)) return [];
  return [...steps].flatMap((step) => {
    const uses = member(step, "uses");
    const options = member(step, "with");
    const named = member(options, "ref") !== undefined || member(options, "repository") !== undefined;
    if (uses?.toString().startsWith("actions/checkout@") !== true || named) return [];
    const message = `job ${id} acts in AWS and, started again, would act on the commit of an event up to 30 days old; name its ref`;
    return [at(source, uses, { rule: "replayed-commit", message })];
  });
}
