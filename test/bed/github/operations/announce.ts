import type { GitHubEvent, GitHubEventName } from "../events.ts";
import { resolveCommit } from "../git/commits.ts";
import type { Doer, Repository } from "../records.ts";
import { userShape } from "../shapes/people.ts";
import { repositoryShape } from "../shapes/repository.ts";
import type { World } from "../world.ts";

export interface Announcement {
  readonly name: GitHubEventName;
  readonly action?: string;
  readonly doer: Doer;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Where a run of this event would be: the default branch unless said otherwise. */
  readonly at?: { readonly ref: string; readonly sha: string };
  readonly fromFork?: boolean;
  /** A reason of the event itself that no workflow starts; the doer's own reason comes on top. */
  readonly silent?: boolean;
  /** A payload that says nothing of repository and sender, as that of a schedule (github/codeql-action#1211). */
  readonly bare?: boolean;
}

/** Publishes an event with what every payload has: action, repository, sender and, if there is one, organization. */
export async function announce(world: World, repository: Repository, news: Announcement): Promise<GitHubEvent> {
  const at = news.at ?? (await defaultBranchTip(repository));
  const organization = repository.owner.type === "Organization";
  return world.events.publish({
    name: news.name,
    action: news.action,
    repository: repository.fullName,
    actor: news.doer.user.login,
    payload: {
      ...(news.action !== undefined && { action: news.action }),
      ...news.payload,
      ...(news.bare !== true && {
        repository: repositoryShape(world, repository),
        ...(organization && { organization: userShape(world, repository.owner) }),
        sender: userShape(world, news.doer.user),
      }),
    },
    ref: at.ref,
    sha: at.sha,
    startsWorkflows: news.silent !== true && news.doer.startsWorkflows,
    fromFork: news.fromFork ?? false,
    at: world.clock.now(),
  });
}

async function defaultBranchTip(repository: Repository): Promise<{ readonly ref: string; readonly sha: string }> {
  const ref = `refs/heads/${repository.defaultBranch}`;
  return { ref, sha: (await resolveCommit(repository.dir, ref)) ?? "" };
}
