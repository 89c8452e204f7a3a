import type { IncomingMessage, ServerResponse } from "node:http";
import { authorize, type Caller, grants } from "./access.ts";
import { GitHubFailure } from "./failure.ts";
import { NO_COMMIT } from "./git/commits.ts";
import { serveGitHttp } from "./git/http.ts";
import { listRefs } from "./git/storage.ts";
import { isRefusedBy } from "./operations/files.ts";
import { refMoved } from "./operations/refs.ts";
import type { Doer, Repository } from "./records.ts";
import type { Site } from "./site.ts";

/** `OWNER/REPO[.git]` and what git asks of it. */
const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

/** Whether git speaks here. */
export function isGitPath(path: string): boolean {
  return GIT_PATH.test(path);
}

/** Clone, fetch and push: permission first, then git itself, then everything that follows a push. */
export async function serveGit(
  site: Site,
  {
    request,
    response,
    url,
  }: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL },
): Promise<void> {
  const [, owner = "", name = "", path = ""] = GIT_PATH.exec(url.pathname) ?? [];
  const repository = site.world.repository(decodeURIComponent(owner), decodeURIComponent(name));
  const pushes = path === "/git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  const entered = enter(site, { request, repository, pushes });
  if (entered.kind === "refused") {
    response.writeHead(entered.status, {
      "content-type": "text/plain",
      ...(entered.status === 401 && { "www-authenticate": 'Basic realm="GitHub"' }),
    });
    response.end(entered.message);
    return;
  }
  const { doer, repository: target } = entered;
  const ask = {
    request,
    response,
    dir: target.dir,
    path,
    query: url.search.slice(1),
    user: doer.user.login,
    env: {
      BED_REFUSED_REFS: refusedRefs(site, target, doer).join(" "),
      BED_MAY_CHANGE_WORKFLOWS: doer.mayChangeWorkflows ? "yes" : "no",
    },
  };
  if (path !== "/git-receive-pack") {
    await serveGitHttp(ask, async () => {});
    return;
  }
  await site.world.alone(target, async () => {
    const before = await listRefs(target.dir, "refs/");
    // What follows a push has happened before the pusher is told, so a rehearsal needs no waiting.
    await serveGitHttp(ask, async () => {
      const after = await listRefs(target.dir, "refs/");
      for (const ref of new Set([...before.keys(), ...after.keys()])) {
        const move = { ref, before: before.get(ref) ?? NO_COMMIT, after: after.get(ref) ?? NO_COMMIT };
        if (move.before !== move.after) await refMoved(site.world, target, move, doer);
      }
    });
  });
}

type Entry =
  | { readonly kind: "entered"; readonly doer: Doer; readonly repository: Repository }
  | { readonly kind: "refused"; readonly status: number; readonly message: string };

function enter(
  site: Site,
  asked: { readonly request: IncomingMessage; readonly repository: Repository | undefined; readonly pushes: boolean },
): Entry {
  try {
    const caller = site.tokens.callerOf(asked.request.headers);
    // Without credentials git is asked for them, whether the repository exists or not.
    if (caller.kind === "anonymous" && (asked.pushes || asked.repository?.private !== false)) {
      return { kind: "refused", status: 401, message: "Authentication required\n" };
    }
    if (asked.repository === undefined) return { kind: "refused", status: 404, message: "Repository not found.\n" };
    const need = asked.pushes
      ? ({ role: "write", scopes: ["contents:write"] } as const)
      : ({ role: "read", scopes: ["contents:read"] } as const);
    const doer = authorize(site.world, asked.repository, caller, need);
    return { kind: "entered", repository: asked.repository, doer: withWorkflows(caller, doer) };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    const name = asked.repository?.fullName ?? "";
    const message = error.status === 403 ? `Permission to ${name}.git denied.\n` : `${error.message}\n`;
    return { kind: "refused", status: error.status, message };
  }
}

function withWorkflows(caller: Caller, doer: Doer): Doer {
  if (caller.kind !== "installation") return doer;
  return { ...doer, mayChangeWorkflows: grants(caller.permissions, "workflows:write") };
}

function refusedRefs(site: Site, repository: Repository, doer: Doer): readonly string[] {
  return [...repository.protections.keys()]
    .filter((branch) => isRefusedBy(site.world, repository, branch, doer))
    .map((branch) => `refs/heads/${branch}`);
}
