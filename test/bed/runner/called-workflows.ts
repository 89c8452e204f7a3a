/** Reusable workflows: finds and checks them before a run starts, as GitHub does. */
import { fileAt } from "./git.ts";
import type { HostRepository, Permissions } from "./host.ts";
import { excess, permissionsOf } from "./permissions.ts";
import { type CallJob, member, members, readWorkflow, type Workflow } from "./workflow.ts";

/** The workflow each calling job calls; nested ones included, each under its own job. */
export type CalledWorkflows = ReadonlyMap<CallJob, Workflow>;

/** GitHub's limit: a top-level workflow and nine levels of called ones. */
const DEEPEST = 10;

/**
 * Loads the workflows that a workflow calls, from the same commit.
 * Throws with GitHub's reason for one that is missing, invalid, not callable, or asks for more permissions than its caller has.
 */
export async function loadCalled(
  workflow: Workflow,
  at: { readonly repository: HostRepository; readonly sha: string },
): Promise<CalledWorkflows> {
  const found = new Map<CallJob, Workflow>();
  const load = async (caller: Workflow, ceiling: Permissions | undefined, depth: number): Promise<void> => {
    for (const job of caller.jobs) {
      const asked = permissionsOf(job, caller, ceiling);
      const [over] = ceiling === undefined ? [] : excess(asked, ceiling);
      if (over !== undefined) throw new Error(`${caller.path}: job ${job.id} is requesting ${over}`);
      if (job.kind !== "call") continue;
      if (depth >= DEEPEST) throw new Error(`${caller.path}: job ${job.id}: workflows are nested too deeply`);
      const called = await readCalled(job, at);
      checkCall(job, called);
      found.set(job, called);
      await load(called, asked, depth + 1);
    }
  };
  await load(workflow, undefined, 1);
  return found;
}

async function readCalled(
  job: CallJob,
  at: { readonly repository: HostRepository; readonly sha: string },
): Promise<Workflow> {
  const path = /^(?:\.|\$)\/(\.github\/workflows\/[^/]+)$/.exec(job.uses)?.[1];
  if (path === undefined) {
    throw new Error(
      `job ${job.id} calls ${job.uses}; the runner calls workflows of the same repository only (./.github/workflows/x.yml)`,
    );
  }
  const content = await fileAt(at.repository.gitDirectory, at.sha, path);
  if (content === undefined) throw new Error(`job ${job.id}: workflow was not found: ${job.uses}`);
  const read = await readWorkflow(path, content);
  if (read.kind === "invalid") {
    const [first] = read.problems;
    throw new Error(`${path} (Line: ${first?.line ?? "?"}): ${first?.message ?? "no content"}`);
  }
  if (!read.workflow.on.has("workflow_call"))
    throw new Error(`job ${job.id}: ${job.uses} has no workflow_call trigger`);
  return read.workflow;
}

function checkCall(job: CallJob, called: Workflow): void {
  const declared = called.on.get("workflow_call");
  for (const section of ["inputs", "secrets"] as const) {
    const given = new Set(members(section === "inputs" ? job.with : job.secrets).map(([name]) => name.toLowerCase()));
    const known = members(member(declared, section));
    for (const [name, definition] of known) {
      const required =
        member(definition, "required")?.toString() === "true" && member(definition, "default") === undefined;
      const inherited = section === "secrets" && job.secrets?.toString() === "inherit";
      if (required && !inherited && !given.has(name.toLowerCase())) {
        throw new Error(`job ${job.id}: ${section.slice(0, -1)} ${name} is required, but not provided while calling.`);
      }
      given.delete(name.toLowerCase());
    }
    const [unknown] = given;
    if (unknown !== undefined) {
      throw new Error(`job ${job.id}: invalid ${section.slice(0, -1)}, ${unknown} is not defined in ${job.uses}`);
    }
  }
}
