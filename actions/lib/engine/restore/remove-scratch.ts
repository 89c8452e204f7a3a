import { OperatorError } from "../../domain/operator-error.ts";
import { operationTag } from "../../domain/restore-names.ts";
import { waitFor } from "../wait.ts";
import type { InstancePorts } from "./reach-instance.ts";
import { namesOf, type RestoreContext, servingInstance } from "./restore-context.ts";

/** Removes the instance that this operation restored, if it never came to serve. */
export async function removeScratch(context: RestoreContext): Promise<string> {
  const { restored } = namesOf(context);
  const { operation } = context.journal.now();
  return await removeInstance({ id: restored, operation, serving: servingInstance(context) }, context);
}

/**
 * Deletes an instance that was made to be thrown away, and waits until it is gone.
 *
 * @throws OperatorError `not-scratch` for one that serves, is protected, or was not made by this operation
 */
export async function removeInstance(
  scratch: { readonly id: string; readonly operation: string; readonly serving: string },
  { cell, clock, progress }: InstancePorts,
): Promise<string> {
  const { databases } = cell;
  const gone = await waitFor(clock, { everyMs: [5_000, 10_000, 15_000], atMostMs: 2 * 3_600_000 }, async () => {
    const instance = await databases.find(scratch.id);
    if (instance === undefined) return true;
    const ours = instance.tags[operationTag] === scratch.operation && instance.id !== scratch.serving;
    if (!ours || instance.settings.protected) {
      throw new OperatorError(
        "not-scratch",
        `${scratch.id} is not deleted, because it is ${ours ? "protected" : "not of this operation"}`,
      );
    }
    if (instance.status === "deleting") return undefined;
    progress.say(`${scratch.id}: removing`);
    await databases.remove(scratch.id);
    return undefined;
  });
  if (gone === true) return `${scratch.id} is gone`;
  throw new OperatorError(
    "database-slow",
    `${scratch.id} is still being deleted; start this operation again to go on waiting`,
  );
}
