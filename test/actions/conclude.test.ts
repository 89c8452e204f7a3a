/** However a deployment ended, the pull request whose merge it was does not go on saying that it is being deployed. */
import { describe, expect, test } from "vitest";
import { type ConcludeRequest, conclude, concludeFailure } from "../../actions/conclude/conclude.ts";
import { waveKey } from "../../actions/lib/domain/deploy-record.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import type { Records } from "../../actions/lib/ports/records.ts";
import { OpenPulls } from "../fixtures/open-pulls.ts";

const environment = { name: "production" } as Environment;
const waves = [
  { environment: "production", wave: 1, tenants: ["hospital-a"] },
  { environment: "production", wave: 2, tenants: ["hospital-b"] },
];

function outcome(tenant: string): StageOutcome {
  return { tenant, environment: "production", stage: "roll", outcome: "changed", durationMs: 1_000 };
}

/** What waves left behind in the environment's bucket. */
function bucket(objects: Readonly<Record<string, unknown>>): Records {
  return {
    get: async (key) => (key in objects ? { value: objects[key], tag: "1" } : undefined),
    put: async () => "1",
    delete: async () => {},
    list: async (prefix) => Object.keys(objects).filter((key) => key.startsWith(prefix)),
  };
}

function wave(number: number, more: object = {}): Readonly<Record<string, unknown>> {
  const times = { startedAt: `2026-11-27T10:0${number}:00.000Z`, endedAt: `2026-11-27T10:0${number}:30.000Z` };
  const outcomes = [outcome(number === 1 ? "hospital-a" : "hospital-b")];
  return { [waveKey("8812", number)]: { environment: "production", wave: number, ...times, outcomes, ...more } };
}

async function ended(objects: Readonly<Record<string, unknown>>, more: Partial<ConcludeRequest> = {}) {
  const pulls = new OpenPulls().opens(7);
  const conclusion = await conclude(
    {
      ...{
        waves,
        build: "success",
        offboard: "success",
        environments: new Map([["production", environment]]),
        pull: 7,
        event: "push",
      },
      ...{ commit: "c".repeat(40), runId: "8812", runUrl: "https://run" },
      ...more,
    },
    { cells: () => ({ records: bucket(objects) }), view: pulls.view(7) },
  );
  return { conclusion, shown: pulls.now(7)?.state };
}

