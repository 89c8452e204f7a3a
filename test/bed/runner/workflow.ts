/** A workflow file as the runner sees it: its structure read, its expressions kept for the moment they are due. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { isMapping, isSequence, isString } from "@actions/workflow-parser/templates/tokens/type-guards";
import { parseWorkflowSource, type SourceProblem } from "./github-parser.ts";

export interface Workflow {
  readonly path: string;
  readonly name: string;
  readonly on: ReadonlyMap<string, TemplateToken | undefined>;
  readonly runName: TemplateToken | undefined;
  readonly env: TemplateToken | undefined;
  readonly permissions: TemplateToken | undefined;
  readonly concurrency: TemplateToken | undefined;
  readonly defaults: TemplateToken | undefined;
  readonly jobs: readonly Job[];
}

interface JobBase {
  readonly id: string;
  readonly name: TemplateToken | undefined;
  readonly needs: readonly string[];
  readonly condition: TemplateToken | undefined;
  readonly strategy: TemplateToken | undefined;
  readonly permissions: TemplateToken | undefined;
  readonly concurrency: TemplateToken | undefined;
}

export interface StepsJob extends JobBase {
  readonly kind: "steps";
  readonly runsOn: TemplateToken | undefined;
  readonly env: TemplateToken | undefined;
  readonly environment: TemplateToken | undefined;
  readonly outputs: TemplateToken | undefined;
  readonly defaults: TemplateToken | undefined;
  readonly timeoutMinutes: TemplateToken | undefined;
  readonly continueOnError: TemplateToken | undefined;
  readonly steps: readonly Step[];
}

export interface CallJob extends JobBase {
  readonly kind: "call";
  readonly uses: string;
  readonly with: TemplateToken | undefined;
  readonly secrets: TemplateToken | undefined;
}

export type Job = StepsJob | CallJob;

interface StepBase {
  /** The id given in the file, or GitHub's own for steps without one (`__run`, `__run_2`). */
  readonly id: string;
  readonly name: TemplateToken | undefined;
  readonly condition: TemplateToken | undefined;
  readonly env: TemplateToken | undefined;
  readonly continueOnError: TemplateToken | undefined;
  readonly timeoutMinutes: TemplateToken | undefined;
}

export interface RunStep extends StepBase {
  readonly kind: "run";
  readonly run: TemplateToken;
  readonly shell: TemplateToken | undefined;
  readonly workingDirectory: TemplateToken | undefined;
}

export interface UsesStep extends StepBase {
  readonly kind: "uses";
  readonly uses: string;
  readonly with: TemplateToken | undefined;
}

export type Step = RunStep | UsesStep;

export type ReadWorkflow =
  | { readonly kind: "workflow"; readonly workflow: Workflow }
  | { readonly kind: "invalid"; readonly problems: readonly SourceProblem[] };

/** Reads one workflow file; `path` is its path in the repository. Every problem GitHub would name comes back, none is thrown. */
export async function readWorkflow(path: string, content: string): Promise<ReadWorkflow> {
  const { root, problems } = await parseWorkflowSource(path, content);
  if (root === undefined || problems.length > 0) return { kind: "invalid", problems };
  try {
    return { kind: "workflow", workflow: toWorkflow(path, root) };
  } catch (error) {
    if (!(error instanceof UnmodelledSyntax)) throw error;
    return { kind: "invalid", problems: [{ message: error.message, line: error.line, column: undefined }] };
  }
}

/** Syntax that GitHub knows and this runner does not; better to stop than to ignore it. */
class UnmodelledSyntax extends Error {
  readonly line: number | undefined;
  constructor(what: string, token: TemplateToken | undefined) {
    super(`the runner does not model ${what}`);
    this.line = token?.line;
  }
}

/** The value under a key of a mapping; nothing if the token is no mapping or lacks the key. */
export function member(token: TemplateToken | undefined, key: string): TemplateToken | undefined {
  return token !== undefined && isMapping(token) ? token.find(key) : undefined;
}

