import * as z from "zod";
import { atLeast, roleOf } from "../access.ts";
import { GitHubFailure, invalid, notFound } from "../failure.ts";
import type { Issue, Label } from "../issue-records.ts";
import { announceIssue, checkBody, newIssue, setIssueState } from "../operations/issues.ts";
import { announcePull } from "../operations/pull-state.ts";
import type { Repository } from "../records.ts";
import { issueShape, labelShapes } from "../shapes/issue.ts";
import { labelShape } from "../shapes/repository.ts";
import { isPull, issueOf, type World } from "../world.ts";
import { created, noContent, ok, paged } from "./answers.ts";
import { bodyOf, numberOf, type RepositoryCall, type Route, reading, repositoryRoute } from "./router.ts";

const READ = reading("issues:read", "pull_requests:read");
const WRITE = { role: "read", scopes: ["issues:write"] } as const;
const TRIAGE = { role: "triage", scopes: ["issues:write", "pull_requests:write"] } as const;

const labelNames = z
  .array(z.union([z.string(), z.object({ name: z.string() })]))
  .transform((labels) => labels.map((label) => (typeof label === "string" ? label : label.name)));

/** Issues and labels; a pull request is an issue too. */
export const issueRoutes: readonly Route[] = [
  repositoryRoute("GET /issues", reading("issues:read"), list),
  repositoryRoute("POST /issues", WRITE, async (call) => {
    const asked = bodyOf(
      call,
      z.object({
        title: z.union([z.string(), z.number()]).transform(String),
        body: z.string().nullish(),
        labels: labelNames.optional(),
        assignees: z.array(z.string()).optional(),
      }),
    );
    const { world, repository, doer } = call;
    if (asked.title.trim() === "") throw invalid({ resource: "Issue", field: "title", code: "missing_field" });
    checkBody("Issue", asked.body ?? "");
    const { title, body = null } = asked;
    const issue = newIssue(world, repository, { title, body, author: doer.user, pull: undefined });
    // Labels and assignees of people who may not set them are dropped without a word, as on GitHub.
    if (mayTriage(call)) {
      setLabels(world, repository, issue, asked.labels ?? []);
      for (const login of asked.assignees ?? []) issue.assignees.add(login);
    }
    await announceIssue(world, repository, { issue, action: "opened", doer });
    return created(issueShape(world, repository, issue));
  }),
  repositoryRoute("GET /issues/{issue_number}", READ, (call) => {
    return ok(issueShape(call.world, call.repository, theIssue(call)));
  }),
  repositoryRoute("PATCH /issues/{issue_number}", { role: "read", scopes: TRIAGE.scopes }, update),
  repositoryRoute("GET /issues/{issue_number}/labels", READ, (call) => {
    return ok(labelShapes(call.world, call.repository, theIssue(call)));
  }),
  repositoryRoute("POST /issues/{issue_number}/labels", TRIAGE, (call) => changeLabels(call, "add")),
  repositoryRoute("PUT /issues/{issue_number}/labels", TRIAGE, (call) => changeLabels(call, "set")),
  repositoryRoute("DELETE /issues/{issue_number}/labels/{name}", TRIAGE, async (call) => {
    const issue = theIssue(call);
    if (!issue.labels.delete(call.param("name"))) throw new GitHubFailure(404, "Label does not exist");
    await announceLabel(call, issue, "unlabeled");
    return ok(labelShapes(call.world, call.repository, issue));
  }),
  repositoryRoute("PUT /issues/{issue_number}/lock", { role: "triage", scopes: TRIAGE.scopes }, (call) => {
    theIssue(call).locked = true;
    return noContent();
  }),
  repositoryRoute("DELETE /issues/{issue_number}/lock", { role: "triage", scopes: TRIAGE.scopes }, (call) => {
    theIssue(call).locked = false;
    return noContent();
  }),
  repositoryRoute("GET /labels", READ, (call) => {
    const labels = [...call.repository.labels.values()];
    return paged(call, labels, { shape: (label) => labelShape(call.world, call.repository, label) });
  }),
  repositoryRoute("POST /labels", { role: "write", scopes: TRIAGE.scopes }, (call) => {
    const asked = bodyOf(
      call,
      z.object({ name: z.string(), color: z.string().optional(), description: z.string().optional() }),
    );
    if (call.repository.labels.has(asked.name))
      throw invalid({ resource: "Label", field: "name", code: "already_exists" });
    const label = addLabel(call.world, call.repository, asked.name, asked);
    return created(labelShape(call.world, call.repository, label));
  }),
  repositoryRoute("GET /labels/{name}", READ, (call) => {
    const label = call.repository.labels.get(call.param("name"));
    if (label === undefined) throw notFound();
    return ok(labelShape(call.world, call.repository, label));
  }),
];

