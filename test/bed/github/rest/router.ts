import type { IncomingHttpHeaders } from "node:http";
import type * as z from "zod";
import { authorize, type Caller, type Need } from "../access.ts";
import { GitHubFailure, invalidRequest, notFound } from "../failure.ts";
import type { Doer, Repository } from "../records.ts";
import type { World } from "../world.ts";

/** What a route answers. `body` undefined sends none; a Buffer or string goes out as it is. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One REST call, after its route has been found. */
export interface Call {
  readonly world: World;
  readonly caller: Caller;
  readonly method: string;
  /** Path below the API root, such as `/repos/acme/mate/pulls`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** How long ago the list of comments this call may see was taken, in milliseconds; 0 is now. */
  readonly staleBy: number;
  /** A decoded part of the path. */
  param(name: string): string;
}

/** A call on a repository, by somebody who may make it. */
export interface RepositoryCall extends Call {
  readonly repository: Repository;
  readonly doer: Doer;
}

export interface Route {
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly handle: (call: Call) => Promise<Answer> | Answer;
}

/**
 * A route outside repositories.
 *
 * @param template method and path; `{name}` is one segment, `{name+}` the rest of the path
 */
export function route(template: string, handle: Route["handle"]): Route {
  const [method = "", path = ""] = template.split(" ");
  const names = [...path.matchAll(/\{([a-z_]+)\+?\}/g)].map(([, name]) => name ?? "");
  const source = path
    .replace(/[.]/g, "\\.")
    .replace(/\{[a-z_]+\+\}/g, "(.+)")
    .replace(/\{[a-z_]+\}/g, "([^/]+)");
  return { method, template: path, pattern: new RegExp(`^${source}$`), names, handle };
}

/** A route below `/repos/{owner}/{repo}`, open to people with the role and Apps with one of the scopes. */
export function repositoryRoute(
  template: string,
  need: Need,
  handle: (call: RepositoryCall) => Promise<Answer> | Answer,
): Route {
  const [method = "", path = ""] = template.split(" ");
  return route(`${method} /repos/{owner}/{repo}${path}`, (call) => {
    const repository = call.world.repository(call.param("owner"), call.param("repo"));
    if (repository === undefined) throw notFound();
    const doer = authorize(call.world, repository, call.caller, need);
    return handle({ ...call, param: call.param, repository, doer });
  });
}

/** Reading that any reader may do; Apps need one of the scopes. */
export function reading(...scopes: readonly string[]): Need {
  return { role: "read", scopes };
}

/** Writing that needs push access; Apps need one of the scopes. */
export function writing(...scopes: readonly string[]): Need {
  return { role: "write", scopes };
}

/**
 * The call's body as the endpoint wants it.
 *
 * @throws GitHubFailure 422 in GitHub's words when it is not
 */
export function bodyOf<T>(call: Call, schema: z.ZodType<T>): T {
  const read = schema.safeParse(call.body ?? {});
  if (read.success) return read.data;
  const problems = read.error.issues.map((issue) => {
    const where = issue.path.length === 0 ? "the body" : `'properties/${issue.path.join("/")}'`;
    return `For ${where}, ${issue.message}.`;
  });
  throw invalidRequest(problems.join("\n"));
}

/** The number a part of the path must be. @throws GitHubFailure 404 as GitHub does for anything else */
export function numberOf(call: Call, name: string): number {
  const text = call.param(name);
  if (!/^\d+$/.test(text)) throw notFound();
  return Number(text);
}

/** Who is logged in. @throws GitHubFailure 401 for nobody */
export function requireCaller(caller: Caller): Exclude<Caller, { readonly kind: "anonymous" }> {
  if (caller.kind === "anonymous") throw new GitHubFailure(401, "Requires authentication");
  return caller;
}
