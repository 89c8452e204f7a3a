/** A comment, and the command workflow without a runner: its jobs in order, each a process, with the environment a job has. */
import { type ActionEnd, runAction } from "./action-process.ts";
import type { GateCall } from "./gate.ts";
import { jobEnvironment } from "./job-environment.ts";
import type { Aftermath, Kill } from "./kill-points.ts";
import { repositoryName, type SweepStage } from "./sweep-stage.ts";

export interface Spoken {
  readonly comment: number;
  /** Runs the workflow's jobs that have not ended well yet, up to the call at which one is killed. */
  run(kill?: Kill): Promise<Extract<ActionEnd, { readonly end: "killed" }> | undefined>;
  /** Every call that was made, by job. */
  readonly calls: ReadonlyMap<string, readonly GateCall[]>;
}

type JobName = "read" | "act" | "lost";

const permissions = {
  read: { contents: "read", pull_requests: "write" },
  act: { contents: "write", pull_requests: "write", actions: "write" },
  lost: { contents: "read", pull_requests: "write" },
} as const satisfies Readonly<Record<JobName, object>>;

/**
 * Writes a comment. A kill names its jobs with `label` before them: `1 act`.
 *
 * @param words.checkout what the default branch declares
 */
export async function speak(
  stage: SweepStage,
  words: {
    readonly by: string;
    readonly pull: number;
    readonly body: string;
    readonly checkout: string;
    readonly label: string;
  },
): Promise<Spoken> {
  const { github } = stage;
  const { by, pull, body, checkout, label } = words;
  const comment = await github.as(by, repositoryName).comment(pull, body);
  const user = github.addUser(by);
  const run = github.startRun(repositoryName, {
    ...{ workflowPath: ".github/workflows/command.yml", workflowName: "command", event: "issue_comment" },
    ...{ headSha: stage.commit, headBranch: "main", pullNumbers: [], actor: user, title: body },
  });
  const payload = {
    action: "created",
    comment: { id: comment, body, created_at: createdAt(stage, comment), user: { login: by, type: "User" } },
    issue: { number: pull, pull_request: {} },
  };
  const calls = new Map<string, readonly GateCall[]>();
  let attempt = 0;
  let targets: readonly Target[] | undefined;

  const job = async (step: JobName, target?: Target, kill?: Kill): Promise<ActionEnd> => {
    const name = `${label} ${step}`;
    const environment = target === undefined ? undefined : `${target.environment}-ops`;
    const { token, variables, end } = await jobEnvironment(stage, {
      ...{ checkout, workflow: "command", event: "issue_comment", payload, run: run.id, attempt, actor: by },
      permissions: permissions[step],
      ...(environment !== undefined && { environment }),
    });
    try {
      const ended = await runAction(
        {
          program: stage.program("command"),
          inputs: {
            ...{ step, "github-token": token, environment: target?.environment ?? "" },
            reply: String(target?.reply ?? (step === "lost" ? (targets?.[0]?.reply ?? "") : "")),
          },
          ...{ environment: variables, aws: stage.rehearsal.aws.url, github: github.url },
          ...(kill?.point.action === name && { last: kill.point }),
        },
        stage.scratch,
      );
      calls.set(name, [...(calls.get(name) ?? []), ...ended.calls]);
      if (ended.end === "exited" && ended.code !== 0) throw new Error(`${body}: ${name} failed:\n${ended.log}`);
      return ended;
    } finally {
      end();
    }
  };
  const afterwards = async (killed: JobName, aftermath: Aftermath): Promise<void> => {
    // The job that answers for a lost run is one of its own; without a reply it has nothing to answer.
    if (killed === "act" && aftermath === "job-goes-on") await job("lost");
    await github.changeRun(repositoryName, run, { status: "completed", conclusion: "failure" });
  };
  return {
    comment,
    calls,
    run: async (kill) => {
      attempt += 1;
      await github.changeRun(repositoryName, run, { status: "in_progress", attempt });
      // Who runs a failed run again keeps the jobs that ended well.
      if (targets === undefined) {
        const read = await job("read", undefined, kill);
        if (read.end === "killed") {
          await afterwards("read", kill?.aftermath ?? "machine-lost");
          return read;
        }
        targets = JSON.parse(read.outputs.targets ?? "[]") as readonly Target[];
        if (targets.length === 0) throw new Error(`${body} was not accepted: ${read.outputs.outcome}`);
      }
      for (const target of targets) {
        const acted = await job("act", target, kill);
        if (acted.end === "killed") {
          await afterwards("act", kill?.aftermath ?? "machine-lost");
          return acted;
        }
      }
      await github.changeRun(repositoryName, run, { status: "completed", conclusion: "success" });
      return undefined;
    },
  };
}

interface Target {
  readonly environment: string;
  readonly reply: number | "";
}

function createdAt({ github }: SweepStage, comment: number): string {
  const found = github.repository(repositoryName).comments.get(comment);
  if (found === undefined) throw new Error(`comment ${comment} is gone`);
  // GitHub's API tells seconds.
  return `${new Date(found.createdAt).toISOString().slice(0, 19)}Z`;
}
