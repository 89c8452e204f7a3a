import type { Annotation, CheckRun, Repository, Status } from "../records.ts";
import type { World } from "../world.ts";
import { appShape, iso, isoOrNull, nodeId, userShape } from "./people.ts";
import type { PublishedCheck, PublishedStatus } from "./published.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

export function checkRunShape(world: World, repository: Repository, check: CheckRun) {
  const api = repositoryApi(world, repository);
  const pulls = [...repository.issues.values()].filter(
    (issue) => issue.state === "open" && issue.pull?.headSha === check.headSha,
  );
  const page = `${repositoryPage(world, repository)}/runs/${check.id}`;
  return {
    id: check.id,
    name: check.name,
    node_id: nodeId("CR", check.id),
    head_sha: check.headSha,
    external_id: check.externalId,
    url: `${api}/check-runs/${check.id}`,
    html_url: page,
    details_url: check.detailsUrl ?? page,
    status: check.status,
    conclusion: check.conclusion ?? null,
    started_at: iso(check.startedAt),
    completed_at: isoOrNull(check.completedAt),
    output: {
      title: check.title,
      summary: check.summary,
      text: check.text,
      annotations_count: check.annotations.length,
      annotations_url: `${api}/check-runs/${check.id}/annotations`,
    },
    check_suite: { id: suiteId(check.headSha, check.app) },
    app: appShape(world, check.app),
    pull_requests: pulls.map((issue) => ({
      id: issue.pull?.id,
      number: issue.number,
      url: `${api}/pulls/${issue.number}`,
      head: { ref: issue.pull?.headRef, sha: issue.pull?.headSha },
      base: { ref: issue.pull?.baseRef, sha: issue.pull?.baseSha },
    })),
  } satisfies PublishedCheck;
}

/** One suite per commit and App, as on GitHub; its number follows from both. */
export function suiteId(sha: string, app: string): number {
  return Number.parseInt(sha.slice(0, 9), 16) + (app === "github-actions" ? 0 : app.length);
}

export function annotationShape(annotation: Annotation, { blob }: { readonly blob: string }) {
  return { ...annotation, blob_href: `${blob}/${encodeURI(annotation.path)}` };
}

export function statusShape(world: World, repository: Repository, status: Status) {
  return {
    url: `${repositoryApi(world, repository)}/statuses/${status.sha}`,
    avatar_url: userShape(world, status.creator).avatar_url,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
    creator: userShape(world, status.creator),
  } satisfies PublishedStatus;
}