export function theIssue(call: RepositoryCall): Issue {
  return issueOf(call.repository, numberOf(call, "issue_number"));
}

function mayTriage({ world, repository, doer }: RepositoryCall): boolean {
  return doer.user.type === "Bot" || atLeast(roleOf(world, repository, doer.user), "triage");
}

function list(call: RepositoryCall) {
  const { world, repository, query } = call;
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter((label) => label !== "");
  const creator = query.get("creator")?.toLowerCase();
  const assignee = query.get("assignee")?.toLowerCase();
  const since = query.has("since") ? Date.parse(query.get("since") ?? "") : 0;
  const issues = [...repository.issues.values()].filter(
    (issue) =>
      (state === "all" || issue.state === state) &&
      labels.every((label) => issue.labels.has(label)) &&
      (creator === undefined || issue.author.login.toLowerCase() === creator) &&
      (assignee === undefined || [...issue.assignees].some((login) => login.toLowerCase() === assignee)) &&
      issue.updatedAt >= since,
  );
  const by = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  issues.sort((one, other) => one[by] - other[by] || one.number - other.number);
  if (query.get("direction") !== "asc") issues.reverse();
  return paged(call, issues, { shape: (issue) => issueShape(world, repository, issue) });
}

async function update(call: RepositoryCall) {
  const asked = bodyOf(
    call,
    z.object({
      title: z.string().optional(),
      body: z.string().nullish(),
      state: z.enum(["open", "closed"]).optional(),
      state_reason: z.enum(["completed", "not_planned", "reopened", "duplicate"]).nullish(),
      labels: labelNames.optional(),
      assignees: z.array(z.string()).optional(),
    }),
  );
  const { world, repository, doer } = call;
  const issue = theIssue(call);
  if (issue.author.id !== doer.user.id && !mayTriage(call)) {
    throw new GitHubFailure(403, "Must have admin rights to Repository.");
  }
  checkBody("Issue", asked.body ?? "");
  const edited = asked.title !== undefined || asked.body !== undefined;
  issue.title = asked.title ?? issue.title;
  if (asked.body !== undefined) issue.body = asked.body;
  if (mayTriage(call)) {
    if (asked.labels !== undefined) setLabels(world, repository, issue, asked.labels);
    if (asked.assignees !== undefined) {
      issue.assignees.clear();
      for (const login of asked.assignees) issue.assignees.add(login);
    }
  }
  issue.updatedAt = world.clock.now();
  if (edited && !isPull(issue)) await announceIssue(world, repository, { issue, action: "edited", doer });
  if (asked.state !== undefined) {
    const reason = asked.state_reason ?? (asked.state === "closed" ? "completed" : "reopened");
    await setIssueState(world, repository, { issue, state: asked.state, reason, doer });
  }
  return ok(issueShape(world, repository, issue));
}

async function changeLabels(call: RepositoryCall, how: "add" | "set") {
  const shape = z.union([z.object({ labels: labelNames }).transform(({ labels }) => labels), labelNames]);
  const asked = bodyOf(call, shape);
  const issue = theIssue(call);
  setLabels(call.world, call.repository, issue, how === "add" ? [...issue.labels, ...asked] : asked);
  await announceLabel(call, issue, "labeled");
  return ok(labelShapes(call.world, call.repository, issue));
}

async function announceLabel(call: RepositoryCall, issue: Issue, action: "labeled" | "unlabeled"): Promise<void> {
  const { world, repository, doer } = call;
  issue.updatedAt = world.clock.now();
  if (isPull(issue)) await announcePull(world, repository, { issue, action, doer });
  else await announceIssue(world, repository, { issue, action, doer });
}

function setLabels(world: World, repository: Repository, issue: Issue, names: readonly string[]): void {
  issue.labels.clear();
  for (const name of names) {
    // A label nobody made yet comes into being, grey.
    if (!repository.labels.has(name)) addLabel(world, repository, name, {});
    issue.labels.add(name);
  }
}

function addLabel(
  world: World,
  repository: Repository,
  name: string,
  { color, description }: { readonly color?: string | undefined; readonly description?: string | undefined },
): Label {
  const label = { id: world.nextId(), name, color: color ?? "ededed", description: description ?? "" };
  repository.labels.set(name, label);
  return label;
}
