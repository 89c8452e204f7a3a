import { AwsError } from "../../kernel.ts";
import type { DeclaredResource } from "../blueprint.ts";
import type { Work } from "./events.ts";
import { cloudFormationFaults, type FaultPhase } from "./faults.ts";
import { waitOrStop } from "./operation.ts";
import { handlerFailure } from "./reasons.ts";

/** A failure whose message is the event's reason as it stands. */
export class ResourceFailure extends Error {}
/** The operation was stopped while the resource was under way. */
export class Cancelled extends Error {}

/**
 * Lets a planned failure strike.
 *
 * @throws ResourceFailure if one is due
 */
export async function strike(work: Work, logicalId: string, phase: FaultPhase): Promise<void> {
  const fault = cloudFormationFaults(work.world).strike({ stack: work.stack.name, logicalId, phase });
  if (fault === undefined) return;
  await work.world.clock.sleep((fault.afterSeconds ?? 0) * 1000);
  throw new ResourceFailure(fault.message);
}

/**
 * Waits for the rest of the time that the type usually takes; not at all in express mode.
 *
 * @throws Cancelled if the operation is stopped meanwhile
 */
export async function finish(work: Work, seconds: number, began: number): Promise<void> {
  const left = work.operation.express ? 0 : seconds - (work.world.clock.now() - began) / 1000;
  if (await waitOrStop(work, left)) throw new Cancelled();
}

/** The reason that the event of a failed resource gives. */
export function reasonOf(
  work: Work,
  cause: unknown,
  {
    declared,
    verb,
  }: { readonly declared: DeclaredResource; readonly verb: "creation" | "update" | "deletion" | "import" },
): string {
  if (cause instanceof Cancelled) return `Resource ${verb} cancelled`;
  if (cause instanceof ResourceFailure) return cause.message;
  if (cause instanceof AwsError) {
    const properties = work.stack.resources.get(declared.logicalId)?.properties ?? {};
    return handlerFailure(cause, { world: work.world, type: declared.type, properties });
  }
  throw cause;
}