describe("a deployment", () => {
  test("that came to its end is deployed, with what every wave did and how long it took", async () => {
    const { conclusion, shown } = await ended({ ...wave(1), ...wave(2) });

    expect(conclusion).toEqual({ end: "deployed", notReached: [], untold: [] });
    expect(shown).toMatchObject({ state: "deployed", durationMs: 90_000 });
    expect(shown?.state === "deployed" && shown.outcomes).toHaveLength(2);
  });

  test("that a wave stopped says why, and which wave was not started", async () => {
    const { conclusion, shown } = await ended(wave(1, { stoppedBecause: "hospital-a: exit code 3" }));

    expect(conclusion.notReached).toEqual([waves[1]]);
    expect(shown).toMatchObject({ state: "stopped", wave: 2, waves: 2, because: "hospital-a: exit code 3" });
  });

  test("that was cancelled between two waves says so", async () => {
    expect((await ended(wave(1))).shown).toMatchObject({
      state: "stopped",
      because: "the run was cancelled, or was lost",
    });
  });

  test("that was run again as a whole, and had fewer waves then, is not judged by waves of the first attempt", async () => {
    const failed = { ...outcome("hospital-b"), outcome: "failed" as const, cause: "exit code 3" };
    const first = wave(2, { outcomes: [failed], stoppedBecause: "hospital-b: exit code 3" });
    const again = wave(1, { outcomes: [outcome("hospital-b")], endedAt: "2026-11-27T11:00:00.000Z" });
    const waves = [{ environment: "production", wave: 1, tenants: ["hospital-b"] }];

    const { conclusion, shown } = await ended({ ...again, ...first }, { waves });

    expect(conclusion).toEqual({ end: "deployed", notReached: [], untold: [] });
    expect(shown?.state === "deployed" && shown.outcomes).toEqual([outcome("hospital-b")]);
  });

  test("that was lost in a wave when it was run again is not taken to have come through it in the first attempt", async () => {
    const waves = [{ environment: "production", wave: 1, tenants: ["hospital-b"] }];

    expect((await ended(wave(1), { waves })).conclusion.notReached).toEqual(waves);
  });

  test("whose release could not be built never came to a wave", async () => {
    const { conclusion, shown } = await ended({}, { build: "failure" });

    expect(conclusion.notReached).toEqual(waves);
    expect(shown).toMatchObject({ state: "stopped", wave: 1, because: "a release could not be built" });
  });

  test.for([
    ["could not be removed", "failure", "a tenant whose file is gone could not be removed; the run has its cause"],
    ["was cut off", "cancelled", "the run was cancelled before every tenant whose file is gone was removed"],
  ] as const)("whose tenant without a file %s is not shown as done", async ([, offboard, because]) => {
    const { conclusion, shown } = await ended({}, { waves: [], build: "skipped", offboard });

    expect(conclusion.end).toBe("failed");
    expect(shown).toEqual({ state: "failed", during: "deploying", because });
  });

  test("that left a tenant out says why, and its step fails", async () => {
    const refused = "clinic-a is not deployed: its data is in production";

    const { conclusion, shown } = await ended({ ...wave(1), ...wave(2) }, { refused });

    expect(conclusion).toEqual({ end: "failed", because: refused, notReached: [], untold: [] });
    expect(shown).toEqual({ state: "failed", during: "deploying", because: refused });
    expect(concludeFailure(refused, []).failed).toEqual({ reasonCode: "data-elsewhere", message: refused });
    expect(concludeFailure("", [])).toEqual({});
  });

  test("of which GitHub did not take everything is deployed, and its step fails for what people were not told", async () => {
    const untold = ["hospital-a: it is not settled, and its issue does not say so: Error: Server Error"];

    const { conclusion } = await ended({ ...wave(1, { untold }), ...wave(2) });

    expect(conclusion).toMatchObject({ end: "deployed", untold });
    expect(concludeFailure("", conclusion.untold).failed).toEqual({ reasonCode: "not-told", message: untold[0] });
  });

  test("that a wave stopped says that, whatever became of the removals", async () => {
    const stopped = wave(1, { stoppedBecause: "hospital-a: exit code 3" });
    expect((await ended(stopped, { offboard: "cancelled" })).shown).toMatchObject({ state: "stopped", wave: 2 });
  });

  test("of a group of the merge queue ends in every pull request of the group", async () => {
    const others = new OpenPulls().opens(8).opens(9);
    const alongside = [8, 9].map((pull) => ({ pull, view: others.view(pull) }));

    const { shown } = await ended({ ...wave(1), ...wave(2) }, { alongside });

    for (const state of [shown, others.now(8)?.state, others.now(9)?.state])
      expect(state).toMatchObject({ state: "deployed" });
  });

  test("of a merge that changes no tenant is done", async () => {
    expect((await ended({}, { waves: [] })).shown).toMatchObject({ state: "deployed", outcomes: [] });
  });

  test("started again by hand with nothing to do leaves what the pull request shows", async () => {
    expect((await ended({}, { waves: [], event: "workflow_dispatch" })).shown).toBeUndefined();
  });

  test("of a commit that no pull request was merged as is shown nowhere", async () => {
    const { pull: _none, ...rest } = {
      pull: undefined,
      waves,
      build: "success" as const,
      offboard: "skipped" as const,
    };
    const pulls = new OpenPulls();

    const conclusion = await conclude(
      {
        ...{ ...rest, environments: new Map([["production", environment]]), event: "push" },
        ...{ commit: "c".repeat(40), runId: "8812", runUrl: "https://run" },
      },
      { cells: () => ({ records: bucket(wave(1)) }), view: pulls.view(0) },
    );

    expect(conclusion.end).toBe("stopped");
    expect(pulls.shown.size).toBe(0);
  });
});
