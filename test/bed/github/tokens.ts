import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Caller, InstallationCaller, Permissions } from "./access.ts";
import { GitHubFailure } from "./failure.ts";
import type { User } from "./records.ts";
import type { World } from "./world.ts";

export interface InstallationGrant {
  readonly repository: string;
  readonly permissions: Permissions;
  /** Slug of the App; `github-actions` for a job's own token. */
  readonly app: string;
  readonly bot: User;
  readonly startsWorkflows: boolean;
  readonly lifetimeMilliseconds: number;
}

/** Who holds which token. Tokens follow from a counter, so a seeded run has the same ones each time. */
export class Tokens {
  readonly #callers = new Map<string, Caller>();
  readonly #world: World;
  #issued = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** A personal access token. */
  forUser(user: User): string {
    return this.#remember("ghp_", { kind: "user", user });
  }

  /** A token of an App on one repository with exactly these permissions. */
  forInstallation(grant: InstallationGrant): string {
    const caller: InstallationCaller = {
      kind: "installation",
      user: grant.bot,
      app: grant.app,
      repository: grant.repository,
      permissions: grant.permissions,
      startsWorkflows: grant.startsWorkflows,
      expiresAt: this.#world.clock.now() + grant.lifetimeMilliseconds,
    };
    return this.#remember("ghs_", caller);
  }

  /** Ends a token, as GitHub does with a job's token when the job ends. */
  revoke(token: string): void {
    this.#callers.delete(token);
  }

  /**
   * Who a request comes from: `Authorization: token|Bearer …`, or Basic with the token as the password as git sends it.
   *
   * @throws GitHubFailure 401 for a token that is unknown, ended or expired
   */
  callerOf(headers: IncomingHttpHeaders): Caller {
    const header = headers.authorization;
    if (header === undefined) return { kind: "anonymous" };
    const token = tokenIn(header);
    const caller = this.#callers.get(token);
    const expired = caller?.kind === "installation" && caller.expiresAt <= this.#world.clock.now();
    if (caller === undefined || expired) throw new GitHubFailure(401, "Bad credentials");
    return caller;
  }

  #remember(prefix: string, caller: Caller): string {
    this.#issued += 1;
    const secret = createHash("sha256").update(`bed token ${this.#issued}`).digest("base64url").replace(/[-_]/g, "x");
    const token = `${prefix}${secret.slice(0, 36)}`;
    this.#callers.set(token, caller);
    return token;
  }
}

function tokenIn(header: string): string {
  const [scheme = "", value = ""] = header.split(" ");
  if (scheme.toLowerCase() !== "basic") return value;
  const [user = "", password = ""] = Buffer.from(value, "base64").toString("utf8").split(":");
  return password === "" || password === "x-oauth-basic" ? user : password;
}
