import type { World } from "../../kernel.ts";
import { keyOf, liveResources } from "../resources/declared.ts";
import type { Section } from "../template/value.ts";

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

export interface TamperedResource {
  readonly account: string;
  readonly region: string;
  readonly type: string;
  readonly physicalId: string;
}

interface Planned {
  readonly fault: ResourceFault;
  left: number;
}

export interface CloudFormationFaults {
  /** Plans a failure. */
  fail(fault: ResourceFault): void;
  /**
   * Plays another actor who changes a resource behind CloudFormation's back: gives it these properties, or removes it. For types
   * without a service in the bed; others are changed through their own API.
   *
   * @throws Error if there is no such resource
   */
  tamper(at: TamperedResource, properties: Section | undefined): void;
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
    tamper: ({ account, region, type, physicalId }, properties) => {
      const live = liveResources(world, { account, region });
      const key = keyOf(type, physicalId);
      const before = live.get(key);
      if (before === undefined) throw new Error(`the bed keeps no ${type} ${physicalId} of its own`);
      if (properties === undefined) live.delete(key);
      else live.set(key, { ...before, ...properties });
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
