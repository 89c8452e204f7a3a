/** The `github` context and the `GITHUB_*`, `RUNNER_*` variables made from it (docs.github.com, "Contexts" and "Variables"). */
import { arch, platform } from "node:os";
import type { HostRepository, JsonObject, RunnerHost } from "./host.ts";
import type { Machine } from "./machine.ts";
import { type Occasion, shortName } from "./occasion.ts";
import { textAt } from "./payload.ts";

export interface RunFacts {
  readonly id: number;
  readonly number: number;
  readonly attempt: number;
  readonly occasion: Occasion;
  readonly repository: HostRepository;
  readonly workflowName: string;
  readonly workflowPath: string;
  readonly triggeringActor: string;
  readonly actorId: number;
}

/** The `github` context of a run; what belongs to one job or step is added later. */
export function githubContext(run: RunFacts, host: RunnerHost): JsonObject {
  const { occasion, repository } = run;
  const [owner = ""] = repository.fullName.split("/");
  return {
    event: occasion.event.payload,
    event_name: occasion.event.name,
    ref: occasion.ref,
    ref_name: shortName(occasion.ref),
    ref_type: occasion.ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: false,
    sha: occasion.sha,
    head_ref: occasion.headRef,
    base_ref: occasion.baseRef,
    actor: occasion.event.actor,
    actor_id: String(run.actorId),
    triggering_actor: run.triggeringActor,
    repository: repository.fullName,
    repository_id: String(repository.id),
    repository_owner: owner,
    repository_owner_id: String(repository.ownerId),
    repository_visibility: repository.visibility,
    repositoryUrl: repository.cloneUrl,
    server_url: host.serverUrl,
    api_url: host.apiUrl,
    graphql_url: host.graphqlUrl,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    retention_days: "90",
    secret_source: occasion.fork ? "None" : "Actions",
    workflow: run.workflowName,
    workflow_ref: workflowRef(repository, run.workflowPath, occasion.workflowRef),
    workflow_sha: occasion.workflowSha,
  };
}

/** `owner/name/.github/workflows/file.yml@refs/heads/main` */
export function workflowRef(repository: HostRepository, path: string, ref: string): string {
  return `${repository.fullName}/${path}@${ref}`;
}

/** The `runner` context. */
export function runnerContext(machine: Machine): JsonObject {
  return {
    os: OPERATING_SYSTEMS[platform()] ?? platform(),
    arch: ARCHITECTURES[arch()] ?? arch().toUpperCase(),
    name: "MATE bed runner",
    environment: "github-hosted",
    temp: machine.temp,
    tool_cache: machine.toolCache,
    workspace: machine.workspace,
    debug: "",
  };
}

/** The variables that GitHub sets for every process and that nothing in a workflow can replace. */
export function fixedEnvironment(github: JsonObject, runner: JsonObject): Readonly<Record<string, string>> {
  const from = (
    context: JsonObject,
    prefix: string,
    names: readonly string[],
  ): readonly (readonly [string, string])[] =>
    names.map((name) => [`${prefix}_${name.toUpperCase()}`, textAt(context, name)] as const);
  return Object.fromEntries([
    ["CI", "true"],
    ["GITHUB_ACTIONS", "true"],
    ...from(github, "GITHUB", GITHUB_VARIABLES),
    ...from(runner, "RUNNER", ["os", "arch", "name", "environment", "temp", "tool_cache", "workspace"]),
  ]) as Record<string, string>;
}

/** Event, secrets and token stay in the context; these become variables. */
const GITHUB_VARIABLES = [
  "actor",
  "actor_id",
  "api_url",
  "base_ref",
  "event_name",
  "event_path",
  "graphql_url",
  "head_ref",
  "job",
  "ref",
  "ref_name",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "retention_days",
  "run_attempt",
  "run_id",
  "run_number",
  "server_url",
  "sha",
  "triggering_actor",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "workspace",
];

const OPERATING_SYSTEMS: Readonly<Record<string, string>> = { linux: "Linux", darwin: "macOS", win32: "Windows" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "X64", arm64: "ARM64" };
