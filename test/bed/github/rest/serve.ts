import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../access.ts";
import { GitHubFailure } from "../failure.ts";
import type { FaultEffect } from "../faults.ts";
import { answerGraphql } from "../graphql.ts";
import { secondaryLimit } from "../limits.ts";
import type { Site } from "../site.ts";
import type { Answer, Call, Route } from "./router.ts";
import { routes } from "./table.ts";

/** The body of a request. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Answers one REST or GraphQL request.
 *
 * @param path below the API root, `/graphql` for GraphQL
 */
export async function serveApi(site: Site, { request, response, path: asked, query }: ApiRequest): Promise<void> {
  const method = request.method ?? "GET";
  const raw = await readBody(request);
  const path = byName(site, asked);
  const effects = site.faults.hitting(method, path);
  await site.faults.delay(effects);
  if (effects.some((effect) => effect.kind === "reset" && effect.when === "before")) {
    response.destroy();
    return;
  }
  const found = routes.find((route) => route.method === method && route.pattern.test(path));
  let caller: Caller | undefined;
  let body: unknown;
  let answer: Answer;
  try {
    caller = site.tokens.callerOf(request.headers);
    body = parseBody(raw);
    refuseByFault(effects);
    if (path === "/rate_limit") answer = { status: 200, body: site.limits.overview(caller) };
    else {
      site.limits.count(caller, method, path);
      answer = await answerCall(site, { found, caller, method, path, query, body, request, effects });
    }
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    answer = { status: error.status, body: error.body, headers: error.headers };
  }
  const who = caller === undefined ? "invalid token" : caller.kind === "anonymous" ? "anonymous" : caller.user.login;
  const known = found !== undefined || path === "/graphql" || path === "/rate_limit";
  const route = known ? (found?.template ?? path) : undefined;
  site.calls.add({ at: site.world.clock.now(), method, path, route, caller: who, status: answer.status, body });
  if (effects.some((effect) => effect.kind === "reset" && effect.when === "after")) {
    response.destroy();
    return;
  }
  send(response, conditional(request, answer), {
    ...site.limits.headers(caller ?? { kind: "anonymous" }),
    "x-github-request-id": `BED:${site.calls.all().length.toString(16).toUpperCase()}`,
    "x-github-media-type": "github.v3; format=json",
    ...(!known && { "x-bed-unmodelled": `${method} ${path}` }),
  });
}

export interface ApiRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
}

interface FoundCall {
  readonly found: Route | undefined;
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly request: IncomingMessage;
  readonly effects: readonly FaultEffect[];
}

async function answerCall(site: Site, asked: FoundCall): Promise<Answer> {
  const { found, caller, method, path, query, body, request, effects } = asked;
  if (path === "/graphql") return { status: 200, body: await answerGraphql(site.world, caller, body) };
  if (found === undefined) {
    throw new GitHubFailure(404, `Not Found: the bed does not model ${method} ${path}`);
  }
  const values = (found.pattern.exec(path) ?? []).slice(1);
  const params = new Map(found.names.map((name, at) => [name, decode(values[at] ?? "")]));
  const stale = effects.find((effect) => effect.kind === "stale");
  const call: Call = {
    world: site.world,
    caller,
    method,
    path,
    query,
    headers: request.headers,
    body,
    staleBy: stale?.milliseconds ?? 0,
    param: (name) => {
      const value = params.get(name);
      if (value === undefined) throw new Error(`the route ${found.template} has no part {${name}}`);
      return value;
    },
  };
  const answer = await found.handle(call);
  const unknown = effects.some((effect) => effect.kind === "mergeable-unknown");
  if (!unknown || found.template !== "/repos/{owner}/{repo}/pulls/{pull_number}") return answer;
  return { ...answer, body: { ...Object(answer.body), mergeable: null, mergeable_state: "unknown" } };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new GitHubFailure(400, "Bad Request");
  }
}

/** `/repositories/ID/…`, as pagination links have it, is the repository of that number. */
function byName(site: Site, path: string): string {
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = [...site.world.repositories.values()].find((each) => each.id === Number(id));
  return repository === undefined ? path : `/repos/${repository.fullName}${rest}`;
}

function parseBody(raw: Buffer): unknown {
  if (raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    throw new GitHubFailure(400, "Problems parsing JSON");
  }
}

function refuseByFault(effects: readonly FaultEffect[]): void {
  for (const effect of effects) {
    if (effect.kind === "status") throw new GitHubFailure(effect.status, "Server Error");
    if (effect.kind === "secondary-limit") throw secondaryLimit(effect.status, effect.retryAfterSeconds);
  }
}

/** Gives successful reads an ETag, and 304 to who already has that. */
function conditional(request: IncomingMessage, answer: Answer): Answer {
  if (request.method !== "GET" || answer.status !== 200) return answer;
  const etag = `W/"${createHash("sha256").update(payload(answer.body).data).digest("hex")}"`;
  if (request.headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
  return { ...answer, headers: { ...answer.headers, etag } };
}

function send(response: ServerResponse, answer: Answer, headers: Readonly<Record<string, string>>): void {
  const { data, type } = payload(answer.body);
  const content = answer.body === undefined ? {} : { "content-type": type, "content-length": String(data.length) };
  response.writeHead(answer.status, { ...headers, ...content, ...answer.headers });
  response.end(answer.body === undefined ? undefined : data);
}

function payload(body: unknown): { readonly data: Buffer; readonly type: string } {
  if (Buffer.isBuffer(body)) return { data: body, type: "application/vnd.github.v3.raw; charset=utf-8" };
  if (typeof body === "string") return { data: Buffer.from(body), type: "text/plain; charset=utf-8" };
  return { data: Buffer.from(JSON.stringify(body) ?? ""), type: "application/json; charset=utf-8" };
}
