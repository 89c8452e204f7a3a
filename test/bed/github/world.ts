import { join } from "node:path";
import type { BedClock } from "../clock.ts";
import { EventStream } from "./events.ts";
import { notFound } from "./failure.ts";
import type { Signature } from "./git/commits.ts";
import type { Comment, Issue, Pull } from "./issue-records.ts";
import type { Doer, Repository, RunJob, Team, User, WorkflowRun } from "./records.ts";

/** What somebody asks of a workflow run over the API; the runner carries it out. */
export type RunRequest =
  | { readonly kind: "cancel"; readonly repository: string; readonly runId: number; readonly by: Doer }
  | {
      readonly kind: "rerun";
      readonly repository: string;
      readonly runId: number;
      readonly by: Doer;
      readonly only: "all" | "failed";
    }
  | {
      readonly kind: "review-deployments";
      readonly repository: string;
      readonly runId: number;
      readonly by: Doer;
      readonly environments: readonly string[];
      readonly decision: "approved" | "rejected";
      readonly comment: string;
    };

/** An issue that is a pull request. */
export type PullIssue = Issue & { readonly pull: Pull };

/** Everything the fake GitHub knows. State only; what changes it lives in operations/. */
export class World {
  readonly clock: BedClock;
  /** Where the bed listens, such as `http://127.0.0.1:4711`. */
  readonly url: string;
  readonly root: string;
  readonly users = new Map<string, User>();
  readonly organizationMembers = new Map<string, Map<string, "admin" | "member">>();
  readonly teams = new Map<string, Team>();
  readonly repositories = new Map<string, Repository>();
  readonly events = new EventStream();
  readonly #locks = new Map<string, Promise<unknown>>();
  readonly #runListeners = new Set<(request: RunRequest) => void>();
  #lastId = 1000;

  constructor({ clock, url, root }: { readonly clock: BedClock; readonly url: string; readonly root: string }) {
    this.clock = clock;
    this.url = url;
    this.root = root;
  }

  get apiUrl(): string {
    return `${this.url}/api/v3`;
  }

  /** A number no other record of this world has. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  user(login: string): User | undefined {
    return this.users.get(login.toLowerCase());
  }

  repository(owner: string, name: string): Repository | undefined {
    return this.repositories.get(`${owner}/${name.replace(/\.git$/, "")}`.toLowerCase());
  }

  /** @throws GitHubFailure 404 */
  repositoryNamed(fullName: string): Repository {
    const found = this.repositories.get(fullName.toLowerCase());
    if (found === undefined) throw notFound();
    return found;
  }

  repositoryDir(owner: string, name: string): string {
    return join(this.root, owner, `${name}.git`);
  }

  /** The name and address a user's commits carry, at this moment. */
  signature(user: User): Signature {
    return {
      name: user.name,
      email: `${user.id}+${user.login}@users.noreply.github.com`,
      at: this.clock.now(),
    };
  }

  /** Runs work on a repository's refs alone: pushes and merges of one repository never overlap. */
  async alone<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
    const before = this.#locks.get(repository.fullName) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#locks.set(
      repository.fullName,
      mine.catch(() => undefined),
    );
    return mine;
  }

  /** Calls back for every request people make about runs; the result ends that. */
  onRunRequest(listener: (request: RunRequest) => void): () => void {
    this.#runListeners.add(listener);
    return () => this.#runListeners.delete(listener);
  }

  /** Hands a request about a run to whoever runs workflows. */
  requestRun(request: RunRequest): void {
    for (const listener of this.#runListeners) listener(request);
  }
}

/** @throws GitHubFailure 404 */
export function issueOf(repository: Repository, number: number): Issue {
  const issue = repository.issues.get(number);
  if (issue === undefined) throw notFound();
  return issue;
}

/** @throws GitHubFailure 404 */
export function pullOf(repository: Repository, number: number): PullIssue {
  const issue = issueOf(repository, number);
  if (!isPull(issue)) throw notFound();
  return issue;
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== undefined;
}

/** @throws GitHubFailure 404 */
export function commentOf(repository: Repository, id: number): Comment {
  const comment = repository.comments.get(id);
  if (comment === undefined) throw notFound();
  return comment;
}

/** @throws GitHubFailure 404 */
export function runOf(repository: Repository, id: number): WorkflowRun {
  const run = repository.runs.get(id);
  if (run === undefined) throw notFound();
  return run;
}

/** @throws GitHubFailure 404 */
export function jobOf(repository: Repository, id: number): RunJob {
  for (const run of repository.runs.values()) {
    const job = run.jobs.find((each) => each.id === id);
    if (job !== undefined) return job;
  }
  throw notFound();
}
