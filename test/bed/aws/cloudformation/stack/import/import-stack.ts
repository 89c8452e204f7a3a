import { enter, note, type Work } from "../events.ts";
import { end, runInOrder } from "../operation.ts";
import { failedTo } from "../reasons.ts";
import type { UpdateOrder } from "../update.ts";
import { importResource, settleImports } from "./import-resource.ts";

/**
 * Takes resources that exist over into a stack, new or not, and does nothing else. When one cannot be had, those that were taken
 * over are let go again: nothing outside the stack changes.
 */
export async function importIntoStack(
  work: Work,
  { blueprint, options, imports = new Map() }: UpdateOrder,
): Promise<void> {
  const { stack, world } = work;
  const before = { blueprint: stack.blueprint, options: stack.options };
  stack.blueprint = blueprint;
  stack.options = options;
  stack.updatedAt = world.clock.now();
  enter(work, "IMPORT_IN_PROGRESS", "User Initiated");
  await world.clock.sleep(1000);
  const failed = await runInOrder(
    [...imports.keys()].map((id) => ({ id, after: blueprint.resources.get(id)?.needs ?? new Set<string>() })),
    async (logicalId) => {
      const wanted = imports.get(logicalId);
      const good = wanted === undefined || (await importResource(work, blueprint, wanted));
      if (!good) work.operation.stop.abort();
      return good;
    },
    true,
  );
  end(work, failed.length > 0);
  if (failed.length === 0) {
    settleImports(stack);
    return enter(work, "IMPORT_COMPLETE");
  }
  enter(work, "IMPORT_ROLLBACK_IN_PROGRESS", failedTo("import", failed));
  for (const logicalId of imports.keys()) letGo(work, logicalId);
  stack.blueprint = before.blueprint;
  stack.options = before.options;
  enter(work, "IMPORT_ROLLBACK_COMPLETE");
}

/** The stack forgets a resource that it had taken over, or had begun to. */
function letGo(work: Work, logicalId: string): void {
  const resource = work.stack.resources.get(logicalId);
  if (resource === undefined) return;
  note(work, resource, { status: "IMPORT_ROLLBACK_IN_PROGRESS", reason: "Resource import rollback started." });
  note(work, resource, { status: "IMPORT_ROLLBACK_COMPLETE", reason: "Resource import rollback completed." });
  work.stack.resources.delete(logicalId);
}
