/** What the pull request shows while its deployment is under way. */
import { expect, test } from "vitest";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { recordWave, type ShownWave, showDeployment } from "../../actions/settle/show-deployment.ts";
import { telling } from "../../actions/settle/telling.ts";
import { memoryRecords } from "../fixtures/memory-records.ts";
import { OpenPulls } from "../fixtures/open-pulls.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

function rolled(tenant: string, outcome: "changed" | "failed"): StageOutcome {
  const cause = outcome === "failed" ? { cause: "exit code 3" } : {};
  return { tenant, environment: "production", stage: "roll", outcome, durationMs: 1_000, ...cause };
}

test("a tenant that failed in a later wave of a run's first attempt, and got through in an earlier one of its second, is shown as through", async () => {
  const pulls = new OpenPulls().opens(7);
  const clock = skippingClock();
  const ports = {
    ...{ records: memoryRecords(), view: pulls.view(7), clock },
    telling: telling({ clock, progress: { say: () => {} } }),
  };
  const shown = async (wave: Pick<ShownWave, "wave" | "waves" | "outcomes">): Promise<unknown> => {
    const run = { pull: 7, commit: "c".repeat(40), environment: "production", runId: "88", runUrl: "https://run" };
    await recordWave({ ...run, ...wave }, ports);
    await showDeployment({ ...run, ...wave }, ports);
    return pulls.now(7)?.state;
  };
  await shown({ wave: 1, waves: 2, outcomes: [rolled("hospital-a", "changed")] });
  await shown({ wave: 2, waves: 2, outcomes: [rolled("hospital-b", "failed")] });

  const again = await shown({ wave: 1, waves: 1, outcomes: [rolled("hospital-b", "changed")] });

  expect(again).toMatchObject({ state: "deployed", outcomes: [rolled("hospital-b", "changed")] });
});
