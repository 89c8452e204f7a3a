/** Every call that the workflows really make on the stage, held against the policies of the role it was made with. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoggedCall } from "../bed/aws/faults/call-log.ts";
import type { RunView } from "../bed/runner/host.ts";
import { type CommandStage, openCommandStage } from "../fixtures/command-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { decide, type Request } from "./iam-evaluator.ts";
import type { PipelineRole } from "./pipeline-calls.ts";
import { rememberChangeSet, requestsOf } from "./requests-made.ts";
import { type TagWatch, watchTags } from "./resource-tags.ts";
import { roleStatements } from "./role-policies.ts";
import { specialised } from "./templates.ts";

const clinic = "tenants/clinic-x.yml";
const practice = "tenants/trial-y.yml";
const trial = `name: trial-y
displayName: Practice Y
tier: trial
environment: production
contact: a@b.org
redis: { index: 5 }
`;
const roles: readonly PipelineRole[] = ["Plan", "Build", "Deploy", "Ops", "Restore"];
const bucket = "mate-production-pipeline-123456789012";
const document = specialised.find(({ name }) => name === "bootstrap/roles")?.document ?? {};

let place: CommandStage;
let watch: TagWatch;
beforeAll(async () => {
  place = await openCommandStage({
    // As fast as a busy machine can follow: a comment is not carried out when it is a quarter of an hour old.
    speed: 40,
    tenants: { [clinic]: standardTenant("clinic-x"), [practice]: trial },
  });
  watch = watchTags(place.stage.aws.world);
  place.stage.aws.calls.all().forEach(watch.see);
  place.stage.aws.calls.watch(watch.see);
  wellDone("deploy");
}, 400_000);
afterAll(() => place?.stage.stop());

describe("what the workflows do", { timeout: 400_000 }, () => {
  test("commands on a tenant", async () => {
    const pull = await place.propose({ "NOTES.md": "# Notes\n" });

    for (const line of [
      "/status clinic-x",
      "/scale clinic-x 2",
      "/restart clinic-x",
      "/logs clinic-x django",
      "/diagnose clinic-x",
      "/migrate clinic-x",
      "/suspend clinic-x",
      "/resume clinic-x",
    ]) {
      const { reply } = await place.say("alice", pull, line);
      expect(reply, line).not.toMatch(/^### (Refused|Failed|Not )/);
    }
    expect((await place.running("clinic-x")).django).toMatchObject({ running: 2, desired: 2 });
  });

  test("the sweep that writes down a command whose run was lost", async () => {
    const lost = JSON.stringify({
      ...{ operation: "op-1b3c", command: "/scale clinic-x 3", tenant: "clinic-x", by: "alice", comment: 61_032 },
      ...{ pull: 1, run: "https://github.test/runs/1", state: "acting" },
      ...{ askedAt: "2026-01-01T00:00:00.000Z", at: "2026-01-01T00:00:05.000Z" },
    });
    await ask("s3", "PutObject", {
      Bucket: bucket,
      Key: "operations/op-1b3c.json",
      Body: new TextEncoder().encode(lost),
    });

    await dispatch("command.yml");

    wellDone("command");
    expect(await place.record("journal/2026/01/01/op-1b3c-lost-clinic-x.json")).toMatchObject({ outcome: "lost" });
  });

  test("the nightly look, the cost report and the fleet's page", async () => {
    await dispatch("drift.yml");
    wellDone("drift");
    // Something to remove, so that the role that removes is taken as well.
    const left = JSON.stringify({ tenant: "gone", until: "2020-01-01T00:00:00.000Z" });
    await ask("s3", "PutObject", { Bucket: bucket, Key: "leases/gone.json", Body: new TextEncoder().encode(left) });
    await dispatch("housekeeping.yml");
    wellDone("housekeeping");
    expect(written().filter((key) => key.startsWith("journal/") && key.includes("housekeeping"))).toHaveLength(2);
    await dispatch("cost.yml");
    wellDone("cost");
    await dispatch("pages.yml");
    wellDone("pages");
  });

  test("what somebody changed by hand, put back and adopted from the form", async () => {
    const VersioningConfiguration = { Status: "Suspended" };
    const versioning = { Bucket: "mate-clinic-x-production-data", VersioningConfiguration };
    await ask("s3", "PutBucketVersioning", versioning);
    await dispatch("drift.yml", { tenant: "clinic-x", mode: "adopt" });
    wellDone("drift");
    await dispatch("drift.yml", { tenant: "clinic-x", mode: "revert", confirm: "clinic-x" });
    wellDone("drift");
  });

  test("a drill, and a restore of database and files", async () => {
    // A second person who may restore.
    const production = "infra/environments/production.yml";
    const policy = (await place.stage.read(production)).replace(
      "confirm, cancel, migrate]",
      "confirm, cancel, migrate, restore]",
    );
    await place.merge(await place.propose({ [production]: policy }));
    await place.stage.aws.world.clock.sleep(20 * 60_000);
    await dispatch("drill.yml", { tenant: "clinic-x" });
    wellDone("drill");
    const reviewers = ["alice", "oscar"].map((login) => ({
      type: "User" as const,
      id: place.stage.github.addUser(login).id,
    }));
    place.stage.github.environment(place.stage.repository, "production-restore").reviewers = reviewers;
    const form = { tenant: "clinic-x", environment: "production", what: "database", when: "latest" };
    await dispatch("restore.yml", { ...form, mode: "dry-run" });
    wellDone("restore");
    await dispatch("restore.yml", { ...form, what: "both", mode: "execute", confirm: "clinic-x" });

    await letIn(place.newest("restore"), "oscar");

    wellDone("restore");
  });

  test("a change, a suspension in the file, and the end of a tenant", async () => {
    await place.merge(
      await place.propose({
        [clinic]: standardTenant("clinic-x", "monthlyBudgetUsd: 333\n"),
        [practice]: `${trial}state: suspended\n`,
      }),
    );
    wellDone("deploy");
    const alice = place.stage.github.as("alice", place.stage.repository);
    const pull = await alice.openPullRequest({
      title: "Farewell",
      branch: "farewell",
      files: { [practice]: undefined },
    });
    await place.stage.runner.idle();

    await place.merge(pull);

    wellDone("deploy");
  });
});

describe("as AWS would decide", () => {
  let asked: ReadonlyMap<PipelineRole, readonly { readonly call: LoggedCall; readonly requests: readonly Request[] }[]>;

  beforeAll(async () => {
    const calls = place.stage.aws.calls.all();
    calls.forEach(rememberChangeSet);
    const tagged = await watch.tags();
    asked = new Map(
      roles.map((role) => [
        role,
        calls
          .filter(({ caller }) => caller.includes(`:assumed-role/mate-production-${role.toLowerCase()}/`))
          .map((call) => ({ call, requests: requestsOf(call, tagged) })),
      ]),
    );
  });

  const told = ({ action, resource, context }: Request): string => `${action} ${resource} ${JSON.stringify(context)}`;
  const requestsOfRole = (role: PipelineRole): readonly Request[] =>
    asked.get(role)?.flatMap(({ requests }) => requests) ?? [];

  test.for(roles)("every call that was made as %s is allowed to it", (role) => {
    const statements = roleStatements(document, `${role}Role`);
    const refused = requestsOfRole(role).filter((request) => decide(statements, request) !== "allowed");

    expect(requestsOfRole(role).length).toBeGreaterThan(3);
    expect([...new Set(refused.map(told))]).toEqual([]);
  });

  test.for(["Ops", "Restore"] as const)(
    "nothing that was done to clinic-x as %s can be done from a neighbour's session",
    (role) => {
      const statements = roleStatements(document, `${role}Role`);
      // Records of all tenants are in one bucket.
      const ofClinic = requestsOfRole(role).filter(
        ({ resource, context }) =>
          !resource.includes("-pipeline-") &&
          /clinic-x/.test(`${resource} ${context?.["aws:ResourceTag/mate-tenant"]}`),
      );
      const neighbours = ofClinic.map((request) => ({
        ...request,
        context: { ...request.context, "aws:PrincipalTag/mate-tenant": "trial-y" },
      }));

      // Looking for a snapshot or an instance knows no tenant.
      const allowed = neighbours.filter(
        (request) => !lists.has(request.action) && decide(statements, request) === "allowed",
      );
      expect(ofClinic.length).toBeGreaterThan(10);
      expect([...new Set(allowed.map(told))]).toEqual([]);
    },
  );

  test("what a deployment changes, a plan cannot", () => {
    const statements = roleStatements(document, "PlanRole");
    const allowed = requestsOfRole("Deploy")
      .filter(({ action }) => !/:(Describe|Get|List|BatchGet|Detect|Filter)/.test(action))
      .filter((request) => decide(statements, request) === "allowed");

    expect([...new Set(allowed.map(({ action }) => action))].toSorted()).toEqual([
      "cloudformation:CreateChangeSet",
      "cloudformation:DeleteChangeSet",
      "cloudformation:TagResource",
      "iam:PassRole",
    ]);
  });
});

const lists: ReadonlySet<string> = new Set([
  "rds:DescribeDBInstances",
  "rds:DescribeDBSnapshots",
  "rds:DescribeDBInstanceAutomatedBackups",
]);

/** Changes the stage as somebody who is none of the roles. */
function ask(service: string, operation: string, input: object): Promise<object> {
  const caller = { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} };
  return place.stage.aws.world.invoke(service, operation, input, { requestId: "test", caller });
}

