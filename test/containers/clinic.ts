/** What the lane's tests ask of one tenant: its files, its data, its containers, its tasks. */
import { Agent, request } from "node:https";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import type { Files } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import type { Database } from "./databases.ts";
import type { ContainersStage, RunningContainer } from "./stage.ts";

export const roles = ["celery", "django", "beat"] as const;

/** The files of an environment with these tenants; images are refused if the scan finds something critical, and alice may restore. */
export function fleet(tenants: Files, release: string): Files {
  const files = smallFleet(tenants, release);
  const name = "infra/environments/production.yml";
  const text = files[name]
    ?.replace("failOn: never", "failOn: critical")
    .replace(
      /^operators:.*$/m,
      "operators: [{ user: alice, verbs: all, tiers: all }, { user: oscar, verbs: [restore], tiers: all }]",
    );
  return { ...files, [name]: text };
}

export function productionOf({ rehearsal }: ContainersStage, files: Files): Environment {
  return rehearsal.production(files);
}

/** Outputs of a tenant's stack. */
export async function outputsOf(
  { rehearsal }: ContainersStage,
  tenant: string,
): Promise<Readonly<Record<string, string>>> {
  const { Stacks } = await rehearsal.invoke<{
    Stacks: readonly { Outputs: readonly { OutputKey: string; OutputValue: string }[] }[];
  }>("cloudformation", "DescribeStacks", { StackName: `mate-${tenant}-production` });
  return Object.fromEntries((Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

/** The server that has a tenant's database. */
export async function serverOf(stage: ContainersStage, tenant: string): Promise<Database> {
  return await stage.database((await outputsOf(stage, tenant)).DatabaseHost ?? "");
}

/** The container that runs now, by service. */
export async function runningOf(
  stage: ContainersStage,
  tenant: string,
): Promise<Readonly<Record<(typeof roles)[number], RunningContainer | undefined>>> {
  const [celery, django, beat] = await Promise.all(roles.map((role) => stage.containers(tenant, role)));
  return { celery: celery?.[0], django: django?.[0], beat: beat?.[0] };
}

export function shortly(outcomes: readonly StageOutcome[]): readonly (readonly [string, string, string | undefined])[] {
  return outcomes.map(({ stage, outcome, cause }) => [stage, outcome, cause]);
}

/** What tasks printed, to be shown where an outcome is not the expected one. */
export function evidence(outcomes: readonly StageOutcome[]): string {
  return outcomes.flatMap(({ evidence: lines = [] }) => lines).join("\n");
}

/** Asked as the load balancer asks: by the task's address, whoever signed its certificate. */
export function healthz(container: RunningContainer | undefined): Promise<unknown> {
  const agent = new Agent({ rejectUnauthorized: false });
  return new Promise((resolve, reject) => {
    const asked = request({ host: container?.address, port: 8443, path: "/healthz", agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve(answer.statusCode === 200 ? JSON.parse(text) : `${answer.statusCode} ${text}`));
    });
    asked.once("error", reject);
    asked.end();
  });
}
