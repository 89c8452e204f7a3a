import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { aStage, client, clientOf, NAME, REPO, refusal } from "./stage.ts";

let bed: GitHubBed;
let sha: string;
beforeAll(async () => {
  bed = await aStage();
  sha = (await clientOf(bed, "wendy").rest.repos.getBranch({ ...REPO, branch: "main" })).data.commit.sha;
});
afterAll(() => bed.close());

const job = () => client(bed, bed.jobToken(NAME, { checks: "write", deployments: "write", contents: "read" }));
const note = (line: number) =>
  ({
    path: "tenants/hospital-a.yml",
    start_line: line,
    end_line: line,
    annotation_level: "failure",
    message: `line ${line}`,
  }) as const;

test("annotations come in fifties and add up", async () => {
  const octokit = job();
  const output = (from: number, count: number) => ({
    title: "Plan",
    summary: "many",
    annotations: Array.from({ length: count }, (_, at) => note(from + at)),
  });
  const start = { ...REPO, name: "plan", head_sha: sha, status: "in_progress" } as const;
  const tooMany = octokit.rest.checks.create({ ...start, output: output(1, 51) });
  expect(await refusal(tooMany)).toMatchObject({ status: 422, message: expect.stringContaining("50") });

  const { data } = await octokit.rest.checks.create({ ...start, output: output(1, 50) });
  await octokit.rest.checks.update({ ...REPO, check_run_id: data.id, conclusion: "failure", output: output(51, 20) });

  const all = await octokit.paginate(octokit.rest.checks.listAnnotations, { ...REPO, check_run_id: data.id });
  expect(all.map((each) => each.message)).toEqual(Array.from({ length: 70 }, (_, at) => `line ${at + 1}`));
  const { data: listed } = await octokit.rest.checks.listForRef({ ...REPO, ref: sha, check_name: "plan" });
  expect(listed.check_runs).toMatchObject([{ status: "completed", conclusion: "failure" }]);
});

test("a summary above 65,535 bytes is refused", async () => {
  const output = { title: "Plan", summary: "é".repeat(32_768) };
  const call = job().rest.checks.create({ ...REPO, name: "plan", head_sha: sha, output });
  await expect(call).rejects.toMatchObject({ status: 422, response: { data: { errors: [{ field: "summary" }] } } });
});

test("a deployment goes through its states, and a later success retires it", async () => {
  const octokit = job();
  const deploy = async () => {
    const { data } = await octokit.rest.repos.createDeployment({
      ...REPO,
      ref: sha,
      environment: "hospital-a-production",
      required_contexts: [],
      auto_merge: false,
    });
    if (!("id" in data)) throw new Error("no deployment");
    for (const state of ["in_progress", "success"] as const) {
      await octokit.rest.repos.createDeploymentStatus({ ...REPO, deployment_id: data.id, state });
    }
    return data.id;
  };
  const [first, second] = [await deploy(), await deploy()];
  const states = async (deployment_id: number) => {
    const { data } = await octokit.rest.repos.listDeploymentStatuses({ ...REPO, deployment_id });
    return data.map((status) => status.state);
  };
  expect(await states(first)).toEqual(["inactive", "success", "in_progress"]);
  expect(await states(second)).toEqual(["success", "in_progress"]);
  const { data } = await octokit.rest.repos.listDeployments({ ...REPO, environment: "hospital-a-production" });
  expect(data.map((deployment) => deployment.id)).toEqual([second, first]);
});

test("without saying which checks matter, a red commit is not deployed", async () => {
  const call = job().rest.repos.createDeployment({ ...REPO, ref: "main", auto_merge: false });
  expect(await refusal(call)).toMatchObject({ status: 409, message: expect.stringContaining("status checks failed") });
});

test("the combined status is what the newest of each context says", async () => {
  const wendy = clientOf(bed, "wendy");
  const report = (context: string, state: "success" | "failure") =>
    wendy.rest.repos.createCommitStatus({ ...REPO, sha, context, state });
  await report("lint", "failure");
  await report("types", "success");
  expect((await wendy.rest.repos.getCombinedStatusForRef({ ...REPO, ref: "main" })).data.state).toBe("failure");
  await report("lint", "success");
  expect((await wendy.rest.repos.getCombinedStatusForRef({ ...REPO, ref: "main" })).data).toMatchObject({
    state: "success",
    total_count: 2,
  });
});

