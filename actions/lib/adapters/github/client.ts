import { Octokit } from "@octokit/core";
import { type PaginateInterface, paginateRest } from "@octokit/plugin-paginate-rest";

export interface GitHubRepository {
  readonly octokit: Octokit & { readonly paginate: PaginateInterface };
  readonly owner: string;
  readonly repo: string;
}

/** GitHub of one repository. Requests that fail for GitHub's own reasons are tried again, mutating ones only if it is safe. */
export function gitHubRepository(settings: {
  readonly apiUrl: string;
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
}): GitHubRepository {
  const octokit = new (Octokit.plugin(paginateRest))({
    baseUrl: settings.apiUrl,
    auth: settings.token,
    userAgent: "mate-tenant-delivery",
    request: { fetch: retryingFetch },
  });
  return { octokit, owner: settings.owner, repo: settings.repository };
}

const tries = 5;

/**
 * Waits and repeats on a secondary rate limit (403 or 429 with retry-after: nothing was done) for any request, and on 5xx or a
 * broken connection only for those that change nothing or can be repeated (GitHub docs, "Best practices for using the REST API").
 */
async function retryingFetch(address: string | URL | Request, options?: RequestInit): Promise<Response> {
  const repeatable = isRepeatable(options?.method ?? "GET", String(address instanceof Request ? address.url : address));
  for (let attempt = 1; ; attempt++) {
    const last = attempt === tries;
    try {
      const response = await fetch(address, options);
      const wait = waitSeconds(response, repeatable);
      if (wait === undefined || last) return response;
      await pause(wait * 1000);
    } catch (error) {
      if (!repeatable || last) throw error;
      await pause(2 ** attempt * 250);
    }
  }
}

/** A deployment that is told of twice shows the same twice; what else a POST makes would be there twice. */
function isRepeatable(method: string, address: string): boolean {
  if (method === "POST") return /\/deployments(\/\d+\/statuses)?$/.test(address);
  return ["GET", "HEAD", "PUT", "PATCH", "DELETE"].includes(method);
}

function waitSeconds(response: Response, repeatable: boolean): number | undefined {
  const retryAfter = Number(response.headers.get("retry-after"));
  if ((response.status === 403 || response.status === 429) && retryAfter > 0) return Math.min(retryAfter, 60);
  return response.status >= 500 && repeatable ? 1 : undefined;
}

/** Waits between two tries of a request, in milliseconds of real time: GitHub does not keep a rehearsal's time. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
