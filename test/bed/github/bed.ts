import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BedClock, bedClock } from "../clock.ts";
import type { Permissions } from "./access.ts";
import { type Actor, actorIn } from "./actor.ts";
import { CallLog } from "./call-log.ts";
import type { EventStream } from "./events.ts";
import { Faults } from "./faults.ts";
import { addUser, fireSchedule, forkRepository, foundRepository, type RepositoryWish } from "./founding.ts";
import { RateLimits } from "./limits.ts";
import { OidcProvider } from "./oidc.ts";
import { announce } from "./operations/announce.ts";
import { ensureEnvironment } from "./operations/deployments.ts";
import { queueCommit } from "./operations/merge.ts";
import { changeRun, type JobReport, type NewRun, type RunChange, reportJob, startRun } from "./operations/runs.ts";
import type { Environment, Protection, Repository, RunJob, Team, User, WorkflowRun } from "./records.ts";
import { startServer } from "./server.ts";
import { iso } from "./shapes/people.ts";
import { Tokens } from "./tokens.ts";
import { pullOf, type RunRequest, World } from "./world.ts";

export interface GitHubBedOptions {
  readonly clock?: BedClock;
  /** Decides what random faults hit. */
  readonly seed?: number;
  /** Refuse calls beyond GitHub's published limits; the headers count either way. */
  readonly enforceRateLimits?: boolean;
  /** Where the bare repositories go; a temporary folder, removed at the end, when left out. */
  readonly root?: string;
  /** Hears of the bed's own mistakes; they go to stderr when left out. */
  readonly onError?: (error: unknown) => void;
}

/** A GitHub of one's own. */
export interface GitHubBed {
  readonly url: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly clock: BedClock;
  readonly world: World;
  readonly events: EventStream;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly oidc: OidcProvider;
  /** The person acting in a repository, `owner/name`. */
  as(login: string, repository: string): Actor;
  addUser(login: string, options?: { readonly type?: User["type"]; readonly name?: string }): User;
  addMember(organization: string, login: string, role?: "admin" | "member"): void;
  addTeam(organization: string, slug: string, members: readonly string[]): Team;
  createRepository(wish: RepositoryWish): Promise<Repository>;
  fork(repository: string, owner: string): Promise<Repository>;
  repository(fullName: string): Repository;
  protect(repository: string, branch: string, protection: Partial<Protection>): void;
  environment(repository: string, name: string): Environment;
  /** A personal token. */
  tokenOf(login: string): string;
  /** A job's GITHUB_TOKEN: what it does starts no workflows. */
  jobToken(repository: string, permissions: Permissions): string;
  /** A token of a GitHub App; what it does starts workflows. Lives for an hour. */
  appToken(repository: string, permissions: Permissions, app?: string): string;
  revokeToken(token: string): void;
  startRun(repository: string, run: NewRun): WorkflowRun;
  changeRun(repository: string, run: WorkflowRun, change: RunChange): Promise<void>;
  reportJob(repository: string, run: WorkflowRun, report: JobReport): Promise<RunJob>;
  /** People's wishes about runs: cancel, run again, approve an environment. */
  onRunRequest(listener: (request: RunRequest) => void): () => void;
  /** Puts a pull request into the merge queue: makes its test branch and announces `merge_group`. */
  queue(repository: string, number: number, login: string): Promise<{ readonly ref: string; readonly sha: string }>;
  schedule(repository: string, cron: string): Promise<void>;
  close(): Promise<void>;
}

const DAY = 24 * 3_600_000;

