/** The deploy workflow without a runner: its actions in the workflow's order, each a process, with the environment a job has. */
import { type ActionEnd, runAction } from "./action-process.ts";
import type { GateCall } from "./gate.ts";
import { type Job, jobEnvironment } from "./job-environment.ts";
import type { ActEnd, Aftermath, Kill } from "./kill-points.ts";
import { repositoryName, type SweepStage } from "./sweep-stage.ts";

/**
 * Deploys what a checkout declares, up to the call at which it is killed if there is one.
 *
 * @throws Error with the log if an action fails
 */
export async function deploy(stage: SweepStage, checkout: string, kill?: Kill): Promise<ActEnd> {
  const { github } = stage;
  const run = github.startRun(repositoryName, {
    ...{ workflowPath: ".github/workflows/deploy.yml", workflowName: "deploy", event: "push", title: "deploy" },
    ...{ headSha: stage.commit, headBranch: "main", pullNumbers: [], actor: github.addUser("alice") },
  });
  const jobs = { changes: await deployJob(stage, checkout, run.id), wave: await waveJob(stage, checkout, run.id) };
  const calls = new Map<string, readonly GateCall[]>();
  const act = async (action: string, inputs: Readonly<Record<string, string>>): Promise<ActionEnd> => {
    const job = ["changes", "conclude"].includes(action) ? jobs.changes : jobs.wave;
    const end = await runAction(
      {
        program: stage.program(action),
        inputs: { ...inputs, "github-token": job.token },
        ...{ environment: job.variables, aws: stage.rehearsal.aws.url, github: stage.github.url },
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
    if (changes.end === "killed") return { ...changes, calls };
    const waves = changes.outputs.waves ?? "[]";
    for (const due of JSON.parse(waves) as readonly DueWave[]) {
      const killed = await deployWave(stage, due, { act, aftermath: kill?.aftermath ?? "machine-lost" });
      if (killed !== undefined) return { ...killed, calls };
    }
    const concluded = await act("conclude", { waves, build: "skipped" });
    return concluded.end === "killed" ? { ...concluded, calls } : { end: "done", calls };
  } finally {
    for (const job of Object.values(jobs)) job.end();
    // Whoever asks whether this run still works has to be told that it does not.
    await github.changeRun(repositoryName, run, { status: "completed", conclusion: "failure" });
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
    // A sweep's fleet is small: one job has it all.
    ...{ shard: "1", shards: "1", "wave-tenants": String(due.tenants.length) },
  };
  let killed: Killed | undefined;
  for (const { action, inputs, always } of steps) {
    if (killed !== undefined && !always) continue;
    values.job = killed === undefined ? "success" : "failure";
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

/** The job that finds out what is due, and the one that concludes. */
export function deployJob(stage: SweepStage, checkout: string, run: number): Promise<Job> {
  return jobEnvironment(stage, {
    ...push(stage, { checkout, run }),
    permissions: { contents: "read", pull_requests: "write" },
  });
}

function waveJob(stage: SweepStage, checkout: string, run: number): Promise<Job> {
  const shown = { issues: "write", pull_requests: "write", checks: "write", deployments: "write" } as const;
  return jobEnvironment(stage, {
    ...push(stage, { checkout, run }),
    permissions: { contents: "read", actions: "write", ...shown },
    environment: "production",
  });
}

function push(stage: SweepStage, of: { readonly checkout: string; readonly run: number }) {
  const payload = { ref: "refs/heads/main", after: stage.commit };
  return { ...of, workflow: "deploy", attempt: 1, actor: "alice", event: "push", payload } as const;
}
