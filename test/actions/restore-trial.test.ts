import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RestoreRecord } from "../../actions/lib/domain/restore-record.ts";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { type RestoreStage, startRestoreStage } from "../fixtures/restore-stage.ts";

const trial = `name: practice-t
displayName: Practice T
tier: trial
environment: production
contact: office@practice.net
redis: { index: 3 }
`;
const shared = "mate-trial-production";

let stage: RestoreStage;
beforeAll(async () => {
  stage = await startRestoreStage({ "tenants/practice-t.yml": trial }, true);
  await stage.sleep(20 * 60_000);
}, 120_000);
afterAll(() => stage?.stop());

function ask(mode: "dry-run" | "execute" | "undo" | "abort" | "discard", run: string, operation?: string) {
  const asked = { id: run, url: `https://run/${run}`, actor: "alice", startedBy: "alice" };
  return stage.restore({ tenant: "practice-t", mode, run: asked, ...(operation !== undefined && { operation }) });
}

async function carriedOut(...asked: Parameters<typeof ask>): Promise<RestoreRecord> {
  const outcome = await ask(...asked);
  if (outcome.outcome === "stopped") throw outcome.failure;
  if (outcome.outcome !== "carried-out") throw new Error(outcome.outcome);
  return outcome.record;
}

interface RanTask {
  readonly definition: {
    readonly family: string;
    readonly containerDefinitions: readonly {
      readonly entryPoint?: readonly string[];
      readonly environment: readonly { readonly name: string; readonly value: string }[];
      readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
    }[];
  };
}

/** The one-off tasks of the provisioning family that ran since the log was cleared, by what they were told. */
async function programs(): Promise<readonly Readonly<Record<string, string>>[]> {
  const ran = stage.aws.calls.all().filter(({ operation, outcome }) => operation === "RunTask" && outcome === "ok");
  const definitions = await Promise.all(
    ran.map(async ({ input }) => {
      const { taskDefinition } = input as { readonly taskDefinition: string };
      const { taskDefinition: definition } = await stage.invoke<{ taskDefinition: RanTask["definition"] }>(
        "ecs",
        "DescribeTaskDefinition",
        { taskDefinition },
      );
      return definition;
    }),
  );
  return definitions
    .filter(({ family }) => family.endsWith("-provision"))
    .map(({ containerDefinitions: [container] }) =>
      Object.fromEntries([
        ...(container?.environment ?? []).map(({ name, value }) => [name, value] as const),
        ...(container?.secrets ?? []).map(({ name, valueFrom }) => [name, valueFrom] as const),
      ]),
    );
}

/** Calls that could touch anybody's data on the shared instance. */
function changesOfShared() {
  return stage.aws.calls
    .all()
    .filter(({ service, operation }) => service === "rds" && !/^(Describe|List)/.test(operation))
    .filter(({ input }) => (input as { readonly DBInstanceIdentifier?: string }).DBInstanceIdentifier === shared);
}

let operation = "";

describe("a trial's database", { timeout: 120_000 }, () => {
  test("is copied out of a copy of the shared instance and swapped there by name; the instance and its neighbours stay as they are", async () => {
    const before = await stage.instance(shared);
    stage.aws.calls.clear();

    const record = await carriedOut("execute", "11");

    operation = record.operation;
    expect(record.state).toBe("done");
    expect(record.steps.map(({ step }) => step).join(" ")).toBe(
      "restore-beside verify suspend copy-database swap-databases forget-queue migrate resume remove-copy",
    );
    const after = await stage.instance(shared);
    expect(after).toEqual({ ...before, LatestRestorableTime: after?.LatestRestorableTime });
    expect(changesOfShared()).toEqual([]);
    const [copied, swapped, ...more] = await programs();
    expect(more).toEqual([]);
    expect(copied).toMatchObject({
      DATABASE_NAME: "mate_practice_t",
      RESTORED_NAME: "mate_practice_t__restore",
      PGHOST: before?.Endpoint?.Address,
    });
    expect(copied?.COPY_HOST).toMatch(/^mate-practice-t-production-r\d{14}\./);
    expect(copied?.DATABASE_PASSWORD).toContain(":secret:mate/production/practice-t/database");
    expect(swapped).toMatchObject({ DATABASE_NAME: "mate_practice_t", NEXT_NAME: "mate_practice_t__restore" });
    expect(swapped?.AWAY_NAME).toMatch(/^mate_practice_t_old_\d{14}$/);
  });

  test("leaves no copy of the shared instance, and the tenant runs as before", async () => {
    expect((await stage.instances()).map((one) => one.DBInstanceIdentifier)).toEqual([shared]);
    expect((await stage.services("practice-t")).map(({ running }) => running)).toEqual([1, 1, 1]);
  });

  test("undo swaps the two names back", async () => {
    stage.aws.calls.clear();

    expect((await carriedOut("undo", "12", operation)).state).toBe("undone");

    const [back, ...more] = await programs();
    expect(more).toEqual([]);
    expect(back?.NEXT_NAME).toMatch(/^mate_practice_t_old_\d{14}$/);
    expect(back?.AWAY_NAME).toMatch(/^mate_practice_t_undone_\d{14}$/);
    expect(changesOfShared()).toEqual([]);
  });

  test("discarded, the database that was put away is dropped and no other", async () => {
    stage.aws.calls.clear();

    expect((await carriedOut("discard", "121", operation)).state).toBe("discarded");

    const [dropped, ...more] = await programs();
    expect(more).toEqual([]);
    expect(dropped?.RESTORED_NAME).toMatch(/^mate_practice_t_undone_\d{14}$/);
    expect(changesOfShared()).toEqual([]);
  });

  test("a copy that fails stops it, says why, and can be thrown away with the tenant running again", async () => {
    behaves(
      stage.aws.world,
      { family: "practice-t-production-provision" },
      { exitCode: 1, lines: ["pg_dump: error: password authentication failed"] },
    );

    const outcome = await ask("execute", "13");

    expect(outcome.outcome === "stopped" && outcome.failure.message).toContain("password authentication failed");
    expect((await stage.services("practice-t")).map(({ running }) => running)).toEqual([0, 0, 0]);
    behaves(stage.aws.world, { family: "practice-t-production-provision" }, {});
    const failed = outcome.outcome === "stopped" ? outcome.record.operation : "";

    expect((await carriedOut("abort", "14", failed)).state).toBe("aborted");

    expect((await stage.instances()).map((one) => one.DBInstanceIdentifier)).toEqual([shared]);
    expect((await stage.services("practice-t")).map(({ running }) => running)).toEqual([1, 1, 1]);
  });
});
