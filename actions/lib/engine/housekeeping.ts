/** Lists what an environment has, removes what may go, and says what it did. */
import { clusterName } from "../domain/environment-names.ts";
import { type Listed, type Removal, removals } from "../domain/housekeeping.ts";
import { serviceOrder } from "../domain/service.ts";
import { stackCondition } from "../domain/stack.ts";
import type { Tenant } from "../domain/tenant.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { Inventory } from "../ports/inventory.ts";
import { together } from "./together.ts";

export type KeptFleet = Fleet<"records" | "services"> & { readonly cell: { readonly inventory: Inventory } };

export interface Removed extends Removal {
  /** `kept` if it was not what it was listed as any more. */
  readonly outcome: "removed" | "kept";
}

const atOnce = 4;

/** What is done with what is found: nothing, or it goes, once `begin` has written down what is going to. */
export type HousekeepingMode = "look" | { readonly begin: (going: readonly Removal[]) => Promise<void> };

/** @param declared all tenants of the default branch, of every environment */
export async function housekeeping(
  fleet: KeptFleet,
  declared: readonly Tenant[],
  mode: HousekeepingMode,
): Promise<readonly Removed[]> {
  const { cell, clock, progress } = fleet;
  const found = removals(await list(fleet), { environment: cell.environment, declared, now: clock.now() });
  if (mode !== "look" && found.length > 0) await mode.begin(found);
  const done: Removed[] = [];
  // One after the other: nobody waits for this, and each is looked at before it goes.
  for (const removal of found) {
    const goes = mode !== "look" && (await remove(removal, fleet));
    progress.say(`${goes ? "removed" : "kept"} ${removal.what} ${removal.name}: ${removal.because}`);
    done.push({ ...removal, outcome: goes ? "removed" : "kept" });
  }
  return done;
}

async function list({ cell, tenants }: KeptFleet): Promise<Listed> {
  const { inventory, records, services, environment } = cell;
  const names = tenants.flatMap(({ stack }) => serviceOrder.map((role) => `${stack.name}-${role}`));
  const families = [...names, ...tenants.map(({ stack }) => `${stack.name}-migrate`)];
  const ours = (await inventory.stacks()).filter(({ name }) => name.startsWith("mate-"));
  const [stacks, snapshots, revisions, running, leases] = await Promise.all([
    together(ours, atOnce, async (stack) => ({ ...stack, changeSets: await inventory.changeSets(stack.name) })),
    inventory.snapshots(),
    together(families, atOnce, (family) => inventory.revisions(family)),
    services.find(clusterName(environment), names),
    leasesOf(records),
  ]);
  return {
    ...{ stacks, snapshots, leases },
    families: revisions,
    referenced: new Set(running.map(({ taskDefinition }) => taskDefinition)),
  };
}

async function leasesOf(records: KeptFleet["cell"]["records"]): Promise<Listed["leases"]> {
  const keys = await records.list("leases/");
  return (
    await together(keys, 16, async (key) => {
      const value = (await records.get(key))?.value as
        | { readonly tenant?: string; readonly until?: string }
        | undefined;
      const until = new Date(value?.until ?? Number.NaN);
      return value?.tenant === undefined || Number.isNaN(until.getTime()) ? [] : [{ key, tenant: value.tenant, until }];
    })
  ).flat();
}

/** @returns whether it went */
async function remove({ what, id, name }: Removal, { cell }: KeptFleet): Promise<boolean> {
  switch (what) {
    case "change set":
      await cell.stacks.deleteChangeSet(id);
      return true;
    case "shell": {
      const [stack, resources] = await Promise.all([cell.stacks.find(name), cell.stacks.resources(id)]);
      if (stack?.id !== id || stackCondition(stack.status).kind !== "shell" || resources.length > 0) return false;
      await cell.stacks.delete(id, `housekeeping-${id.split("/").at(-1)?.slice(0, 36)}`);
      return true;
    }
    case "snapshot":
      await cell.inventory.deleteSnapshot(id);
      return true;
    case "revision":
      await cell.inventory.deregister(id);
      return true;
    case "lease":
      await cell.records.delete(id);
      return true;
  }
}
