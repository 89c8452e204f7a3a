import * as z from "zod";
import { authorize, type Caller } from "./access.ts";
import { GitHubFailure } from "./failure.ts";
import { disableAutoMerge, enableAutoMerge } from "./operations/auto-merge.ts";
import type { Repository } from "./records.ts";
import { nodeId, readNodeId } from "./shapes/people.ts";
import { isPull, type PullIssue, type World } from "./world.ts";

const request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() });
const CLASSIFIERS = ["SPAM", "ABUSE", "OFF_TOPIC", "OUTDATED", "DUPLICATE", "RESOLVED", "LOW_QUALITY"] as const;
const minimize = z.object({ subjectId: z.string(), classifier: z.enum(CLASSIFIERS) });
const autoMerge = z.object({
  pullRequestId: z.string(),
  mergeMethod: z.enum(["MERGE", "SQUASH", "REBASE"]).optional(),
  commitHeadline: z.string().optional(),
  commitBody: z.string().optional(),
});

/**
 * The GraphQL the product uses: minimizeComment, enablePullRequestAutoMerge, disablePullRequestAutoMerge, each with its input
 * in variables (`input`, or one variable for each field). Everything else is an error that says so: no silent success.
 */
export async function answerGraphql(world: World, caller: Caller, body: unknown): Promise<unknown> {
  if (caller.kind === "anonymous") throw new GitHubFailure(401, "This endpoint requires you to be authenticated.");
  const { query, variables = {} } = request.parse(body);
  const input = { ...variables, ...Object(variables.input) };
  const field = /^\s*mutation\b[^{]*\{\s*(?:\w+\s*:\s*)?(\w+)/.exec(query)?.[1];
  try {
    switch (field) {
      case "minimizeComment":
        return { data: { minimizeComment: minimizeComment(world, caller, minimize.parse(input)) } };
      case "enablePullRequestAutoMerge":
      case "disablePullRequestAutoMerge":
        return { data: { [field]: await changeAutoMerge(world, caller, { field, input }) } };
      default:
        return failure("UNMODELLED", `the bed does not model this GraphQL: ${query.slice(0, 200)}`);
    }
  } catch (error) {
    if (error instanceof GitHubFailure)
      return failure(error.status === 404 ? "NOT_FOUND" : "UNPROCESSABLE", error.message);
    if (error instanceof z.ZodError) return failure("INVALID", z.prettifyError(error));
    throw error;
  }
}

function failure(type: string, message: string) {
  return { data: null, errors: [{ type, path: [], locations: [{ line: 1, column: 1 }], message }] };
}

function minimizeComment(world: World, caller: Caller, { subjectId, classifier }: z.infer<typeof minimize>) {
  const id = readNodeId(subjectId)?.id;
  for (const repository of world.repositories.values()) {
    const comment = id === undefined ? undefined : repository.comments.get(id);
    if (comment === undefined || nodeId("IC", comment.id) !== subjectId) continue;
    authorize(world, repository, caller, { role: "write", scopes: ["issues:write", "pull_requests:write"] });
    comment.minimized = classifier;
    return {
      minimizedComment: { isMinimized: true, minimizedReason: classifier.toLowerCase(), viewerCanMinimize: true },
    };
  }
  throw new GitHubFailure(404, `Could not resolve to a node with the global id of '${subjectId}'`);
}

async function changeAutoMerge(
  world: World,
  caller: Caller,
  {
    field,
    input,
  }: { readonly field: "enablePullRequestAutoMerge" | "disablePullRequestAutoMerge"; readonly input: unknown },
) {
  const asked = autoMerge.parse(input);
  const { repository, issue } = pullByNode(world, asked.pullRequestId);
  const doer = authorize(world, repository, caller, { role: "write", scopes: ["pull_requests:write"] });
  if (field === "enablePullRequestAutoMerge") {
    const method = ({ MERGE: "merge", SQUASH: "squash", REBASE: "rebase" } as const)[asked.mergeMethod ?? "MERGE"];
    const how = { by: doer, method, title: asked.commitHeadline, message: asked.commitBody };
    await enableAutoMerge(world, repository, { issue, how });
  } else {
    await disableAutoMerge(world, repository, { issue, doer });
  }
  const enabledAt = new Date(world.clock.now()).toISOString();
  const request = issue.pull.autoMerge === undefined ? null : { enabledAt, mergeMethod: asked.mergeMethod ?? "MERGE" };
  return {
    clientMutationId: null,
    pullRequest: { id: asked.pullRequestId, number: issue.number, autoMergeRequest: request },
  };
}

function pullByNode(world: World, node: string): { readonly repository: Repository; readonly issue: PullIssue } {
  const read = readNodeId(node);
  for (const repository of world.repositories.values()) {
    for (const issue of repository.issues.values()) {
      if (read?.kind === "PR" && isPull(issue) && issue.pull.id === read.id) return { repository, issue };
    }
  }
  throw new GitHubFailure(404, `Could not resolve to a node with the global id of '${node}'`);
}
