import * as z from "zod";
import { GitHubFailure, invalid, notFound } from "../failure.ts";
import { resolveCommit } from "../git/commits.ts";
import { saveCheck } from "../operations/checks.ts";
import { type Annotation, type CheckRun, CONCLUSIONS, type Repository } from "../records.ts";
import { annotationShape, checkRunShape, suiteId } from "../shapes/check.ts";
import { appShape } from "../shapes/people.ts";
import { repositoryPage } from "../shapes/repository.ts";
import type { World } from "../world.ts";
import { created, ok, paged } from "./answers.ts";
import { commitNamed } from "./commits.ts";
import {
  bodyOf,
  type Call,
  numberOf,
  type RepositoryCall,
  type Route,
  reading,
  repositoryRoute,
  writing,
} from "./router.ts";

/** GitHub's limits for the output of a check run. */
const OUTPUT_LIMIT = 65_535;
const ANNOTATIONS_PER_REQUEST = 50;

const annotation = z
  .object({
    path: z.string(),
    start_line: z.number().int(),
    end_line: z.number().int(),
    start_column: z.number().int().optional(),
    end_column: z.number().int().optional(),
    annotation_level: z.enum(["notice", "warning", "failure"]),
    message: z.string(),
    title: z.string().optional(),
    raw_details: z.string().optional(),
  })
  .transform(
    (given): Annotation => ({
      ...given,
      start_column: given.start_column ?? null,
      end_column: given.end_column ?? null,
      title: given.title ?? null,
      raw_details: given.raw_details ?? null,
    }),
  );

const fields = {
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  started_at: z.iso.datetime({ offset: true }).optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  completed_at: z.iso.datetime({ offset: true }).optional(),
  output: z
    .object({
      title: z.string().nullish(),
      summary: z.string().nullish(),
      text: z.string().nullish(),
      annotations: z.array(annotation).optional(),
    })
    .optional(),
};
const newCheck = z.object({ name: z.string().min(1), head_sha: z.string(), ...fields });
const changedCheck = z.object({ name: z.string().min(1).optional(), ...fields });

const READ = reading("checks:read");
const WRITE = writing("checks:write");

/** Check runs of Apps: made, changed, listed, with their annotations. */
export const checkRoutes: readonly Route[] = [
  repositoryRoute("POST /check-runs", WRITE, async (call) => {
    const app = appOf(call);
    const asked = bodyOf(call, newCheck);
    const { world, repository, doer } = call;
    const headSha = await resolveCommit(repository.dir, asked.head_sha);
    if (headSha === undefined) throw new GitHubFailure(422, `No commit found for SHA: ${asked.head_sha}`);
    const check: CheckRun = {
      id: world.nextId(),
      app,
      headSha,
      startedAt: asked.started_at === undefined ? world.clock.now() : Date.parse(asked.started_at),
      jobId: undefined,
      name: asked.name,
      status: "queued",
      conclusion: undefined,
      completedAt: undefined,
      externalId: "",
      detailsUrl: undefined,
      title: null,
      summary: null,
      text: null,
      annotations: [],
    };
    apply(world, check, asked);
    await saveCheck(world, repository, { check, action: "created", doer });
    return created(checkRunShape(world, repository, check));
  }),
  repositoryRoute("PATCH /check-runs/{check_run_id}", WRITE, async (call) => {
    const { world, repository, doer } = call;
    const check = theCheck(call);
    if (check.app !== appOf(call))
      throw new GitHubFailure(
        403,
        "Invalid app_id `undefined` - check run can only be modified by the GitHub App that created it.",
      );
    apply(world, check, bodyOf(call, changedCheck));
    const action = check.status === "completed" ? "completed" : "created";
    await saveCheck(world, repository, { check, action, doer });
    return ok(checkRunShape(world, repository, check));
  }),
  repositoryRoute("GET /check-runs/{check_run_id}", READ, (call) => {
    return ok(checkRunShape(call.world, call.repository, theCheck(call)));
  }),
  repositoryRoute("GET /check-runs/{check_run_id}/annotations", READ, (call) => {
    const check = theCheck(call);
    const blob = `${repositoryPage(call.world, call.repository)}/blob/${check.headSha}`;
    return paged(call, check.annotations, { shape: (each) => annotationShape(each, { blob }) });
  }),
  repositoryRoute("GET /commits/{ref+}/check-runs", READ, async (call) => {
    const sha = await commitNamed(call, call.repository, "ref");
    const name = call.query.get("check_name");
    const status = call.query.get("status");
    const all = call.query.get("filter") === "all";
    const own = [...call.repository.checkRuns.values()].filter((check) => check.headSha === sha).reverse();
    const kept = own
      .filter((check, at) => all || at === own.findIndex((each) => each.name === check.name && each.app === check.app))
      .filter((check) => (name === null || check.name === name) && (status === null || check.status === status));
    return paged(call, kept, {
      shape: (check) => checkRunShape(call.world, call.repository, check),
      wrap: (page) => ({ total_count: kept.length, check_runs: page }),
    });
  }),
  repositoryRoute("GET /commits/{ref+}/check-suites", READ, async (call) => {
    const { world, repository } = call;
    const sha = await commitNamed(call, repository, "ref");
    const suites = suitesOf(world, repository, sha);
    return ok({ total_count: suites.length, check_suites: suites });
  }),
];