/** Keys of the records that were written, in any order. */
function written(): readonly string[] {
  const puts = place.stage.aws.calls.all().filter(({ operation }) => operation === "PutObject");
  return puts.map(({ input }) => String((input as { readonly Key?: unknown }).Key));
}

function wellDone(workflow: string): void {
  const run = place.newest(workflow);
  const errors = run.jobs.flatMap(({ log }) => log.split("\n").filter((line) => line.startsWith("##[error]")));
  expect(run.conclusion, errors.join("\n")).toBe("success");
}

async function dispatch(workflow: string, inputs: Readonly<Record<string, string>> = {}): Promise<void> {
  await place.stage.github.as("alice", place.stage.repository).dispatch(workflow, inputs);
  await place.stage.runner.idle();
}

/** Lets the waiting job in, as a person does on the run's page. */
async function letIn(run: RunView, login: string): Promise<void> {
  const { github, repository, runner } = place.stage;
  const { id } = github.environment(repository, "production-restore");
  const response = await fetch(`${github.apiUrl}/repos/${repository}/actions/runs/${run.id}/pending_deployments`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.tokenOf(login)}`, "content-type": "application/json" },
    body: JSON.stringify({ environment_ids: [id], state: "approved", comment: "looked at the dry run" }),
  });
  expect(response.status, await response.text()).toBe(200);
  await runner.idle();
}
