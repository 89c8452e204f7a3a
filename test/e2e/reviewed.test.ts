/**
 * Reviewed is what is applied, through the committed workflows and bundles: what the merge queue tests, what a fork may ask for, and
 * what becomes of a merge when somebody changed the stack behind the pipeline's back after the review.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage } from "../bed/stage.ts";
import { errorLines, errorsOf, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const file = "tenants/clinic-x.yml";
const stack = "mate-clinic-x-production";
const caller = { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/hans", tags: {} };

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ speed: 300, tenants: [] });
  await merge(await propose("Add clinic X", { [file]: standardTenant("clinic-x") }));
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
  await stage.aws.world.invoke("s3", "CreateBucket", { Bucket: "hans" }, { requestId: "test", caller });
}, 240_000);
afterAll(() => stage?.stop());

let proposed = 0;

async function propose(title: string, files: Readonly<Record<string, string>>): Promise<number> {
  proposed += 1;
  const wish = { title, branch: `change-${proposed}`, files };
  const pull = await stage.github.as("alice", stage.repository).openPullRequest(wish);
  await stage.runner.idle();
  return pull;
}

async function merge(pull: number): Promise<void> {
  await stage.github.as("alice", stage.repository).merge(pull);
  await stage.runner.idle();
}

/** The tenant's file as it is on the default branch, with one line more or another. */
async function fileWith(line: string): Promise<Readonly<Record<string, string>>> {
  const [name = ""] = line.split(":");
  const lines = (await stage.read(file)).trimEnd().split("\n");
  return { [file]: `${[...lines.filter((one) => !one.startsWith(`${name}:`)), line].join("\n")}\n` };
}

const newest = (workflow: string): RunView => newestRun(stage, workflow);

