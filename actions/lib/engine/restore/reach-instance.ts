/** Waits for what RDS does in the background, and asks again for what it would not take yet. */
import { OperatorError } from "../../domain/operator-error.ts";
import type { DatabaseInstance } from "../../domain/restore-database.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Progress } from "../../ports/progress.ts";
import type { RestoreCell } from "../../ports/restore-cell.ts";
import { waitFor } from "../wait.ts";

export interface InstancePorts {
  readonly cell: Pick<RestoreCell, "databases">;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** RDS shows progress in minutes. */
const everyMs = [5_000, 10_000, 15_000] as const;

/**
 * Looks at an instance until it is what is wanted; one that stands still is started. `act` is called whenever it is ready but not that, and
 * says whether it is; it may ask RDS for something, which is then waited for.
 *
 * @param wanted.find looks it up; not found is waited through, as after a rename
 * @throws OperatorError `database-failed`, `database-slow` with RDS's own word
 */
export async function reach(
  wanted: {
    readonly what: string;
    readonly find: () => Promise<DatabaseInstance | undefined>;
    readonly act: (instance: DatabaseInstance) => Promise<"reached" | "not yet">;
    readonly atMostMs: number;
  },
  { cell, clock, progress }: InstancePorts,
): Promise<DatabaseInstance> {
  let status = "unknown";
  const reached = await waitFor(clock, { everyMs, atMostMs: wanted.atMostMs }, async () => {
    const instance = await wanted.find();
    if (instance === undefined) return undefined;
    if (instance.status !== status) progress.say(`${wanted.what}: ${instance.id} is ${instance.status}`);
    status = instance.status;
    switch (instance.state) {
      case "ready":
        return (await wanted.act(instance)) === "reached" ? instance : undefined;
      case "changing":
        return undefined;
      case "stopped":
        // Whoever stopped it did not know of this; nothing can be done with it as long as it stands still.
        await cell.databases.start(instance.id);
        return undefined;
      case "failed":
        throw new OperatorError(
          "database-failed",
          `${instance.id} is ${instance.status}; the RDS console's events say why`,
        );
    }
  });
  if (reached !== undefined) return reached;
  throw new OperatorError(
    "database-slow",
    `${wanted.what} did not come about within ${Math.round(wanted.atMostMs / 60_000)} minutes (last seen: ${status}); start this operation again to go on waiting`,
  );
}

/** Waits until an instance has a name, renaming it if need be; the instance is known by its resource id all the while. */
export async function reachName(
  wanted: { readonly resource: string; readonly name: string; readonly protect: boolean },
  ports: InstancePorts,
): Promise<DatabaseInstance> {
  const { databases } = ports.cell;
  return await reach(
    {
      what: `renaming to ${wanted.name}`,
      find: () => databases.findResource(wanted.resource),
      act: async ({ id }) => {
        if (id === wanted.name) return "reached";
        await databases.rename(id, wanted.name, wanted.protect);
        return "not yet";
      },
      atMostMs: 40 * 60_000,
    },
    ports,
  );
}
