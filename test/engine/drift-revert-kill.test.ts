import { afterAll, beforeAll, expect, test } from "vitest";
import { planRevert, revert } from "../../actions/drift/revert.ts";
import { cellRecords } from "../../actions/lib/adapters/aws/cell-records.ts";
import { cellStacks } from "../../actions/lib/adapters/aws/cell-stacks.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";
import { dyingCalls, Killed } from "../fixtures/dying-calls.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { connectionTo } from "../fixtures/watched-cell.ts";

const operators = "[{ user: alice, verbs: all, tiers: all }]";
const files = () => smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x") }, "v1.4.0", operators);
const Bucket = "mate-clinic-x-production-data";
let stage: Rehearsal;
let runs = 500;
beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  const outcomes = await stage.deploy(files());
  expect(outcomes.map(({ cause }) => cause)).toEqual([undefined, undefined, undefined]);
}, 120_000);
afterAll(() => stage.stop());

const request = (run: string, reviewed: string) => ({
  ...{ declarations: stage.declarations(files()), known: [], tenant: "clinic-x", confirm: "clinic-x", reviewed },
  run: { id: run, url: `https://run/${run}`, actor: "alice", startedBy: "alice" },
});

function ports(last?: Parameters<typeof dyingCalls>[0]) {
  const dying = dyingCalls(last);
  const cells = (environment: Environment) => {
    const connection = { ...connectionTo(stage, environment), calls: dying.calls };
    return { environment, stacks: cellStacks(connection), records: cellRecords(connection) };
  };
  return {
    made: dying.made,
    ports: {
      ...{ cells, clock: stage.clock, progress: { say: () => {} } },
      people: { find: async (login: string) => ({ login, permission: "write" as const, teams: [] }) },
      approvals: { of: async () => [] },
      holders: { state: async () => "unknown" as const },
    },
  };
}

/** Somebody's doing, and the digest of what a look at it shows. */
async function drifted(): Promise<string> {
  await stage.invoke("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Suspended" } });
  const { plan } = await planRevert(request("1", ""), ports().ports);
  return plan?.digest ?? "";
}

async function attempt(run: string, reviewed: string, last?: Parameters<typeof dyingCalls>[0]) {
  const process = ports(last);
  try {
    const { outcome } = await revert(request(run, reviewed), process.ports);
    return { outcome, made: process.made };
  } catch (error) {
    // A machine that stood still for as long as a lease lasts lets it go, which is another way to die.
    const lost = error instanceof OperatorError && error.reasonCode === "lease-lost";
    if (error instanceof Killed || lost) return { outcome: "killed" as const, made: process.made };
    throw error;
  }
}

test("killed at any call and started again, a revert ends as if nothing had happened, and is told in the journal once", async () => {
  const whole = await attempt(String(++runs), await drifted());
  expect(whole.outcome).toBe("reverted");
  expect(whole.made.filter((call) => call.includes("ExecuteChangeSet"))).toHaveLength(1);

  for (let call = 1; call <= whole.made.length; call += 1) {
    const when = call % 2 === 0 ? ("before-effect" as const) : ("after-effect" as const);
    const run = String(++runs);
    const reviewed = await drifted();
    const killed = await attempt(run, reviewed, { call, when });
    // Signs of life of the lease are calls too, and how many there are is chance.
    if (killed.outcome !== "killed") {
      expect(call, `not killed at call ${call}`).toBeGreaterThan(whole.made.length - 3);
      continue;
    }

    const again = await attempt(run, reviewed);

    expect(["reverted", "unchanged"], `${call} ${when} ${killed.made.at(-1)}`).toContain(again.outcome);
    const { Status } = await stage.invoke<{ Status?: string }>("s3", "GetBucketVersioning", { Bucket });
    expect(Status).toBe("Enabled");
    const operation = `op-v${BigInt(run).toString(36)}`;
    const keys = (await stage.cell(stage.production(files())).records.list("journal/")).filter((key) =>
      key.includes(operation),
    );
    expect(keys.filter((key) => key.includes("-begun-"))).toHaveLength(1);
    expect(keys.length, keys.join()).toBeGreaterThanOrEqual(2);
    expect(await stage.due(files())).toMatchObject({ waves: [] });
  }
}, 240_000);
