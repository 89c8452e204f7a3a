/** What is true is recorded, whatever GitHub is able to show of it; and what nobody was told of yet is told. */
import { beforeEach, expect, test } from "vitest";
import type { DesiredTenant } from "../../actions/lib/domain/desired.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { settledFingerprints } from "../../actions/lib/domain/settled.ts";
import type { Deployments } from "../../actions/lib/ports/deployments.ts";
import { settle } from "../../actions/settle/settle.ts";
import { memoryRecords } from "../fixtures/memory-records.ts";
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
  await settle(
    {
      outcomes: tenants.map(({ tenant }) => ({
        ...{ tenant: tenant.name, environment: "production", stage: "roll", outcome, durationMs: 1 },
      })),
      ...{ commit: "c0ffee0", operation: "deploy-88-1", actor: "alice", runUrl: "https://run" },
    },
    {
      cell: { environment, records, stacks: {} as never },
      ...{ platform: {}, tenants, clock: skippingClock(), progress: { say: (line) => void said.push(line) } },
    },
    { issues: keptIssues().issues, deployments: { record }, writeIssue: () => ({ title: "", body: "" }) },
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
