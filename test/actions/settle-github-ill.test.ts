/** What is true is recorded, whatever GitHub is able to show of it; and what nobody was told of yet is told. */
import { beforeEach, describe, expect, test } from "vitest";
import { unsettledKey, waveKey } from "../../actions/lib/domain/deploy-record.ts";
import type { DesiredTenant } from "../../actions/lib/domain/desired.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { settledFingerprints } from "../../actions/lib/domain/settled.ts";
import type { Deployments } from "../../actions/lib/ports/deployments.ts";
import type { Issues } from "../../actions/lib/ports/issues.ts";
import { type CloseWavePorts, closeWave } from "../../actions/settle/close-wave.ts";
import { settle } from "../../actions/settle/settle.ts";
import { telling } from "../../actions/settle/telling.ts";
import { memoryRecords } from "../fixtures/memory-records.ts";
import { OpenPulls } from "../fixtures/open-pulls.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";
import { keptIssues } from "../fixtures/watched-cell.ts";

let records = memoryRecords();
const said: string[] = [];
beforeEach(() => {
  records = memoryRecords();
  said.length = 0;
});

async function settled(outcome: StageOutcome["outcome"], record: Deployments["record"]): Promise<readonly string[]> {
  const environment = { name: "production", domain: "mate.example.com" } as unknown as Environment;
  const tenants = ["a", "b"].map(
    (name) => ({ tenant: { name }, environment, release: "v1.5.0", fingerprint: "f1" }) as unknown as DesiredTenant,
  );
  const clock = skippingClock();
  const progress = { say: (line: string) => void said.push(line) };
  await settle(
    {
      outcomes: tenants.map(({ tenant }) => ({
        ...{ tenant: tenant.name, environment: "production", stage: "roll", outcome, durationMs: 1 },
      })),
      ...{ commit: "c0ffee0", operation: "deploy-88-1", actor: "alice", runUrl: "https://run" },
    },
    {
      cell: { environment, records, stacks: {} as never },
      ...{ platform: {}, tenants, clock, progress },
    },
    {
      ...{ issues: keptIssues().issues, deployments: { record }, writeIssue: () => ({ title: "", body: "" }) },
      telling: telling({ clock, progress }),
    },
  );
  return [...settledFingerprints(await records.list("settled/")).keys()];
}

test("while GitHub takes no deployments every tenant counts as settled, and the log says what is not shown", async () => {
  const ill: Deployments["record"] = async ({ environment }) => {
    if (environment === "a-production") throw new Error("Server Error");
  };

  expect(await settled("changed", ill)).toEqual(["a", "b"]);
  expect(said).toEqual([expect.stringContaining("a: its deployment is not shown on GitHub: Error: Server Error")]);
});

test("what a lost run had done is unchanged for the next one, which tells of it all the same, and only once", async () => {
  const shown: string[] = [];
  const record: Deployments["record"] = async ({ environment }) => void shown.push(environment);

  await settled("unchanged", record);
  await settled("unchanged", record);

  expect(shown.toSorted()).toEqual(["a-production", "b-production"]);
});

