/** The deploy workflow without a runner: its actions in the workflow's order, each a process, with the environment a job has. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ActionEnd, runAction } from "./action-process.ts";
import type { GateCall, Moment } from "./gate.ts";
import { repositoryName, type SweepStage, speed } from "./sweep-stage.ts";

/** One moment of one call of one action of a deployment. */
export interface KillPoint {
  /** Name of the action. */
  readonly action: string;
  readonly call: number;
  readonly when: Moment;
}

/** What is left of a run whose process was killed: nothing, or its job, which goes on to the step that always runs. */
export type Aftermath = "machine-lost" | "job-goes-on";

export interface Kill {
  readonly point: KillPoint;
  readonly aftermath: Aftermath;
}

export type DeploymentEnd =
  | { readonly end: "killed"; readonly at: GateCall }
  | {
      readonly end: "done" /** By action, in the order in which they ran. */;
      readonly calls: ReadonlyMap<string, readonly GateCall[]>;
    };

let runs = 0;

/**
 * Deploys what a checkout declares, up to the call at which it is killed if there is one.
 *
 * @throws Error with the log if an action fails
 */
export async function deploy(stage: SweepStage, checkout: string, kill?: Kill): Promise<DeploymentEnd> {
  runs += 1;
  const run = await environmentOf(stage, checkout, runs);
  const calls = new Map<string, readonly GateCall[]>();
  const act = async (action: string, inputs: Readonly<Record<string, string>>): Promise<ActionEnd> => {
    const end = await runAction(
      {
        bundle: join(stage.actions, action, "dist", "index.js"),
        inputs: { ...inputs, "github-token": run.token },
        ...{ environment: run.of(action), aws: stage.rehearsal.aws.url, github: stage.github.url },
        ...(kill?.point.action === action && { last: kill.point }),
      },
      stage.scratch,
    );
    calls.set(action, [...(calls.get(action) ?? []), ...end.calls]);
    // Of a tenant that was lost on the way, settle says so and fails; that is what it is for.
    const mayFail = kill?.aftermath === "job-goes-on" && action === "settle";
    if (end.end === "exited" && end.code !== 0 && !mayFail) throw new Error(`${action} failed:\n${end.log}`);
    return end;
  };
  try {
    const changes = await act("changes", {});
    if (changes.end === "killed") return changes;
    const waves = changes.outputs.waves ?? "[]";
    for (const due of JSON.parse(waves) as readonly DueWave[]) {
      const killed = await deployWave(stage, due, { act, aftermath: kill?.aftermath ?? "machine-lost" });
      if (killed !== undefined) return killed;
    }
    const concluded = await act("conclude", { waves, build: "skipped" });
    return concluded.end === "killed" ? concluded : { end: "done", calls };
  } finally {
    run.end();
  }
}

type Killed = Extract<ActionEnd, { readonly end: "killed" }>;

/** The steps of one wave's job; undefined if none of them was killed. */
async function deployWave(
  { steps }: SweepStage,
  due: DueWave,
  job: {
    readonly act: (action: string, inputs: Readonly<Record<string, string>>) => Promise<ActionEnd>;
    readonly aftermath: Aftermath;
  },
): Promise<Killed | undefined> {
  const values: Record<string, string> = {
    environment: due.environment,
    tenants: JSON.stringify(due.tenants),
    outcomes: "[]",
    wave: String(due.wave),
    waves: String(due.waves),
  };
  let killed: Killed | undefined;
  for (const { action, inputs, always } of steps) {
    if (killed !== undefined && !always) continue;
    const unknown = inputs.filter((name) => values[name] === undefined);
    if (unknown.length > 0)
      throw new Error(`the workflow gives ${action} ${unknown.join(", ")}, which the sweep does not know`);
    const end = await job.act(action, Object.fromEntries(inputs.map((name) => [name, values[name] ?? ""])));
    if (end.end === "killed") {
      if (job.aftermath === "machine-lost") return end;
      killed ??= end;
    } else if (end.outputs.outcomes !== undefined) values.outcomes = end.outputs.outcomes;
  }
  return killed;
}

interface DueWave {
  readonly environment: string;
  readonly wave: number;
  readonly waves: number;
  readonly tenants: readonly string[];
}

export interface Run {
  readonly token: string;
  /** The variables of the job an action is a step of. */
  of(action: string): Readonly<Record<string, string>>;
  end(): void;
}

/** What a runner puts into the environment of a deployment's jobs. */
export async function environmentOf(
  { github, commit, scratch, started }: SweepStage,
  checkout: string,
  number: number,
): Promise<Run> {
  const repository = github.repository(repositoryName);
  const workflowRef = `${repositoryName}/.github/workflows/deploy.yml@refs/heads/main`;
  const offer = (environment?: string) =>
    github.oidc.offer({
      // The bootstrapped roles trust the repository of the rehearsal, whose numbers are these.
      repository: { ...repository, id: 1, owner: { ...repository.owner, id: 2 } },
      ...{ runId: number, runNumber: number, runAttempt: 1, eventName: "push" },
      actor: { login: "alice", id: 3 },
      ...{ ref: "refs/heads/main", sha: commit, headRef: "", baseRef: "" },
      ...{ workflow: "deploy", workflowRef, workflowSha: commit },
      ...(environment !== undefined && { environment }),
    });
  const event = join(scratch, `event-${number}.json`);
  await writeFile(event, JSON.stringify({ ref: "refs/heads/main", after: commit }));
  const jobs = { changes: offer(), wave: offer("production") };
  const shared = {
    ...{ GITHUB_REPOSITORY: repositoryName, GITHUB_RUN_ID: String(number), GITHUB_RUN_ATTEMPT: "1" },
    ...{ GITHUB_SERVER_URL: github.url, GITHUB_API_URL: github.apiUrl, GITHUB_SHA: commit, GITHUB_ACTOR: "alice" },
    ...{ GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/main", GITHUB_WORKSPACE: checkout, CI: "true" },
    ...{ MATE_CLOCK_SPEED: String(speed), MATE_CLOCK_STARTED: String(started), GITHUB_EVENT_PATH: event },
  };
  const permissions = { contents: "read", issues: "write", deployments: "write", checks: "write" } as const;
  const token = github.jobToken(repositoryName, { ...permissions, pull_requests: "write" });
  return {
    token,
    of: (action) => {
      const { requestUrl, requestToken } = ["changes", "conclude"].includes(action) ? jobs.changes : jobs.wave;
      return { ...shared, ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken };
    },
    end: () => {
      for (const { requestToken } of Object.values(jobs)) github.oidc.withdraw(requestToken);
    },
  };
}
