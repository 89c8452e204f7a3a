import { OperatorError } from "../lib/domain/operator-error.ts";
import { type FailOn, judgeScan, type ScanState, type ScanVerdict } from "../lib/domain/scan.ts";
import { waitFor } from "../lib/engine/wait.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Candidates } from "../lib/ports/images.ts";
import type { Progress } from "../lib/ports/progress.ts";

/** How long findings may take. A scan on push takes one to three minutes of a common image; Inspector can queue. */
const atMostMs = 15 * 60_000;
const everyMs = [1_000, 2_000, 5_000, 10_000];

/**
 * Waits for the scan of an image and holds it against the environment's threshold. No findings because nothing scanned is not the
 * same as nothing found: where a threshold is set, an image that was not scanned is not released.
 *
 * @throws OperatorError `scan-refused`, or `scan-missing` where there is no result to judge
 */
export async function scanGate(
  image: { readonly repository: string; readonly digest: string; readonly failOn: FailOn },
  {
    candidates,
    clock,
    progress,
  }: { readonly candidates: Candidates; readonly clock: Clock; readonly progress: Progress },
): Promise<ScanVerdict> {
  const { repository, digest, failOn } = image;
  if (failOn === "never") return { verdict: "not-asked" };
  let last: ScanState["state"] = "none";
  const end = await waitFor(clock, { everyMs, atMostMs }, async () => {
    const scan = await candidates.scan(repository, digest);
    last = scan.state;
    return scan.state === "done" || scan.state === "impossible" ? scan : undefined;
  });
  const minutes = atMostMs / 60_000;
  if (end === undefined) throw missing(lateBecause(last, repository, minutes));
  if (end.state === "impossible") {
    throw missing(
      `ECR cannot scan ${repository}: ${end.reason}; choose a base image it knows, or set imageScan.failOn to never in the environment file`,
    );
  }
  const verdict = judgeScan(end, failOn);
  if (verdict.verdict === "refused") {
    throw new OperatorError(
      "scan-refused",
      `${repository} has ${verdict.because}; release a version without, or raise imageScan.failOn in the environment file`,
    );
  }
  progress.say(`${repository} passed the scan`);
  return verdict;
}

function lateBecause(last: ScanState["state"], repository: string, minutes: number): string {
  return last === "running"
    ? `the scan of ${repository} did not end within ${minutes} minutes; run this again, the build is cached`
    : `nothing scanned ${repository} within ${minutes} minutes; turn on scanning of its ECR repository, or set imageScan.failOn to never in the environment file`;
}

function missing(message: string): OperatorError {
  return new OperatorError("scan-missing", message);
}
