/** Turns an event into the workflows it starts. */
import { commitOf, fileAt, messageOf, workflowPaths } from "./git.ts";
import type { HostEvent, HostRepository, JsonObject } from "./host.ts";
import { readInputs } from "./inputs.ts";
import { ALL_WELL } from "./job-outcome.ts";
import { findOccasion, type Occasion } from "./occasion.ts";
import { at, textAt } from "./payload.ts";
import { triggers } from "./trigger.ts";
import { type ReadWorkflow, readWorkflow } from "./workflow.ts";

export interface Start {
  readonly path: string;
  readonly read: ReadWorkflow;
  readonly occasion: Occasion;
}

export interface Matched {
  readonly starts: readonly Start[];
  /** Why nothing, or why a workflow that might have been expected does not start. */
  readonly ignored: readonly string[];
}

/** Finds what an event starts, with the reason for each workflow that it does not start. */
export async function matchWorkflows(event: HostEvent, repository: HostRepository): Promise<Matched> {
  const found = await findOccasion(event, repository);
  if (found.kind === "none") return { starts: [], ignored: [found.because] };
  const { occasion } = found;
  const skipped = await skippedByMessage(occasion, repository);
  if (skipped !== undefined) return { starts: [], ignored: [skipped] };
  const starts: Start[] = [];
  const ignored: string[] = [];
  for (const path of await workflowPaths(repository.gitDirectory, occasion.workflowSha)) {
    const content = (await fileAt(repository.gitDirectory, occasion.workflowSha, path)) ?? "";
    const read = await readWorkflow(path, content);
    if (read.kind === "invalid") {
      // Its triggers cannot be known; GitHub shows a failed run for these.
      if (event.name === "push" || event.name === "pull_request" || asksFor(event, path))
        starts.push({ path, read, occasion });
      else ignored.push(`${path} is not valid: ${read.problems[0]?.message ?? "no content"}`);
      continue;
    }
    const triggered = await triggers(read.workflow, occasion);
    if (triggered.kind === "yes") starts.push({ path, read, occasion });
    else ignored.push(`${path}: ${triggered.because}`);
  }
  return { starts, ignored };
}

/**
 * What GitHub's API would refuse about a dispatch (422): an unknown ref or workflow, one without the trigger, wrong inputs.
 * Nothing if the dispatch is in order.
 */
export async function dispatchProblems(event: HostEvent, repository: HostRepository): Promise<readonly string[]> {
  const asked = textAt(event.payload, "workflow");
  const path = asked.includes("/") ? asked : `.github/workflows/${asked}`;
  const head = await commitOf(repository.gitDirectory, `refs/heads/${repository.defaultBranch}`);
  if (head === undefined || (await fileAt(repository.gitDirectory, head, path)) === undefined) {
    return [`workflow ${asked} is not on the default branch`];
  }
  const found = await findOccasion(event, repository);
  if (found.kind === "none") return [`No ref found for: ${textAt(event.payload, "ref")} (${found.because})`];
  const content = await fileAt(repository.gitDirectory, found.occasion.workflowSha, path);
  if (content === undefined) return [`workflow ${asked} is not on ${found.occasion.ref}`];
  const read = await readWorkflow(path, content);
  if (read.kind === "invalid") return read.problems.map(({ message }) => message);
  if (!read.workflow.on.has("workflow_dispatch")) return ["Workflow does not have 'workflow_dispatch' trigger"];
  const given = (at(event.payload, "inputs") ?? {}) as JsonObject;
  const inputs = readInputs(read.workflow.on.get("workflow_dispatch"), given, { contexts: {}, status: ALL_WELL });
  return inputs.kind === "refused" ? inputs.problems : [];
}

function asksFor(event: HostEvent, path: string): boolean {
  return event.name === "workflow_dispatch" && path.endsWith(textAt(event.payload, "workflow"));
}

/** GitHub's ways to say in a commit message that nothing shall run; for push and pull_request only. */
async function skippedByMessage(occasion: Occasion, repository: HostRepository): Promise<string | undefined> {
  if (occasion.event.name !== "push" && occasion.event.name !== "pull_request") return undefined;
  const message = await messageOf(repository.gitDirectory, occasion.headSha);
  const marker = /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.exec(message)?.[0];
  return marker === undefined ? undefined : `the commit message says ${marker}`;
}