test("a workflow is started by hand with the inputs it takes, also by a job's own token", async () => {
  const octokit = client(bed, bed.jobToken(NAME, { actions: "write" }));
  const start = (inputs: Record<string, string>, workflow_id = "restore.yml") =>
    octokit.rest.actions.createWorkflowDispatch({ ...REPO, workflow_id, ref: "main", inputs });
  expect(await refusal(start({}))).toEqual({ status: 422, message: "Required input 'tenant' not provided" });
  expect(await refusal(start({ tenant: "a", force: "yes" }))).toMatchObject({
    message: 'Unexpected inputs provided: ["force"]',
  });
  expect(await refusal(start({ tenant: "a" }, "gone.yml"))).toMatchObject({ status: 404 });

  await start({ tenant: "hospital-a" });

  expect(bed.events.all().at(-1)).toMatchObject({
    name: "workflow_dispatch",
    startsWorkflows: true,
    ref: "refs/heads/main",
    payload: { inputs: { tenant: "hospital-a", what: "database" }, workflow: ".github/workflows/restore.yml" },
  });
});

test("a run the runner reports is seen over the API, and its jobs are checks", async () => {
  const run = bed.startRun(NAME, {
    workflowPath: ".github/workflows/restore.yml",
    workflowName: "Restore",
    event: "workflow_dispatch",
    headSha: sha,
    headBranch: "main",
    pullNumbers: [],
    actor: bed.addUser("wendy"),
    title: "Restore hospital-a",
  });
  await bed.reportJob(NAME, run, { name: "restore", status: "in_progress" });
  const wendy = clientOf(bed, "wendy");
  const asked: string[] = [];
  bed.onRunRequest((request) => asked.push(`${request.kind} ${request.runId} by ${request.by.user.login}`));
  await wendy.rest.actions.cancelWorkflowRun({ ...REPO, run_id: run.id });
  expect(asked).toEqual([`cancel ${run.id} by wendy`]);

  await bed.reportJob(NAME, run, { name: "restore", status: "completed", conclusion: "cancelled" });
  await bed.changeRun(NAME, run, { status: "completed", conclusion: "cancelled" });

  const { data } = await wendy.rest.actions.listJobsForWorkflowRun({ ...REPO, run_id: run.id });
  expect(data.jobs).toMatchObject([{ name: "restore", conclusion: "cancelled" }]);
  const { data: checks } = await wendy.rest.checks.listForRef({ ...REPO, ref: sha, check_name: "restore" });
  expect(checks.check_runs).toMatchObject([{ conclusion: "cancelled", app: { slug: "github-actions" } }]);
  expect((await wendy.rest.actions.listWorkflowRuns({ ...REPO, workflow_id: "restore.yml" })).data).toMatchObject({
    total_count: 1,
    workflow_runs: [{ run_number: 1, display_title: "Restore hospital-a" }],
  });
});

test("an environment's reviewers decide, and the one who started the run does not", async () => {
  const environment = bed.environment(NAME, "restore");
  environment.reviewers = [{ type: "User", id: bed.addUser("alice").id }];
  const run = bed.startRun(NAME, {
    workflowPath: ".github/workflows/restore.yml",
    workflowName: "Restore",
    event: "workflow_dispatch",
    headSha: sha,
    headBranch: "main",
    pullNumbers: [],
    actor: bed.addUser("wendy"),
    title: "Restore",
  });
  await bed.changeRun(NAME, run, { status: "waiting", waitingFor: ["restore"] });
  const decide = (login: string) =>
    clientOf(bed, login).rest.actions.reviewPendingDeploymentsForRun({
      ...REPO,
      run_id: run.id,
      environment_ids: [environment.id],
      state: "approved",
      comment: "ok",
    });
  const asked: string[] = [];
  bed.onRunRequest((request) => asked.push(`${request.kind} by ${request.by.user.login}`));
  expect(await refusal(decide("wendy"))).toMatchObject({ status: 422 });
  await decide("alice");
  expect(asked).toEqual(["review-deployments by alice"]);
  const { data } = await clientOf(bed, "rita").rest.actions.getReviewsForRun({ ...REPO, run_id: run.id });
  expect(data).toMatchObject([{ user: { login: "alice" }, state: "approved", environments: [{ name: "restore" }] }]);
});
