import { GitHubFailure, notFound, unprocessable } from "../failure.ts";
import { resolveCommit } from "../git/commits.ts";
import { listTree, readBlob } from "../git/trees.ts";
import type { Doer, Repository, WorkflowRun } from "../records.ts";
import type { World } from "../world.ts";
import { announce } from "./announce.ts";
import { type Field, load } from "./workflow-file.ts";

export interface WorkflowFile {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  /** Inputs of `workflow_dispatch`; undefined when the file has no such trigger. */
  readonly inputs: Readonly<Record<string, Field>> | undefined;
}

/** The workflow files of a ref. */
export async function workflowsAt(world: World, repository: Repository, ref: string): Promise<readonly WorkflowFile[]> {
  const entries = (await listTree(repository.dir, ref, { paths: [".github/workflows/"] })) ?? [];
  const files = entries.filter((entry) => entry.type === "blob" && /\.ya?ml$/.test(entry.path));
  return Promise.all(
    files.map(async (entry) => {
      const text = (await readBlob(repository.dir, entry.sha))?.toString("utf8") ?? "";
      const { name, inputs } = load(text);
      return { id: workflowId(world, repository, entry.path), path: entry.path, name: name ?? entry.path, inputs };
    }),
  );
}

/** The number GitHub knows a workflow file by; it stays while the path stays. */
export function workflowId(world: World, repository: Repository, path: string): number {
  const id = repository.workflows.get(path) ?? world.nextId();
  repository.workflows.set(path, id);
  return id;
}

export interface WorkflowDispatch {
  /** Number or file name of the workflow. */
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Starts a workflow by hand.
 *
 * @returns id of the event
 * @throws GitHubFailure 404 when the default branch has no such workflow, 422 for a missing ref, a workflow without the
 * trigger, or inputs it does not take
 */
export async function dispatchWorkflow(
  world: World,
  repository: Repository,
  asked: WorkflowDispatch,
  doer: Doer,
): Promise<number> {
  const known = await workflowsAt(world, repository, `refs/heads/${repository.defaultBranch}`);
  const named = known.find((file) => String(file.id) === asked.workflow || file.path.endsWith(`/${asked.workflow}`));
  if (named === undefined) throw notFound();
  const ref = await fullRef(repository, asked.ref);
  if (ref === undefined) throw unprocessable(`No ref found for: ${asked.ref}`);
  const file = (await workflowsAt(world, repository, ref.sha)).find((each) => each.path === named.path);
  if (file?.inputs === undefined) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const inputs = checkInputs(file.inputs, asked.inputs);
  const { id } = await announce(world, repository, {
    name: "workflow_dispatch",
    // A dispatch is the one thing a job's own token may start workflows with.
    doer: { ...doer, startsWorkflows: true },
    at: ref,
    payload: { ref: ref.ref, inputs, workflow: file.path },
  });
  return id;
}

/** The run an event started, as soon as the runner has taken it up; undefined if nobody takes up runs here. */
export async function runOfEvent(
  world: World,
  repository: Repository,
  eventId: number,
): Promise<WorkflowRun | undefined> {
  // The runner is another part of this process: it needs real time, however fast the bed's own goes.
  for (let tries = 0; world.events.heard && tries < 500; tries++) {
    const run = [...repository.runs.values()].find((one) => one.eventId === eventId);
    if (run !== undefined) return run;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return undefined;
}

/** Sends `repository_dispatch`. @throws GitHubFailure 422 for a payload GitHub does not take */
export async function dispatchRepository(
  world: World,
  repository: Repository,
  { type, payload, doer }: { readonly type: string; readonly payload: Readonly<Record<string, unknown>>; doer: Doer },
): Promise<void> {
  if (type.length > 100) throw unprocessable("event_type is too long (maximum is 100 characters)");
  if (Object.keys(payload).length > 10) {
    throw unprocessable("No more than 10 properties are allowed; client_payload has too many.");
  }
  if (JSON.stringify(payload).length > 65_535) throw unprocessable("client_payload is too large.");
  await announce(world, repository, {
    name: "repository_dispatch",
    action: type,
    doer: { ...doer, startsWorkflows: true },
    payload: { branch: repository.defaultBranch, client_payload: payload },
  });
}

async function fullRef(repository: Repository, ref: string) {
  for (const full of ref.startsWith("refs/") ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`]) {
    const sha = await resolveCommit(repository.dir, full);
    if (sha !== undefined) return { ref: full, sha };
  }
  return undefined;
}

/** Inputs as the run gets them: texts, defaults filled in. */
function checkInputs(
  fields: Readonly<Record<string, Field>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const unexpected = Object.keys(given).filter((name) => fields[name] === undefined);
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const inputs: Record<string, string> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = given[name] === undefined ? field.default : String(given[name]);
    if (field.required && (value === undefined || value === "")) {
      throw unprocessable(`Required input '${name}' not provided`);
    }
    if (value !== undefined && field.options !== undefined && !field.options.includes(value)) {
      throw new GitHubFailure(422, `Provided value '${value}' for input '${name}' not in the list of allowed values`);
    }
    inputs[name] = value ?? "";
  }
  return inputs;
}
