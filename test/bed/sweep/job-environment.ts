/** What a runner puts into the environment of an action's process. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Permissions } from "../github/access.ts";
import { repositoryName, type SweepStage } from "./sweep-stage.ts";

export interface JobWish {
  /** Checkout the job works on. */
  readonly checkout: string;
  /** File name of the workflow without `.yml`. */
  readonly workflow: string;
  /** Name of the event and its payload. */
  readonly event: string;
  readonly payload: unknown;
  readonly run: number;
  readonly attempt: number;
  readonly actor: string;
  /** GitHub environment of the job, if it has one. */
  readonly environment?: string;
  readonly permissions: Permissions;
}

export interface Job {
  readonly token: string;
  readonly variables: Readonly<Record<string, string>>;
  end(): void;
}

/** A job that may ask for tokens of GitHub's OpenID provider until it ends. */
export async function jobEnvironment({ github, commit, scratch, time }: SweepStage, wish: JobWish): Promise<Job> {
  const { run, attempt, actor, workflow, event, environment } = wish;
  const repository = github.repository(repositoryName);
  const workflowRef = `${repositoryName}/.github/workflows/${workflow}.yml@refs/heads/main`;
  const { requestUrl, requestToken } = github.oidc.offer({
    // The bootstrapped roles trust the repository of the rehearsal, whose numbers are these.
    repository: { ...repository, id: 1, owner: { ...repository.owner, id: 2 } },
    ...{ runId: run, runNumber: run, runAttempt: attempt, eventName: event },
    actor: { login: actor, id: 3 },
    ...{ ref: "refs/heads/main", sha: commit, headRef: "", baseRef: "" },
    ...{ workflow, workflowRef, workflowSha: commit },
    ...(environment !== undefined && { environment }),
  });
  const payload = join(scratch, `${workflow}-${run}-${attempt}.json`);
  await writeFile(payload, JSON.stringify(wish.payload));
  const { speed, started } = time();
  return {
    token: github.jobToken(repositoryName, wish.permissions),
    variables: {
      ...{ GITHUB_REPOSITORY: repositoryName, GITHUB_RUN_ID: String(run), GITHUB_RUN_ATTEMPT: String(attempt) },
      ...{ GITHUB_SERVER_URL: github.url, GITHUB_API_URL: github.apiUrl, GITHUB_SHA: commit },
      ...{ GITHUB_ACTOR: actor, GITHUB_TRIGGERING_ACTOR: actor, GITHUB_REF: "refs/heads/main" },
      ...{ GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: payload, GITHUB_WORKSPACE: wish.checkout, CI: "true" },
      ...{ MATE_CLOCK_SPEED: String(speed), MATE_CLOCK_STARTED: String(started) },
      ...{ ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken },
      // Sources are stripped and compiled once and not by each process.
      NODE_COMPILE_CACHE: join(scratch, "compiled"),
    },
    end: () => github.oidc.withdraw(requestToken),
  };
}
