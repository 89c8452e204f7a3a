import type { Clock } from "../../ports/clock.ts";
import type { RunEnd, StartedRun, Workflows } from "../../ports/workflows.ts";
import { waitFor } from "../wait.ts";

/** A job may take longer than whoever waits for it is given; milliseconds. */
const pace = { everyMs: [5_000, 10_000, 15_000], atMostMs: 80 * 60_000 } as const;

/**
 * Waits for the end of a run that a command started.
 *
 * @returns how it ended; `goes on` after 80 minutes, `unknown` where GitHub does not say which run it is
 */
export async function followRun(
  { id }: StartedRun,
  { workflows, clock }: { readonly workflows: Workflows; readonly clock: Clock },
): Promise<RunEnd | "goes on" | "unknown"> {
  if (id === undefined) return "unknown";
  // A look-up that fails says nothing about the run.
  const end = await waitFor(clock, pace, () => workflows.end(id).catch(() => undefined));
  return end ?? "goes on";
}
