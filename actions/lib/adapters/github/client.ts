import { Octokit } from "@octokit/core";
import { type PaginateInterface, paginateRest } from "@octokit/plugin-paginate-rest";
import { patientFetch } from "./patient-fetch.ts";

export interface GitHubRepository {
  readonly octokit: Octokit & { readonly paginate: PaginateInterface };
  readonly owner: string;
  readonly repo: string;
}

/** GitHub of one repository. Requests wait for GitHub's limits, and are tried again after its faults where that is safe. */
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
    request: { fetch: patientFetch(fetch, { sleep: pause, now: Date.now }) },
  });
  return { octokit, owner: settings.owner, repo: settings.repository };
}

/** Waits between two tries of a request, in milliseconds of real time: GitHub does not keep a rehearsal's time. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