async function gitHub<T>(path: string): Promise<T> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}${path}`, {
    headers: { authorization: `Bearer ${stage.github.tokenOf("alice")}` },
  });
  return (await response.json()) as T;
}

async function commentsOf(pull: number): Promise<string> {
  const comments = await gitHub<readonly { readonly body: string }[]>(`/issues/${pull}/comments`);
  return comments.map(({ body }) => body).join("\n");
}

/** Conclusion of the required check. */
async function checkOf(sha: string): Promise<string | undefined> {
  const { check_runs } = await gitHub<{ check_runs: readonly { name: string; conclusion: string }[] }>(
    `/commits/${sha}/check-runs`,
  );
  return check_runs.find(({ name }) => name === "plan")?.conclusion;
}

const cfn = <T>(operation: string, input: object): Promise<T> =>
  stage.aws.world.invoke<T>("cloudformation", operation, input, { requestId: "test", caller });

interface Live {
  readonly StackStatus: string;
  readonly Parameters: readonly { readonly ParameterKey: string; readonly ParameterValue: string }[];
}

async function live(): Promise<Live> {
  const { Stacks } = await cfn<{ Stacks: readonly Live[] }>("DescribeStacks", { StackName: stack });
  const [found] = Stacks;
  if (found === undefined) throw new Error(`${stack} is not there`);
  return found;
}

/** Somebody with rights of their own updates the stack past the pipeline. */
async function behindTheBack(
  change: (template: string) => string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { TemplateBody } = await cfn<{ TemplateBody: string }>("GetTemplate", { StackName: stack });
  const { Parameters } = await live();
  const object = { Bucket: "hans", Key: "own.yml", Body: Buffer.from(change(TemplateBody)) };
  await stage.aws.world.invoke("s3", "PutObject", object, { requestId: "test", caller });
  await cfn("UpdateStack", {
    StackName: stack,
    TemplateURL: "https://hans.s3.us-east-1.amazonaws.com/own.yml",
    Parameters: Parameters.map(({ ParameterKey }) => {
      const value = parameters[ParameterKey];
      return value === undefined ? { ParameterKey, UsePreviousValue: true } : { ParameterKey, ParameterValue: value };
    }),
    Capabilities: ["CAPABILITY_IAM"],
  });
  while ((await live()).StackStatus.endsWith("_IN_PROGRESS")) await stage.aws.world.clock.sleep(1_000);
  expect((await live()).StackStatus).toBe("UPDATE_COMPLETE");
}

describe("the merge queue", () => {
  test("what was reviewed passes the same check, changes nothing, says nothing in the pull request, and is what the merge applies", async () => {
    const pull = await propose("Budget", await fileWith("monthlyBudgetUsd: 300"));
    const shown = await commentsOf(pull);
    const before = await live();

    const { sha } = await stage.github.queue(stage.repository, pull, "alice");
    await stage.runner.idle();

    expect(newest("plan").event.name).toBe("merge_group");
    expect(newest("plan").conclusion, errorLines(newest("plan"))).toBe("success");
    expect(await checkOf(sha)).toBe("success");
    expect(await commentsOf(pull)).toBe(shown);
    expect(await live()).toEqual(before);

    await merge(pull);
    expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
    expect(await commentsOf(pull)).not.toContain("differs from the reviewed plan");
  }, 240_000);

  test("what would lose data fails the check of the group as it does in the pull request", async () => {
    const template = await stage.read("infra/tenant/tenant.yml");
    const renamed = template.replace(/LogGroupName: (\S+ )?\S+\/upgrade\n/, "LogGroupName: upgrades\n");
    expect(renamed).not.toBe(template);
    const pull = await propose("Rename a log", { "infra/tenant/tenant.yml": renamed });
    expect(newest("plan").conclusion).toBe("failure");

    const { sha } = await stage.github.queue(stage.repository, pull, "alice");
    await stage.runner.idle();

    expect(newest("plan").event.name).toBe("merge_group");
    expect(newest("plan").conclusion).toBe("failure");
    expect(errorsOf(newest("plan"))[0]).toMatch(/^clinic-x .*DatabaseUpgradeLogs would be replaced/);
    expect(await checkOf(sha)).toBe("failure");
    await stage.github.as("alice", stage.repository).close(pull);
    await stage.runner.idle();
  }, 240_000);
});

describe("a pull request from a fork", () => {
  beforeAll(async () => {
    await stage.github.fork(stage.repository, "rita");
  });

  async function proposeFromFork(branch: string, text: string): Promise<RunView> {
    await stage.github.as("rita", stage.repository).openPullRequest({
      title: `From a fork: ${branch}`,
      branch,
      fork: "rita/tenants",
      files: { [file]: text },
    });
    await stage.runner.idle();
    return newest("plan");
  }

  test("its files are checked and the run says that this is all, without an identity and without a call to AWS", async () => {
    stage.aws.calls.clear();

    const run = await proposeFromFork("good", standardTenant("clinic-x", "monthlyBudgetUsd: 900\n"));

    expect(run.conclusion, errorLines(run)).toBe("success");
    expect(run.jobs.flatMap(({ key, conclusion }) => (conclusion === "skipped" ? [] : [key]))).toEqual(["fork"]);
    const [job] = run.jobs.filter(({ conclusion }) => conclusion !== "skipped");
    expect(job?.permissions).toEqual({ contents: "read" });
    expect(job?.summary).toContain("fork");
    expect(stage.aws.calls.all()).toEqual([]);
  });

  test("a mistake in it is told on its line", async () => {
    const run = await proposeFromFork("bad", standardTenant("clinic-x").replace("standard", "standrad"));

    expect(run.conclusion).toBe("failure");
    expect(errorsOf(run)[0]).toMatch(/^tenants\/clinic-x\.yml:3:7: .*standrad/);
    expect(stage.aws.calls.all()).toEqual([]);
  });
});

describe("a change behind the pipeline's back between the plan and the merge", () => {
  test("harmless: the merge applies what was reviewed, and says that the stack was not as reviewed", async () => {
    const pull = await propose("Budget again", await fileWith("monthlyBudgetUsd: 350"));
    await behindTheBack((template) => template, { LogRetentionDays: "731" });

    await merge(pull);

    expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
    expect(await commentsOf(pull)).toContain("differs from the reviewed plan, harmlessly");
    const parameters = new Map(
      (await live()).Parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
    );
    expect(parameters.get("MonthlyBudgetUsd")).toBe("350");
    expect(parameters.get("LogRetentionDays")).not.toBe("731");
  }, 240_000);

  test("dangerous: nothing is changed, the tenant is held, and its issue says why and how to go on", async () => {
    const pull = await propose("Budget once more", await fileWith("monthlyBudgetUsd: 375"));
    const audit = "  HansAudit:\n    Type: AWS::Logs::LogGroup\n    Properties: { RetentionInDays: 30 }\n";
    await behindTheBack((template) => template.replace(/^Resources:\n/m, (line) => line + audit));
    const before = await live();
    expect(await logGroups()).toHaveLength(1);

    await merge(pull);

    expect(newest("deploy").conclusion).toBe("failure");
    expect(errorsOf(newest("deploy"))[0]).toMatch(/^clinic-x: .*HansAudit/);
    expect(await live()).toEqual(before);
    expect(await logGroups()).toHaveLength(1);
    const [issue, ...others] = (
      await gitHub<readonly { title: string; body: string; pull_request?: object }[]>("/issues?state=open")
    ).filter(({ pull_request }) => pull_request === undefined);
    expect(others).toEqual([]);
    expect(issue?.title).toContain("clinic-x");
    expect(issue?.body).toContain("HansAudit");
    expect(issue?.body).toContain("not-reviewed");
    expect(await commentsOf(pull)).toContain("clinic-x");
  }, 240_000);

  test("once a person has put it right, the deployment by hand for this tenant settles it and closes the issue", async () => {
    await behindTheBack((template) => template.replace(/^ {2}HansAudit:\n.*\n.*\n/m, ""));

    await stage.github.as("alice", stage.repository).dispatch("deploy.yml", { tenant: "clinic-x" });
    await stage.runner.idle();

    expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
    const open = await gitHub<readonly { pull_request?: object }[]>("/issues?state=open");
    expect(open.filter(({ pull_request }) => pull_request === undefined)).toEqual([]);
  }, 240_000);
});

async function logGroups(): Promise<readonly string[]> {
  const { logGroups: groups } = await stage.aws.world.invoke<{ logGroups: readonly { logGroupName: string }[] }>(
    "cloudwatch-logs",
    "DescribeLogGroups",
    {},
    { requestId: "test", caller },
  );
  return groups.map(({ logGroupName }) => logGroupName).filter((name) => name.includes("HansAudit"));
}
