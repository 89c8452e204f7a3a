import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isGitPath, serveGit } from "./git-site.ts";
import { servePage } from "./page/serve.ts";
import { serveApi } from "./rest/serve.ts";
import type { Site } from "./site.ts";

/** First parts of API paths, for clients that were given the bed's address without `/api/v3`. */
const API_ROOTS = /^\/(repos|repositories|user|users|orgs|organizations|rate_limit|meta|zen|graphql)(\/|$)/;

/** A server that listens on a free port of 127.0.0.1, and answers once it is told for which site. */
export interface BedServer {
  readonly url: string;
  open(site: Site): void;
  close(): Promise<void>;
}

/** @param fail hears of errors that are the bed's own mistakes; the client gets a 500 with the same text */
export async function startServer(fail: (error: unknown) => void): Promise<BedServer> {
  let site: Site | undefined;
  const server: Server = createServer((request, response) => {
    if (site === undefined) {
      response.writeHead(503).end();
      return;
    }
    answer(site, request, response).catch((error: unknown) => {
      fail(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "content-type": "text/plain", "x-bed-error": "yes" }).end(String(error));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open: (opened) => {
      site = opened;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", site.world.url);
  const { pathname: path, searchParams: query } = url;
  if (path === "/api/graphql") return serveApi(site, { request, response, path: "/graphql", query });
  if (path.startsWith("/api/v3"))
    return serveApi(site, { request, response, path: path.slice("/api/v3".length), query });
  if (API_ROOTS.test(path)) return serveApi(site, { request, response, path, query });
  if (path.startsWith("/_oidc/")) return serveOidc(site, { request, response, url });
  if (isGitPath(path)) return serveGit(site, { request, response, url });
  return servePage(site.world, { response, path });
}

function serveOidc(
  site: Site,
  {
    request,
    response,
    url,
  }: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL },
): void {
  const [, token = ""] = (request.headers.authorization ?? "").split(" ");
  const { status, body } = oidcAnswer(site, { path: url.pathname, token, audience: url.searchParams.get("audience") });
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

function oidcAnswer(
  { oidc }: Site,
  { path, token, audience }: { readonly path: string; readonly token: string; readonly audience: string | null },
): { readonly status: number; readonly body: unknown } {
  switch (path) {
    case "/_oidc/.well-known/openid-configuration":
      return { status: 200, body: oidc.discovery() };
    case "/_oidc/.well-known/jwks":
      return { status: 200, body: oidc.jwks() };
    case "/_oidc/token": {
      const value = oidc.redeem(token, audience);
      if (value === undefined) return { status: 401, body: { message: "the job was not offered an id token" } };
      return { status: 200, body: { count: value.length, value } };
    }
    default:
      return { status: 404, body: { message: "Not Found" } };
  }
}
