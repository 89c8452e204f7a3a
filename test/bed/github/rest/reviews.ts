import * as z from "zod";
import { invalid, notFound } from "../failure.ts";
import { autoMergeReady } from "../operations/auto-merge.ts";
import { announcePull } from "../operations/pull-state.ts";
import { reviewPull } from "../operations/pulls.ts";
import { teamShape, userShape } from "../shapes/people.ts";
import { pullShape, reviewShape } from "../shapes/pull.ts";
import { created, ok, paged } from "./answers.ts";
import { thePull } from "./pulls.ts";
import { bodyOf, numberOf, type RepositoryCall, type Route, reading, repositoryRoute, writing } from "./router.ts";

const READ = reading("pull_requests:read");
const REVIEW = { role: "read", scopes: ["pull_requests:write"] } as const;
const reviewers = z.object({
  reviewers: z.array(z.string()).optional(),
  team_reviewers: z.array(z.string()).optional(),
});

/** Reviews and who is asked for one. */
export const reviewRoutes: readonly Route[] = [
  repositoryRoute("GET /pulls/{pull_number}/reviews", READ, (call) => {
    const issue = thePull(call);
    return paged(call, issue.pull.reviews, {
      shape: (review) => reviewShape(call.world, call.repository, issue, review),
    });
  }),
  repositoryRoute("POST /pulls/{pull_number}/reviews", REVIEW, async (call) => {
    const asked = bodyOf(
      call,
      z.object({
        event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]),
        body: z.string().optional(),
        commit_id: z.string().optional(),
      }),
    );
    const { world, repository, doer } = call;
    const issue = thePull(call);
    if (asked.event !== "APPROVE" && (asked.body ?? "").trim() === "") {
      throw invalid({ resource: "PullRequestReview", field: "body", code: "missing_field" });
    }
    const made = await reviewPull(world, repository, {
      issue,
      review: {
        event: asked.event,
        body: asked.body ?? "",
        ...(asked.commit_id !== undefined && { commit: asked.commit_id }),
      },
      doer,
    });
    await autoMergeReady(world, repository, issue.pull.headSha);
    return ok(reviewShape(world, repository, issue, made));
  }),
  repositoryRoute("PUT /pulls/{pull_number}/reviews/{review_id}/dismissals", writing("pull_requests:write"), (call) => {
    bodyOf(call, z.object({ message: z.string() }));
    const issue = thePull(call);
    const review = issue.pull.reviews.find((each) => each.id === numberOf(call, "review_id"));
    if (review === undefined) throw notFound();
    review.state = "DISMISSED";
    return ok(reviewShape(call.world, call.repository, issue, review));
  }),
  repositoryRoute("GET /pulls/{pull_number}/requested_reviewers", READ, (call) => {
    const { pull } = thePull(call);
    const { world } = call;
    const users = [...pull.requestedReviewers].flatMap((login) => world.user(login) ?? []);
    const teams = [...pull.requestedTeams].flatMap((key) => world.teams.get(key) ?? []);
    return ok({
      users: users.map((user) => userShape(world, user)),
      teams: teams.map((team) => teamShape(world, team)),
    });
  }),
  repositoryRoute("POST /pulls/{pull_number}/requested_reviewers", writing("pull_requests:write"), async (call) => {
    const issue = await changeReviewers(call, (set, name) => set.add(name));
    return created(pullShape(call.world, call.repository, issue));
  }),
  repositoryRoute("DELETE /pulls/{pull_number}/requested_reviewers", writing("pull_requests:write"), async (call) => {
    const issue = await changeReviewers(call, (set, name) => set.delete(name));
    return ok(pullShape(call.world, call.repository, issue));
  }),
];

async function changeReviewers(call: RepositoryCall, change: (set: Set<string>, name: string) => unknown) {
  const asked = bodyOf(call, reviewers);
  const { world, repository, doer } = call;
  const issue = thePull(call);
  for (const login of asked.reviewers ?? []) {
    const user = world.user(login);
    const message = "Reviews may only be requested from collaborators.";
    if (user === undefined || user.id === issue.author.id) {
      throw invalid({ resource: "PullRequest", field: "reviewers", code: "custom", message });
    }
    change(issue.pull.requestedReviewers, user.login);
  }
  for (const slug of asked.team_reviewers ?? []) {
    change(issue.pull.requestedTeams, `${repository.owner.login}/${slug}`.toLowerCase());
  }
  const action = call.method === "POST" ? "review_requested" : "review_request_removed";
  await announcePull(world, repository, { issue, action, doer });
  return issue;
}
