/** What the runner says about the run an action is part of (GitHub docs, "Default environment variables"). */
import { readFileSync } from "node:fs";
import { OperatorError } from "../domain/operator-error.ts";
import { checkedOutCommit } from "./checked-out.ts";
import { requestIdToken } from "./id-token.ts";

export interface RunContext {
  readonly owner: string;
  readonly repository: string;
  /** What the files are from: the commit that is checked out; that of the event where nothing is. */
  readonly commit: string;
  readonly actor: string;
  /** Who started this attempt: somebody else than the actor when the run was started again. */
  readonly startedBy: string;
  readonly serverUrl: string;
  readonly runId: string;
  readonly runAttempt: number;
  readonly runUrl: string;
  /** Id of this operation in the journal. */
  readonly operation: string;
  /** Name of the AWS sessions of this run, as CloudTrail shows it. */
  readonly session: string;
  readonly apiUrl: string;
  readonly workspace: string;
  readonly event: string;
  /** The webhook payload. */
  readonly payload: unknown;
  /** How much faster than real time a rehearsal runs; 1 except on the test bed. */
  readonly clockSpeed: number;
  /** When it began to run faster, milliseconds since the epoch; for those who compare their time with that of others. */
  readonly clockStarted: number | undefined;
  /** An OIDC token of this job for AWS. */
  idToken(): Promise<string>;
}

/**
 * @param environment the process's environment variables
 * @throws OperatorError `not-on-a-runner` naming the variables that are missing
 */
export function runContext(environment: Readonly<Record<string, string | undefined>>): RunContext {
  const missing: string[] = [];
  const read = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === "") missing.push(name);
    return value ?? "";
  };
  const [owner = "", repository = ""] = read("GITHUB_REPOSITORY").split("/");
  const runId = read("GITHUB_RUN_ID");
  const server = read("GITHUB_SERVER_URL");
  const eventPath = read("GITHUB_EVENT_PATH");
  const workspace = read("GITHUB_WORKSPACE");
  const eventCommit = read("GITHUB_SHA");
  const context: RunContext = {
    owner,
    repository,
    commit: checkedOutCommit(workspace) ?? eventCommit,
    actor: read("GITHUB_ACTOR"),
    startedBy: environment.GITHUB_TRIGGERING_ACTOR ?? read("GITHUB_ACTOR"),
    serverUrl: server,
    runId,
    runAttempt: Number(environment.GITHUB_RUN_ATTEMPT ?? "1"),
    runUrl: `${server}/${owner}/${repository}/actions/runs/${runId}`,
    operation: `deploy-${runId}-${environment.GITHUB_RUN_ATTEMPT ?? "1"}`,
    session: `${environment.GITHUB_TRIGGERING_ACTOR ?? environment.GITHUB_ACTOR}-${runId}`,
    apiUrl: read("GITHUB_API_URL"),
    workspace,
    event: read("GITHUB_EVENT_NAME"),
    payload: eventPath === "" ? {} : (JSON.parse(readFileSync(eventPath, "utf8")) as unknown),
    clockSpeed: Number(environment.MATE_CLOCK_SPEED ?? "1"),
    clockStarted: environment.MATE_CLOCK_STARTED === undefined ? undefined : Number(environment.MATE_CLOCK_STARTED),
    idToken: () => requestIdToken(environment),
  };
  if (missing.length > 0) {
    throw new OperatorError(
      "not-on-a-runner",
      `${missing.join(", ")} not set; actions run inside a GitHub Actions job`,
    );
  }
  return context;
}
