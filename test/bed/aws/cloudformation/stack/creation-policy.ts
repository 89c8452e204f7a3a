import type { DeclaredResource } from "../blueprint.ts";
import { isSection, type Value } from "../template/value.ts";
import type { Work } from "./events.ts";
import { Cancelled, ResourceFailure } from "./failure.ts";
import { waitOrStop } from "./operation.ts";
import { signalsOf } from "./signals.ts";

/** Seconds of bed time between looks. */
const POLL = 1;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html */
const USUAL_TIMEOUT = "PT5M";

interface Expected {
  readonly count: number;
  readonly seconds: number;
  /** Of all signals, how many must be good ones. */
  readonly percent: number;
}

/**
 * Waits until a resource with a creation policy has been signalled as often as the policy asks for. Without one it does nothing.
 *
 * @throws ResourceFailure when too many signals report failure, or too few come in time
 * @throws Cancelled if the operation is stopped meanwhile
 */
export async function awaitSignals(work: Work, { creationPolicy, logicalId }: DeclaredResource): Promise<void> {
  const expected = expectedSignals(creationPolicy);
  if (expected === undefined) return;
  const { count, seconds, percent } = expected;
  const { succeeded, failed } = signalsOf(work.world, work.stack.id, logicalId);
  const deadline = work.world.clock.now() + seconds * 1000;
  const wanted = Math.ceil((count * percent) / 100);
  while (succeeded.size + failed.size < count || succeeded.size < wanted) {
    if (failed.size > count - wanted)
      throw new ResourceFailure(
        `Received ${failed.size} FAILURE signal(s) out of ${count}. Unable to satisfy ${percent}% MinSuccessfulInstancesPercent requirement`,
      );
    if (work.world.clock.now() >= deadline)
      throw new ResourceFailure(
        `Failed to receive ${count - succeeded.size - failed.size} resource signal(s) within the specified duration`,
      );
    if (await waitOrStop(work, POLL)) throw new Cancelled();
  }
}

function expectedSignals(policy: Value | undefined): Expected | undefined {
  if (!isSection(policy)) return undefined;
  const { ResourceSignal: signal, AutoScalingCreationPolicy: scaling } = policy;
  if (!isSection(signal)) return undefined;
  return {
    count: Number(signal.Count ?? 1),
    seconds: secondsOf(String(signal.Timeout ?? USUAL_TIMEOUT)),
    percent: isSection(scaling) ? Number(scaling.MinSuccessfulInstancesPercent ?? 100) : 100,
  };
}

/** A duration as ISO 8601 writes it (`PT1H30M`), in seconds. */
function secondsOf(duration: string): number {
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration);
  if (parts === null) throw new ResourceFailure(`Invalid Timeout ${duration} specified in the CreationPolicy`);
  const [, hours = "0", minutes = "0", seconds = "0"] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