/** Only Apps have check runs: a person's token is refused. */
function appOf(call: Call): string {
  if (call.caller.kind !== "installation") throw new GitHubFailure(403, "You must authenticate via a GitHub App.");
  return call.caller.app;
}

function theCheck(call: RepositoryCall): CheckRun {
  const check = call.repository.checkRuns.get(numberOf(call, "check_run_id"));
  if (check === undefined) throw notFound();
  return check;
}

function apply(world: World, check: CheckRun, asked: z.infer<typeof changedCheck>): void {
  const { output } = asked;
  if ((output?.annotations?.length ?? 0) > ANNOTATIONS_PER_REQUEST) {
    throw new GitHubFailure(
      422,
      `Invalid request.\n\nNo more than ${ANNOTATIONS_PER_REQUEST} items are allowed; ${output?.annotations?.length} were supplied.`,
    );
  }
  for (const field of ["summary", "text"] as const) {
    if (Buffer.byteLength(output?.[field] ?? "") <= OUTPUT_LIMIT) continue;
    const message = `${field} exceeds a maximum bytesize of ${OUTPUT_LIMIT}`;
    throw invalid({ resource: "CheckRun", field, code: "invalid", message });
  }
  if (asked.status === "completed" && asked.conclusion === undefined && check.conclusion === undefined) {
    throw new GitHubFailure(422, 'Invalid request.\n\nMissing required key "conclusion".');
  }
  check.name = asked.name ?? check.name;
  check.externalId = asked.external_id ?? check.externalId;
  check.detailsUrl = asked.details_url ?? check.detailsUrl;
  // A conclusion alone completes a check run.
  check.status = asked.conclusion === undefined ? (asked.status ?? check.status) : "completed";
  check.conclusion = check.status === "completed" ? (asked.conclusion ?? check.conclusion) : undefined;
  const end = asked.completed_at === undefined ? world.clock.now() : Date.parse(asked.completed_at);
  check.completedAt = check.status === "completed" ? end : undefined;
  if (output === undefined) return;
  check.title = output.title ?? check.title;
  check.summary = output.summary ?? check.summary;
  check.text = output.text ?? check.text;
  // Annotations of a later request are added to those of an earlier one.
  check.annotations.push(...(output.annotations ?? []));
}

function suitesOf(world: World, repository: Repository, sha: string) {
  const checks = [...repository.checkRuns.values()].filter((check) => check.headSha === sha);
  return [...new Set(checks.map((check) => check.app))].map((app) => {
    const own = checks.filter((check) => check.app === app);
    const done = own.every((check) => check.status === "completed");
    const bad = own.find((check) => !["success", "neutral", "skipped"].includes(check.conclusion ?? ""));
    return {
      id: suiteId(sha, app),
      head_sha: sha,
      status: done ? "completed" : "in_progress",
      conclusion: done ? (bad?.conclusion ?? "success") : null,
      app: appShape(world, app),
      latest_check_runs_count: own.length,
    };
  });
}
