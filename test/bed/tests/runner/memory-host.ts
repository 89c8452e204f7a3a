/** A GitHub of one repository for the runner's tests: a real bare repository, everything else in memory. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type {
  HostEnvironment,
  HostEvent,
  HostRepository,
  Json,
  OidcRequest,
  RunnerHost,
  RunStart,
  RunView,
  TokenRequest,
} from "../../runner/host.ts";

export type Files = Readonly<Record<string, string>>;

export class MemoryHost implements RunnerHost {
  readonly serverUrl = "https://github.test";
  readonly apiUrl = "https://github.test/api/v3";
  readonly graphqlUrl = "https://github.test/api/graphql";
  readonly name = "octo/mate";
  readonly tokens: TokenRequest[] = [];
  readonly revoked: string[] = [];
  readonly oidc: OidcRequest[] = [];
  readonly reports = new Map<number, RunView>();
  readonly environments = new Map<string, HostEnvironment>();
  readonly variableValues: Record<string, string> = {};
  readonly secretValues: Record<string, string> = {};
  readonly environmentSecrets = new Map<string, Record<string, string>>();
  readonly #starts: RunStart[] = [];
  readonly #root = mkdtempSync(join(tmpdir(), "mate-runner-test-"));
  readonly #listeners = new Set<(event: HostEvent) => void>();

  constructor(files: Files) {
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", this.#bare]);
    execFileSync("git", ["-C", this.#bare, "config", "uploadpack.allowAnySHA1InWant", "true"]);
    execFileSync("git", ["clone", "--quiet", this.#bare, this.#work], { stdio: "ignore" });
    this.commit("main", files);
  }

  get #bare(): string {
    return join(this.#root, "bare.git");
  }

  get #work(): string {
    return join(this.#root, "work");
  }

  /** Commits files on a branch, made from main if it is new, without an event. */
  commit(branch: string, files: Files, message = "change"): string {
    const branches = this.git("branch", "--list", branch);
    this.git(
      "checkout",
      "--quiet",
      ...(branches === "" ? ["-B"] : []),
      branch,
      ...(branches === "" && branch !== "main" ? ["main"] : []),
    );
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.#work, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    this.git("push", "--quiet", "--force", "origin", branch);
    return this.git("rev-parse", "HEAD");
  }

  push(branch: string, files: Files, message?: string): string {
    const known = this.git("branch", "--list", branch) !== "";
    const before = known ? this.git("rev-parse", branch) : "0".repeat(40);
    const after = this.commit(branch, files, message);
    this.emit("push", { ref: `refs/heads/${branch}`, before, after, head_commit: { message: message ?? "change" } });
    return after;
  }

  /** Opens (or, for another action, touches) pull request 7 from a branch; its merge commit is real. */
  pull(
    branch: string,
    files: Files,
    options: { readonly action?: string; readonly fork?: boolean; readonly actor?: string } = {},
  ): string {
    const head = this.commit(branch, files);
    this.git("checkout", "--quiet", "--detach", "main");
    this.git("merge", "--quiet", "--no-ff", "--no-edit", branch);
    this.git("push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge");
    const pullRequest = {
      number: 7,
      title: "Add a tenant",
      merged: false,
      head: { ref: branch, sha: head, repo: { full_name: options.fork === true ? "someone/mate" : this.name } },
      base: { ref: "main", sha: this.git("rev-parse", "main") },
    };
    this.emit("pull_request", { action: options.action ?? "opened", pull_request: pullRequest }, options.actor);
    return head;
  }

  emit(name: string, payload: { readonly [key: string]: Json }, actor = "alice"): void {
    for (const listener of this.#listeners) listener({ name, repository: this.name, actor, payload });
  }

  onEvent(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async repository(fullName: string): Promise<HostRepository> {
    if (fullName !== this.name) throw new Error(`no repository ${fullName}`);
    return {
      fullName,
      id: 42,
      ownerId: 7,
      visibility: "private",
      defaultBranch: "main",
      gitDirectory: this.#bare,
      cloneUrl: `file://${this.#bare}`,
    };
  }

  async userId(login: string): Promise<number> {
    return login.length;
  }

  async variables(): Promise<Readonly<Record<string, string>>> {
    return this.variableValues;
  }

  async secrets(_: string, environment: string | undefined): Promise<Readonly<Record<string, string>>> {
    return { ...this.secretValues, ...this.environmentSecrets.get(environment ?? "") };
  }

  async environment(_: string, name: string): Promise<HostEnvironment> {
    return this.environments.get(name) ?? { reviewers: [], preventSelfReview: false, branches: undefined };
  }

  async startRun(run: RunStart): Promise<{ id: number; number: number }> {
    this.#starts.push(run);
    return { id: 1000 + this.#starts.length, number: this.#starts.filter(({ path }) => path === run.path).length };
  }

  async issueToken(request: TokenRequest): Promise<string> {
    this.tokens.push(request);
    return `ghs_token_${this.tokens.length}`;
  }

  async revokeToken(token: string): Promise<void> {
    this.revoked.push(token);
  }

  async issueOidc(request: OidcRequest): Promise<{ requestUrl: string; requestToken: string }> {
    this.oidc.push(request);
    return { requestUrl: `${this.serverUrl}/oidc`, requestToken: `oidc_${this.oidc.length}` };
  }

  async report(run: RunView): Promise<void> {
    this.reports.set(run.id, run);
  }

  git(...args: readonly string[]): string {
    const identity = {
      GIT_AUTHOR_NAME: "Alice",
      GIT_AUTHOR_EMAIL: "a@x",
      GIT_COMMITTER_NAME: "Alice",
      GIT_COMMITTER_EMAIL: "a@x",
    };
    return execFileSync("git", ["-C", this.#work, ...args], {
      encoding: "utf8",
      env: { ...process.env, ...identity },
    }).trim();
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
