import type { GitHubEvent } from "../events.ts";
import { NO_COMMIT } from "../git/commits.ts";
import { iso, nodeId, userShape } from "../shapes/people.ts";
import { paged } from "./answers.ts";
import { type RepositoryCall, type Route, reading, repositoryRoute } from "./router.ts";

/**
 * Who moved which ref when, by the server's clock: the one answer to "was this pushed after the comment?" that the pusher
 * cannot write.
 */
export const activityRoutes: readonly Route[] = [
  repositoryRoute("GET /activity", reading("contents:read"), (call) => {
    const { world, repository, query } = call;
    const wanted = query.get("ref");
    const refs = wanted === null ? undefined : [wanted, `refs/heads/${wanted}`];
    const pushes = world.events
      .all()
      .filter((event) => event.name === "push" && event.repository === repository.fullName)
      .filter((event) => refs === undefined || refs.includes(event.ref))
      .filter((event) => !query.has("actor") || event.actor === query.get("actor"));
    if (query.get("direction") !== "asc") pushes.reverse();
    return paged(call, pushes, { shape: (event) => activityShape(call, event) });
  }),
];

function activityShape({ world }: RepositoryCall, event: GitHubEvent) {
  const { before, after, forced } = event.payload;
  const actor = world.user(event.actor);
  return {
    id: event.id,
    node_id: nodeId("PSH", event.id),
    before,
    after,
    ref: event.ref,
    timestamp: iso(event.at),
    activity_type: activityType({
      created: before === NO_COMMIT,
      deleted: after === NO_COMMIT,
      forced: forced === true,
    }),
    actor: actor === undefined ? null : userShape(world, actor),
  };
}

function activityType(push: {
  readonly created: boolean;
  readonly deleted: boolean;
  readonly forced: boolean;
}): string {
  if (push.created) return "branch_creation";
  if (push.deleted) return "branch_deletion";
  return push.forced ? "force_push" : "push";
}
