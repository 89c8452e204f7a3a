/** Restores that are killed, and their undoing: each on a tenant of its own. */
import { standardTenant } from "../../fixtures/tenants/repository.ts";
import { quickDatabases } from "../aws/services/rds/state.ts";
import { runAction } from "./action-process.ts";
import type { Subject } from "./footprint.ts";
import { jobEnvironment } from "./job-environment.ts";
import type { ActEnd, Kill } from "./kill-points.ts";
import { restoreFootprint } from "./restore-footprint.ts";
import type { Scenario } from "./scenario.ts";
import { releases, repositoryName, type SweepStage } from "./sweep-stage.ts";
import { tenantHistory } from "./tenant-history.ts";
import { tenantPool } from "./tenant-pool.ts";

type Mode = "execute" | "undo";

/** The newest backup is put in the place of the database. */
export function restore(stage: SweepStage): Scenario {
  return restoreScenario(stage, { name: "restore", mode: "execute" });
}

/** What was restored is taken back: the database of before serves again. */
export function undo(stage: SweepStage): Scenario {
  return restoreScenario(stage, { name: "undo", mode: "undo" });
}

function restoreScenario(stage: SweepStage, { name, mode }: { readonly name: string; readonly mode: Mode }): Scenario {
  const pool = tenantPool(stage, { name, file: standardTenant, ran: [releases.before] });
  const operations = new Map<string, string>();
  return {
    name: `a restore (${mode})`,
    prepare: async (count) => {
      await pool.fill(count);
      // RDS does in seconds what takes it minutes: what is tried is what a restore does, not how long it waits.
      quickDatabases(stage.rehearsal.aws.world);
      // A backup that can be restored is some minutes old.
      await stage.rehearsal.clock.sleep(20 * 60_000);
    },
    next: async () => {
      const subject = { tenant: pool.take(), release: releases.before };
      if (mode === "undo") operations.set(subject.tenant, await restored(stage, subject));
      return subject;
    },
    begin: (subject) => restoreRun(stage, subject, mode, operations.get(subject.tenant)),
    history: (subject) => tenantHistory(stage, subject),
    footprint: (subject) => restoreFootprint(stage, subject),
    mustLeave: ["services", "records", "databases"],
  };
}

async function restored(stage: SweepStage, subject: Subject): Promise<string> {
  let operation: string | undefined;
  await restoreRun(stage, subject, "execute", undefined, (outputs) => {
    operation = outputs.operation;
  })();
  if (operation === undefined || operation === "") throw new Error(`${subject.tenant}: the restore named no operation`);
  return operation;
}

/** The job of the restore workflow, approved by a second person. Called again it is the same run, started again. */
function restoreRun(
  stage: SweepStage,
  { tenant, release }: Subject,
  mode: Mode,
  operation: string | undefined,
  hear: (outputs: Readonly<Record<string, string>>) => void = () => {},
): (kill?: Kill) => Promise<ActEnd> {
  const { github } = stage;
  const run = github.startRun(repositoryName, {
    ...{ workflowPath: ".github/workflows/restore.yml", workflowName: "restore", event: "workflow_dispatch" },
    ...{ headSha: stage.commit, headBranch: "main", pullNumbers: [], actor: github.addUser("alice") },
    title: `${mode} database of ${tenant}`,
  });
  github.environment(repositoryName, "production-restore");
  const by = github.addUser("oscar");
  run.approvals.push({ by, environments: ["production-restore"], decision: "approved", comment: "" });
  let attempt = 0;
  return async (kill) => {
    attempt += 1;
    const checkout = await stage.checkout({ [`tenants/${tenant}.yml`]: standardTenant(tenant) }, release);
    const job = await jobEnvironment(stage, {
      ...{ checkout, workflow: "restore", event: "workflow_dispatch", run: run.id, attempt, actor: "alice" },
      ...{ payload: {}, environment: "production-restore", permissions: { contents: "read", actions: "read" } },
    });
    await github.changeRun(repositoryName, run, { status: "in_progress", attempt });
    try {
      const end = await runAction(
        {
          program: stage.program("restore"),
          inputs: {
            ...{ tenant, environment: "production", what: "database", when: "latest", mode, confirm: tenant },
            ...{ "github-token": job.token, operation: operation ?? "" },
          },
          ...{ environment: job.variables, aws: stage.rehearsal.aws.url, github: github.url },
          ...(kill !== undefined && { last: kill.point }),
        },
        stage.scratch,
      );
      const calls = new Map([["restore", end.calls]]);
      if (end.end === "killed") return { end: "killed", at: end.at, calls };
      if (end.code !== 0) throw new Error(`${mode} of ${tenant} failed:\n${end.log}`);
      hear(end.outputs);
      return { end: "done", calls };
    } finally {
      job.end();
      await github.changeRun(repositoryName, run, { status: "completed", conclusion: "failure" });
    }
  };
}