describe("while GitHub fails, a wave whose tenants are healthy on AWS lets the next one start", () => {
  /** Closes the only wave of a run; hospital-b crashed, which the failure budget allows. */
  async function closed(github: Partial<Pick<CloseWavePorts, "issues" | "view" | "pulls">>) {
    const clock = skippingClock();
    const progress = { say: (line: string) => void said.push(line) };
    const rollout = { failureBudget: { count: 1, mode: "soft" } };
    const environment = { name: "production", domain: "mate.example.com", rollout } as unknown as Environment;
    const tenants = ["hospital-a", "hospital-b"].map(
      (name) => ({ tenant: { name }, environment, release: "v1.5.0", fingerprint: "f1" }) as unknown as DesiredTenant,
    );
    return await closeWave(
      {
        outcomes: [outcomeOf("hospital-a", "changed"), outcomeOf("hospital-b", "failed")],
        ...{ commit: "c0ffee0", operation: "deploy-88-1", actor: "alice", runUrl: "https://run" },
        ...{ runId: "88", runAttempt: 1, wave: 1, waves: 2 },
      },
      { cell: { environment, records, stacks: {} as never }, platform: {}, tenants, clock, progress },
      {
        ...{ issues: keptIssues().issues, view: { show: async () => {} }, pulls: new OpenPulls(), pull: 7 },
        ...{ deployments: { record: async () => {} }, writeIssue: () => ({ title: "", body: "" }) },
        telling: telling({ clock, progress }),
        ...github,
      },
    );
  }

  const outcomeOf = (tenant: string, outcome: StageOutcome["outcome"]): StageOutcome => ({
    ...{ tenant, environment: "production", stage: "apply", outcome, durationMs: 1, cause: "crashed" },
    ...(outcome === "changed" && { stage: "roll" }),
  });
  const fails = async (): Promise<never> => {
    throw new Error("Server Error");
  };
  const recorded = (): unknown => records.all.get(waveKey("88", 1))?.value;

  test("an issue that cannot be opened is named, and left for the end of the run to fail for", async () => {
    const { stoppedBecause, untold } = await closed({ issues: { ...keptIssues().issues, open: fails } });

    const missing = "hospital-b: it is not settled, and its issue does not say so: Error: Server Error";
    expect({ stoppedBecause, untold }).toEqual({ stoppedBecause: undefined, untold: [missing] });
    expect(recorded()).toMatchObject({ untold: [missing] });
    expect(records.all.get(unsettledKey("hospital-b"))?.value).toMatchObject({ cause: "crashed" });
    expect([...settledFingerprints(await records.list("settled/")).keys()]).toEqual(["hospital-a"]);
  });

  test("one that can be opened at the second try is not missing", async () => {
    const kept = keptIssues();
    let tries = 0;
    const open: Issues["open"] = async (issue) => (++tries === 1 ? await fails() : await kept.issues.open(issue));

    expect((await closed({ issues: { ...kept.issues, open } })).untold).toEqual([]);
    expect(kept.all.size).toBe(1);
  });

  test("an issue that cannot be closed does not keep its tenant unsettled", async () => {
    await records.put(unsettledKey("hospital-a"), { since: "2026-11-26T00:00:00Z", history: [] });

    const { untold } = await closed({ issues: { ...keptIssues().issues, find: fails } });

    expect(untold).toContainEqual(expect.stringContaining("hospital-a: it is settled, and its issue is still open"));
    expect(records.all.has(unsettledKey("hospital-a"))).toBe(false);
  });

  test("a comment that cannot be written is shown by the job that concludes the deployment", async () => {
    expect(await closed({ view: { show: fails } })).toMatchObject({ untold: [] });
    expect(said).toEqual(["#7 does not show wave 1: Error: Server Error"]);
  });

  test("pull requests that could not be told that their plan is stale are named in the record of the wave as well", async () => {
    const pulls = new OpenPulls().opens(8);
    pulls.open = fails;

    const { stoppedBecause, untold } = await closed({ pulls });

    expect(stoppedBecause).toBeUndefined();
    expect(untold).toEqual([expect.stringContaining("whose plan does not hold any more")]);
    expect(recorded()).toMatchObject({ untold });
  });
});

test("a GitHub that takes nothing is not asked for ever: hundreds of tenants are settled within minutes", async () => {
  const clock = skippingClock();
  const { tell, untold } = telling({ clock, progress: { say: () => {} } });
  const began = clock.now().getTime();

  for (let tenant = 1; tenant <= 500; tenant++)
    await tell(`tenant ${tenant}`, async () => {
      await clock.sleep(180_000);
      throw new Error("secondary rate limit");
    });

  expect(untold()).toHaveLength(500);
  expect(clock.now().getTime() - began).toBeLessThan(15 * 60_000);
});
