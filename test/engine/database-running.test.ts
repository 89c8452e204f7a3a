import { expect, test } from "vitest";
import { ensureRunning, ensureStopped } from "../../actions/lib/engine/database-running.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

type State = "ready" | "changing" | "stopped" | "failed";

/** An instance that goes through these states, one at each look, and stays in the last. */
function instance(...states: readonly (readonly [State, string])[]) {
  const left = [...states];
  const asked: string[] = [];
  const next = (): { readonly state: State; readonly status: string } => {
    const [state, status] = (left.length > 1 ? left.shift() : left[0]) ?? (["failed", "gone"] as const);
    return { state, status };
  };
  const ask = (what: string) => async () => {
    asked.push(what);
    return "taken" as const;
  };
  const databases = { find: async () => next(), start: ask("start"), stop: ask("stop") };
  return { asked, ports: { databases, clock: skippingClock(), progress: { say: () => {} } } };
}

test("one that runs is stopped, and waited for until it stands still", async () => {
  const { asked, ports } = instance(["ready", "available"], ["changing", "stopping"], ["stopped", "stopped"]);
  await ensureStopped("mate-clinic-x-production", ports);
  expect(asked).toEqual(["stop"]);
  expect(await ports.databases.find()).toEqual({ state: "stopped", status: "stopped" });
});

test("one that failed on the way is not taken for one that stands still", async () => {
  const { ports } = instance(["ready", "available"], ["failed", "storage-full"]);
  await expect(ensureStopped("mate-clinic-x-production", ports)).rejects.toMatchObject({
    reasonCode: "database-failed",
    message: expect.stringContaining("mate-clinic-x-production is storage-full"),
  });
});

test("one that never comes up is given up with RDS's own word for it", async () => {
  const { ports } = instance(["stopped", "stopped"], ["changing", "starting"]);
  await expect(ensureRunning("mate-clinic-x-production", async () => {}, ports)).rejects.toMatchObject({
    reasonCode: "database-slow",
    message: expect.stringContaining("still starting"),
  });
});
