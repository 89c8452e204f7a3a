import { Agent, request } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import type { Files } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { containersLane } from "./available.ts";
import { must } from "./program.ts";
import { buildRelease } from "./release.ts";
import { laneReport } from "./report.ts";
import { type ContainersStage, type RunningContainer, startContainersStage } from "./stage.ts";
import { endedTasks } from "./tasks.ts";

const lane = containersLane();
const report = laneReport();
const roles = ["celery", "django", "beat"];

describe.skipIf(lane.state === "missing")("a release in real containers", { timeout: 600_000, retry: 0 }, () => {
  let stage: ContainersStage;
  beforeAll(async () => {
    if (lane.state === "ready") stage = await startContainersStage(lane);
  }, 900_000);
  afterAll(async () => {
    await stage?.close();
    if (lane.state === "ready") report.write();
  }, 120_000);

  const clinic = (release: string): Files =>
    smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x") }, release);
  const production = (): Environment => {
    const found = stage.rehearsal.declarations(clinic("v1.4.0")).environments.get("production");
    if (found === undefined) throw new Error("production is declared");
    return found;
  };
  const build = (release: string) => buildRelease(stage, { environment: production(), release });
  const sql = async (query: string): Promise<string> => (await databaseOf()).query("mate", query);
  const databaseOf = async () => {
    const { Stacks } = await stage.rehearsal.invoke<{
      Stacks: readonly { Outputs: readonly { OutputKey: string; OutputValue: string }[] }[];
    }>("cloudformation", "DescribeStacks", { StackName: "mate-clinic-x-production" });
    const host = Stacks[0]?.Outputs.find(({ OutputKey }) => OutputKey === "DatabaseHost")?.OutputValue ?? "";
    return await stage.database(host);
  };
  const running = async (): Promise<Readonly<Record<string, RunningContainer | undefined>>> =>
    Object.fromEntries(
      await Promise.all(roles.map(async (role) => [role, (await stage.containers("clinic-x", role))[0]] as const)),
    );
  const migrations = () => endedTasks(stage.rehearsal, "mate-clinic-x-production-migrate");

  test("is built and pushed: three images, of which the one for the platform is resolved out of its index", async () => {
    const { release, said } = await build("v1.4.0");

    expect(release.images.map(({ role, outcome }) => [role, outcome])).toEqual(roles.map((role) => [role, "built"]));
    const rows = release.images.map(({ role, digest, durationMs }) => [
      role,
      digest,
      `${Math.round(durationMs / 1000)} s`,
    ]);
    report.table("Images of v1.4.0", ["service", "digest", "built in"], rows);
    for (const { repository, digest } of release.images) {
      const name = `${stage.registry.store}/${repository}@${digest}`;
      await must("docker", ["pull", "--quiet", name]);
      const format = "{{.Os}}/{{.Architecture}} {{.Config.User}}";
      expect(await must("docker", ["image", "inspect", "--format", format, name])).toBe("linux/amd64 10001:10001");
    }
    expect(said.some((line) => /mate\/django \| .*RUN pip install/.test(line))).toBe(true);
  });

  test("is not built again", async () => {
    const { release, said } = await build("v1.4.0");

    expect(release.images.map(({ outcome }) => outcome)).toEqual(["present", "present", "present"]);
    expect(said).toEqual(["v1.4.0 has all its images"]);
  });

  test("reaches a new hospital: the migration's tables are in its database before a service runs", async () => {
    const outcomes = await stage.deploy(clinic("v1.4.0"));

    expect(shortly(outcomes), evidence(outcomes)).toEqual([
      ["apply", "changed", undefined],
      ["migrate", "changed", undefined],
      ["roll", "changed", undefined],
    ]);
    const ended = await migrations();
    expect(ended.map(({ exitCode, stopCode }) => [exitCode, stopCode])).toEqual([[0, "EssentialContainerExited"]]);
    const applied = (await sql("SELECT app, name FROM django_migrations ORDER BY id;")).split("\n");
    expect(applied).toContain("appointments\t0001_initial");
    expect(applied).toContain("appointments\t0002_appointment_state");
    report.table("Migration tasks", ["task", "exit code", "why it stopped"], ended.map(taskRow));
    report.table(
      "django_migrations after v1.4.0",
      ["app", "name"],
      applied.map((row) => row.split("\t")),
    );
    report.table(
      "Columns of appointments_appointment after v1.4.0",
      ["column", "type"],
      (await columns()).map((row) => row.split("\t")),
    );
  });

  test("serves: the web service answers its health check over HTTPS with its release", async () => {
    const { django } = await running();

    expect(await healthz(django)).toEqual({ tenant: "clinic-x", release: "v1.4.0", status: "ok" });
  });

  async function columns(): Promise<readonly string[]> {
    const query =
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'appointments_appointment' ORDER BY ordinal_position;";
    return (await sql(query)).split("\n");
  }
});

function shortly(outcomes: readonly StageOutcome[]): readonly (readonly [string, string, string | undefined])[] {
  return outcomes.map(({ stage, outcome, cause }) => [stage, outcome, cause]);
}

function evidence(outcomes: readonly StageOutcome[]): string {
  return outcomes.flatMap(({ evidence: lines = [] }) => lines).join("\n");
}

function taskRow({ arn, exitCode, stoppedReason }: Awaited<ReturnType<typeof endedTasks>>[number]): readonly string[] {
  return [arn.split("/").at(-1) ?? "", String(exitCode), stoppedReason];
}

/** Asked as the load balancer asks: by the task's address, whoever signed its certificate. */
function healthz(container: RunningContainer | undefined): Promise<unknown> {
  const options = {
    host: container?.address,
    port: 8443,
    path: "/healthz",
    agent: new Agent({ rejectUnauthorized: false }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(options, (answer) => {
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
