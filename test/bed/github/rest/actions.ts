import * as z from "zod";
import { notFound } from "../failure.ts";
import { dispatchRepository, dispatchWorkflow, runOfEvent, workflowsAt } from "../operations/dispatch.ts";
import { cancelRun, rerun, reviewDeployments } from "../operations/runs.ts";
import { environmentShape } from "../shapes/deployment.ts";
import { userShape } from "../shapes/people.ts";
import { jobShape, runShape, workflowShape } from "../shapes/run.ts";
import { jobOf, runOf } from "../world.ts";
import { created, noContent, ok, paged } from "./answers.ts";
import { bodyOf, numberOf, type RepositoryCall, type Route, reading, repositoryRoute, writing } from "./router.ts";

const READ = reading("actions:read");
const WRITE = writing("actions:write");

/** Workflows, their runs and jobs, and what people ask of them. */
export const actionsRoutes: readonly Route[] = [
  repositoryRoute("GET /actions/workflows", READ, async (call) => {
    const { world, repository } = call;
    const files = await workflowsAt(world, repository, `refs/heads/${repository.defaultBranch}`);
    const wrap = (page: readonly unknown[]) => ({ total_count: files.length, workflows: page });
    return paged(call, files, { shape: (file) => workflowShape(world, repository, file), wrap });
  }),
  repositoryRoute("GET /actions/workflows/{workflow_id}", READ, async (call) => {
    return ok(workflowShape(call.world, call.repository, await theWorkflow(call)));
  }),
  repositoryRoute("POST /actions/workflows/{workflow_id}/dispatches", WRITE, async (call) => {
    const { world, repository } = call;
    const asked = bodyOf(
      call,
      z.object({
        ref: z.string(),
        inputs: z.record(z.string(), z.unknown()).optional(),
        return_run_details: z.boolean().optional(),
      }),
    );
    const dispatch = { workflow: call.param("workflow_id"), ref: asked.ref, inputs: asked.inputs ?? {} };
    const event = await dispatchWorkflow(world, repository, dispatch, call.doer);
    const run = asked.return_run_details === true ? await runOfEvent(world, repository, event) : undefined;
    if (run === undefined) return noContent();
    const { url, html_url } = runShape(world, repository, run);
    return ok({ workflow_run_id: run.id, run_url: url, html_url });
  }),
  repositoryRoute("POST /dispatches", writing("contents:write"), async (call) => {
    const asked = bodyOf(
      call,
      z.object({ event_type: z.string().min(1), client_payload: z.record(z.string(), z.unknown()).optional() }),
    );
    const { world, repository, doer } = call;
    const payload = asked.client_payload ?? {};
    await dispatchRepository(world, repository, { type: asked.event_type, payload, doer });
    return noContent();
  }),
  repositoryRoute("GET /actions/runs", READ, (call) => listRuns(call, undefined)),
  repositoryRoute("GET /actions/workflows/{workflow_id}/runs", READ, async (call) => {
    return listRuns(call, (await theWorkflow(call)).id);
  }),
  repositoryRoute("GET /actions/runs/{run_id}", READ, (call) => {
    return ok(runShape(call.world, call.repository, theRun(call)));
  }),
  repositoryRoute("GET /actions/runs/{run_id}/jobs", READ, (call) => {
    const run = theRun(call);
    const jobs = run.jobs.filter((job) => call.query.get("filter") === "all" || job.attempt === run.attempt);
    return paged(call, jobs, {
      shape: (job) => jobShape(call.world, call.repository, { run, job }),
      wrap: (page) => ({ total_count: jobs.length, jobs: page }),
    });
  }),
  repositoryRoute("GET /actions/jobs/{job_id}", READ, (call) => {
    const job = jobOf(call.repository, numberOf(call, "job_id"));
    return ok(jobShape(call.world, call.repository, { run: runOf(call.repository, job.runId), job }));
  }),
  repositoryRoute("GET /actions/jobs/{job_id}/logs", READ, (call) => {
    return { status: 200, body: jobOf(call.repository, numberOf(call, "job_id")).log };
  }),
  repositoryRoute("POST /actions/runs/{run_id}/cancel", WRITE, (call) => {
    cancelRun(call.world, call.repository, numberOf(call, "run_id"), call.doer);
    return { status: 202, body: {} };
  }),
  repositoryRoute("POST /actions/runs/{run_id}/rerun", WRITE, (call) => {
    rerun(call.world, call.repository, { runId: numberOf(call, "run_id"), by: call.doer, only: "all" });
    return created({});
  }),
  repositoryRoute("POST /actions/runs/{run_id}/rerun-failed-jobs", WRITE, (call) => {
    rerun(call.world, call.repository, { runId: numberOf(call, "run_id"), by: call.doer, only: "failed" });
    return created({});
  }),
  repositoryRoute("GET /actions/runs/{run_id}/pending_deployments", READ, (call) => {
    const { world, repository } = call;
    const waiting = theRun(call).waitingFor.flatMap((name) => repository.environments.get(name) ?? []);
    return ok(
      waiting.map((environment) => {
        const { id, node_id, name, url, html_url, protection_rules } = environmentShape(world, repository, environment);
        const rule = protection_rules.find((each) => "reviewers" in each);
        return {
          environment: { id, node_id, name, url, html_url },
          wait_timer: environment.waitMinutes,
          wait_timer_started_at: null,
          current_user_can_approve: false,
          reviewers: rule !== undefined && "reviewers" in rule ? rule.reviewers : [],
        };
      }),
    );
  }),
  repositoryRoute("GET /actions/runs/{run_id}/approvals", READ, (call) => {
    const { world, repository } = call;
    return ok(
      theRun(call).approvals.map(({ by, environments, decision, comment }) => ({
        user: userShape(world, by),
        state: decision,
        comment,
        environments: environments
          .flatMap((name) => repository.environments.get(name) ?? [])
          .map((environment) => environmentShape(world, repository, environment)),
      })),
    );
  }),
  repositoryRoute("POST /actions/runs/{run_id}/pending_deployments", reading("deployments:write"), (call) => {
    const asked = bodyOf(
      call,
      z.object({
        environment_ids: z.array(z.number()),
        state: z.enum(["approved", "rejected"]),
        comment: z.string(),
      }),
    );
    reviewDeployments(call.world, call.repository, {
      runId: numberOf(call, "run_id"),
      environmentIds: asked.environment_ids,
      decision: asked.state,
      comment: asked.comment,
      by: call.doer,
    });
    return ok([]);
  }),
];