/** Starts a GitHub on 127.0.0.1. */
export async function startGitHubBed(options: GitHubBedOptions = {}): Promise<GitHubBed> {
  const clock = options.clock ?? bedClock();
  const root = options.root ?? (await mkdtemp(join(tmpdir(), "github-bed-")));
  const server = await startServer(options.onError ?? ((error) => console.error("github bed:", error)));
  const world = new World({ clock, url: server.url, root });
  const tokens = new Tokens(world);
  const calls = new CallLog();
  const faults = new Faults(options.seed ?? 1, clock);
  const limits = new RateLimits(clock, { enforced: options.enforceRateLimits ?? false });
  const oidc = new OidcProvider(world);
  server.open({ world, tokens, limits, faults, calls, oidc });

  const named = (fullName: string): Repository => world.repositoryNamed(fullName);
  const person = (login: string): User => {
    const user = world.user(login);
    if (user === undefined) throw new Error(`nobody is called ${login}; add the user first`);
    return user;
  };
  const installation = (repository: string, permissions: Permissions, app: string, lifetime: number): string =>
    tokens.forInstallation({
      repository: named(repository).fullName,
      permissions,
      app,
      bot: addUser(world, { login: `${app}[bot]`, type: "Bot" }),
      startsWorkflows: app !== "github-actions",
      lifetimeMilliseconds: lifetime,
    });

  return {
    url: server.url,
    apiUrl: world.apiUrl,
    graphqlUrl: `${server.url}/api/graphql`,
    clock,
    world,
    events: world.events,
    calls,
    faults,
    oidc,
    as: (login, repository) => actorIn(world, named(repository), person(login)),
    addUser: (login, more = {}) => addUser(world, { login, ...more }),
    addMember: (organization, login, role = "member") => {
      membersOf(world, organization).set(addUser(world, { login }).login.toLowerCase(), role);
    },
    addTeam: (organization, slug, members) => addTeam(world, { organization, slug, members }),
    createRepository: (wish) => foundRepository(world, wish),
    fork: (repository, owner) => forkRepository(world, named(repository), addUser(world, { login: owner })),
    repository: named,
    protect: (repository, branch, protection) => {
      named(repository).protections.set(branch, { ...UNPROTECTED, ...protection });
    },
    environment: (repository, name) => ensureEnvironment(world, named(repository), name),
    tokenOf: (login) => tokens.forUser(person(login)),
    jobToken: (repository, permissions) => installation(repository, permissions, "github-actions", DAY),
    appToken: (repository, permissions, app = "mate-delivery") => installation(repository, permissions, app, DAY / 24),
    revokeToken: (token) => tokens.revoke(token),
    startRun: (repository, run) => startRun(world, named(repository), run),
    changeRun: (repository, run, change) => changeRun(world, named(repository), run, change),
    reportJob: (repository, run, report) => reportJob(world, named(repository), run, report),
    onRunRequest: (listener) => world.onRunRequest(listener),
    queue: async (repository, number, login) => {
      const target = named(repository);
      const doer = { user: person(login), startsWorkflows: true, mayChangeWorkflows: true };
      const issue = pullOf(target, number);
      const { base, sha, ref } = await world.alone(target, () => queueCommit(world, target, issue, doer));
      const head_commit = { id: sha, message: issue.title, timestamp: iso(clock.now()) };
      const base_ref = `refs/heads/${issue.pull.baseRef}`;
      const merge_group = { head_sha: sha, head_ref: ref, base_sha: base, base_ref, head_commit };
      await announce(world, target, {
        name: "merge_group",
        action: "checks_requested",
        doer,
        at: { ref, sha },
        payload: { merge_group },
      });
      return { ref, sha };
    },
    schedule: (repository, cron) => fireSchedule(world, named(repository), cron),
    close: async () => {
      await server.close();
      if (options.clock === undefined) clock.stop();
      if (options.root === undefined) await rm(root, { recursive: true, force: true });
    },
  };
}

const UNPROTECTED: Protection = {
  requiredChecks: [],
  strict: false,
  requiredApprovals: 0,
  dismissStaleReviews: false,
  enforceAdmins: true,
};

function membersOf(world: World, organization: string): Map<string, "admin" | "member"> {
  const key = addUser(world, { login: organization, type: "Organization" }).login.toLowerCase();
  const members = world.organizationMembers.get(key) ?? new Map<string, "admin" | "member">();
  world.organizationMembers.set(key, members);
  return members;
}

function addTeam(
  world: World,
  {
    organization,
    slug,
    members,
  }: { readonly organization: string; readonly slug: string; readonly members: readonly string[] },
): Team {
  const team: Team = { id: world.nextId(), slug, name: slug, organization, members: new Map() };
  for (const login of members) {
    membersOf(world, organization).set(addUser(world, { login }).login.toLowerCase(), "member");
    team.members.set(login.toLowerCase(), "member");
  }
  world.teams.set(`${organization}/${slug}`.toLowerCase(), team);
  return team;
}