/** Keys and values of a mapping, in the order of the file. */
export function members(token: TemplateToken | undefined): readonly (readonly [string, TemplateToken])[] {
  if (token === undefined || !isMapping(token)) return [];
  return [...token].map(({ key, value }) => [key.toString(), value] as const);
}

/** A scalar or a list of scalars as texts, for places where no expression is allowed. */
export function texts(token: TemplateToken | undefined): readonly string[] {
  if (token === undefined) return [];
  if (isSequence(token)) return [...token].map((item) => item.toString());
  return [token.toString()];
}

/** The steps of a job or of a composite action, with the ids GitHub gives to those without one. */
export function readSteps(token: TemplateToken | undefined): readonly Step[] {
  if (token === undefined || !isSequence(token)) return [];
  const taken = new Map<string, number>();
  return [...token].map((item) => {
    for (const key of ["background", "parallel", "wait", "wait-all", "cancel"]) {
      const found = member(item, key);
      if (found !== undefined) throw new UnmodelledSyntax(`steps with ${key}`, found);
    }
    const uses = member(item, "uses")?.toString();
    const fallback = uses === undefined ? "__run" : `__${actionId(uses)}`;
    const seen = (taken.get(fallback) ?? 0) + 1;
    const id = member(item, "id")?.toString();
    if (id === undefined) taken.set(fallback, seen);
    const base = {
      id: id ?? (seen === 1 ? fallback : `${fallback}_${seen}`),
      name: member(item, "name"),
      condition: member(item, "if"),
      env: member(item, "env"),
      continueOnError: member(item, "continue-on-error"),
      timeoutMinutes: member(item, "timeout-minutes"),
    };
    if (uses !== undefined) return { ...base, kind: "uses", uses, with: member(item, "with") };
    const run = member(item, "run");
    if (run === undefined) throw new UnmodelledSyntax("a step that neither runs nor uses anything", item);
    return {
      ...base,
      kind: "run",
      run,
      shell: member(item, "shell"),
      workingDirectory: member(item, "working-directory"),
    };
  });
}

function toWorkflow(path: string, root: TemplateToken): Workflow {
  return {
    path,
    name: member(root, "name")?.toString() ?? path,
    on: readOn(member(root, "on")),
    runName: member(root, "run-name"),
    env: member(root, "env"),
    permissions: member(root, "permissions"),
    concurrency: member(root, "concurrency"),
    defaults: member(root, "defaults"),
    jobs: members(member(root, "jobs")).map(([id, job]) => readJob(id, job)),
  };
}

function readOn(token: TemplateToken | undefined): ReadonlyMap<string, TemplateToken | undefined> {
  if (token !== undefined && isMapping(token)) return new Map(members(token));
  return new Map(texts(token).map((name) => [name, undefined]));
}

function readJob(id: string, job: TemplateToken): Job {
  for (const key of ["container", "services", "snapshot"]) {
    const found = member(job, key);
    if (found !== undefined) throw new UnmodelledSyntax(`jobs with ${key}`, found);
  }
  const base: JobBase = {
    id,
    name: member(job, "name"),
    needs: texts(member(job, "needs")),
    condition: member(job, "if"),
    strategy: member(job, "strategy"),
    permissions: member(job, "permissions"),
    concurrency: member(job, "concurrency"),
  };
  const uses = member(job, "uses");
  if (uses !== undefined && isString(uses)) {
    return { ...base, kind: "call", uses: uses.value, with: member(job, "with"), secrets: member(job, "secrets") };
  }
  return {
    ...base,
    kind: "steps",
    runsOn: member(job, "runs-on"),
    env: member(job, "env"),
    environment: member(job, "environment"),
    outputs: member(job, "outputs"),
    defaults: member(job, "defaults"),
    timeoutMinutes: member(job, "timeout-minutes"),
    continueOnError: member(job, "continue-on-error"),
    steps: readSteps(member(job, "steps")),
  };
}

/** `self` for `./x` and `$/x`, `owner/repo` for others, as GitHub forms the ids of nameless steps. */
function actionId(uses: string): string {
  return uses.startsWith("./") || uses.startsWith("$/") ? "self" : (uses.split("@")[0] ?? uses);
}
