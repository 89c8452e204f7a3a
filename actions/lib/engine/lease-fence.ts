/** Parts of a cell that ask for the lease before every call that changes something. */

import type { Services } from "../ports/services.ts";
import type { Tasks } from "../ports/tasks.ts";
import type { HeldLease } from "./lease.ts";

/** Services of one tenant, behind its lease. */
export function fencedServices(services: Services, { check }: Pick<HeldLease, "check">): Services {
  return {
    ...services,
    register: behind(check, services.register),
    create: behind(check, services.create),
    update: behind(check, services.update),
    setCount: behind(check, services.setCount),
    remove: behind(check, services.remove),
    stopDeployment: behind(check, services.stopDeployment),
    scale: behind(check, services.scale),
    unscale: behind(check, services.unscale),
  };
}

/** One-off tasks of one tenant, behind its lease. */
export function fencedTasks(tasks: Tasks, { check }: Pick<HeldLease, "check">): Tasks {
  return { ...tasks, run: behind(check, tasks.run), stop: behind(check, tasks.stop) };
}

function behind<Given extends readonly unknown[], Answer>(
  check: () => Promise<void>,
  call: (...given: Given) => Promise<Answer>,
): (...given: Given) => Promise<Answer> {
  return async (...given) => {
    await check();
    return await call(...given);
  };
}
