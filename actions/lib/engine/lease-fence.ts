/** Parts of a cell that ask for the lease before every call that changes something. */

import type { DatabasePower } from "../ports/database-power.ts";
import type { Services } from "../ports/services.ts";
import type { Stacks } from "../ports/stacks.ts";
import type { Tasks } from "../ports/tasks.ts";
import type { HeldLease } from "./lease.ts";

/** The calls that change something of a tenant. */
const changing = {
  services: ["register", "create", "update", "setCount", "remove", "stopDeployment", "scale", "unscale"],
  tasks: ["run", "stop"],
  databases: ["stop", "start"],
  stacks: [
    ...(["createChangeSet", "deleteChangeSet", "discardChangeSet", "sweepChangeSets", "executeChangeSet"] as const),
    ...(["delete", "continueRollback", "rollback", "protect", "permit"] as const),
  ],
} as const satisfies {
  readonly services: readonly (keyof Services)[];
  readonly tasks: readonly (keyof Tasks)[];
  readonly databases: readonly (keyof DatabasePower)[];
  readonly stacks: readonly (keyof Stacks)[];
};

/** What a cell may have of these: all of it, some of it, or nothing. */
interface Parts {
  readonly services?: Partial<Services>;
  readonly tasks?: Partial<Tasks>;
  readonly databases?: Partial<DatabasePower>;
  readonly stacks?: Partial<Stacks>;
}

/** A cell of one tenant whose parts ask for its lease before they change anything; other parts are as they were. */
export function fencedCell<Cell extends Parts>(cell: Cell, { check }: Pick<HeldLease, "check">): Cell {
  const { services, tasks, stacks, databases } = cell;
  return {
    ...cell,
    ...(services !== undefined && { services: fenced(services, changing.services, check) }),
    ...(tasks !== undefined && { tasks: fenced(tasks, changing.tasks, check) }),
    ...(databases !== undefined && { databases: fenced(databases, changing.databases, check) }),
    ...(stacks !== undefined && { stacks: fenced(stacks, changing.stacks, check) }),
  };
}

type Call = (...given: readonly unknown[]) => Promise<unknown>;

function fenced<Port extends object>(port: Port, names: readonly string[], check: () => Promise<void>): Port {
  const calls = Object.entries(port).map(([name, call]: [string, Call]) => [
    name,
    names.includes(name) ? behind(check, call) : call,
  ]);
  return Object.fromEntries(calls);
}

function behind(check: () => Promise<void>, call: Call): Call {
  return async (...given) => {
    await check();
    return await call(...given);
  };
}
