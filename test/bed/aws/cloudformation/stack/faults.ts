import type { World } from "../../kernel.ts";

/** When a planned failure strikes. `rollback` is the restoring of a resource after a failed update, `remove` any deletion. */
export type FaultPhase = "create" | "update" | "rollback" | "remove";

export interface ResourceFault {
  /** Name of the stack; absent: any. */
  readonly stack?: string;
  readonly logicalId: string;
  readonly phase: FaultPhase;
  /** What the event says. */
  readonly message: string;
  /** How often it strikes; absent: always. */
  readonly times?: number;
  /** Seconds of bed time that pass before it does. */
  readonly afterSeconds?: number;
}

interface Planned {
  readonly fault: ResourceFault;
  left: number;
}

export interface CloudFormationFaults {
  /** Plans a failure. */
  fail(fault: ResourceFault): void;
  /** Forgets all planned failures. */
  clear(): void;
  /** The failure due now, if any; counts as one strike. */
  strike(at: {
    readonly stack: string;
    readonly logicalId: string;
    readonly phase: FaultPhase;
  }): ResourceFault | undefined;
}

/** Failures of resources that tests and the control endpoint plan, for all accounts of the bed. */
export function cloudFormationFaults(world: World): CloudFormationFaults {
  const planned = world.store<Planned[]>("cloudformation/faults", { account: "*", region: "*" }, () => []);
  return {
    fail: (fault) => {
      planned.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear: () => {
      planned.length = 0;
    },
    strike: ({ stack, logicalId, phase }) => {
      const due = planned.find(
        ({ fault, left }) =>
          left > 0 &&
          fault.logicalId === logicalId &&
          fault.phase === phase &&
          (fault.stack === undefined || fault.stack === stack),
      );
      if (due === undefined) return undefined;
      due.left -= 1;
      return due.fault;
    },
  };
}