function theRun(call: RepositoryCall) {
  return runOf(call.repository, numberOf(call, "run_id"));
}

async function theWorkflow(call: RepositoryCall) {
  const { world, repository } = call;
  const asked = call.param("workflow_id");
  const files = await workflowsAt(world, repository, `refs/heads/${repository.defaultBranch}`);
  const found = files.find((file) => String(file.id) === asked || file.path.endsWith(`/${asked}`));
  if (found === undefined) throw notFound();
  return found;
}

function listRuns(call: RepositoryCall, workflowId: number | undefined) {
  const { query, repository, world } = call;
  const status = query.get("status");
  const runs = [...repository.runs.values()]
    .filter((run) => workflowId === undefined || run.workflowId === workflowId)
    .filter((run) => !query.has("event") || run.event === query.get("event"))
    .filter((run) => !query.has("branch") || run.headBranch === query.get("branch"))
    .filter((run) => !query.has("head_sha") || run.headSha === query.get("head_sha"))
    .filter((run) => !query.has("actor") || run.actor.login === query.get("actor"))
    .filter((run) => status === null || run.status === status || run.conclusion === status)
    .reverse();
  return paged(call, runs, {
    shape: (run) => runShape(world, repository, run),
    wrap: (page) => ({ total_count: runs.length, workflow_runs: page }),
  });
}
