import type { Call, World } from "../../kernel.ts";
import type { Work } from "./events.ts";
import type { OperationType, Stack } from "./state.ts";

/** Starts an operation on a stack and remembers it as the stack's latest. */
export function begin(
  { world, call }: { readonly world: World; readonly call: Call },
  stack: Stack,
  {
    type,
    token,
    express = false,
  }: { readonly type: OperationType; readonly token: string | undefined; readonly express?: boolean },
): Work {
  const operation = {
    id: world.uuid(),
    type,
    token,
    startedAt: world.clock.now(),
    stop: new AbortController(),
    express,
    cancelledByUser: false,
    superseded: false,
    endedAt: undefined,
    failed: false,
  };
  stack.operations.push(operation);
  return { world, call, stack, operation };
}

/** Marks an operation as over. */
export function end({ world, operation }: Work, failed = false): void {
  operation.endedAt = world.clock.now();
  operation.failed = failed;
}

/** Waits so many seconds of bed time, or until the operation is stopped; true if it was stopped. */
export async function waitOrStop({ world, operation }: Work, seconds: number): Promise<boolean> {
  const { signal } = operation.stop;
  if (signal.aborted) return true;
  if (seconds <= 0) return false;
  return new Promise((resolve) => {
    const stopped = (): void => {
      cancel();
      resolve(true);
    };
    const cancel = world.clock.after(seconds * 1000, () => {
      signal.removeEventListener("abort", stopped);
      resolve(false);
    });
    signal.addEventListener("abort", stopped, { once: true });
  });
}

export interface Node {
  readonly id: string;
  /** Ids that must be done first; ids that are not among the nodes do not count. */
  readonly after: ReadonlySet<string>;
}

/**
 * Runs every node as soon as those it comes after are done, all that can at once. When one says it failed, whatever comes after it
 * is not run; with `stopAll` nothing new is started at all.
 *
 * @param run true if the node is done, false if it failed
 * @returns ids that failed, in the order of failing
 */
export async function runInOrder(
  nodes: readonly Node[],
  run: (id: string) => Promise<boolean>,
  stopAll: boolean,
): Promise<readonly string[]> {
  const waiting = new Map(nodes.map((node) => [node.id, node]));
  const unfinished = new Set(waiting.keys());
  const failed: string[] = [];
  const underWay = new Set<Promise<void>>();
  const startReady = (): void => {
    if (stopAll && failed.length > 0) return;
    for (const [id, node] of waiting) {
      if ([...node.after].some((other) => unfinished.has(other) && other !== id)) continue;
      waiting.delete(id);
      const done: Promise<void> = run(id).then((good) => {
        underWay.delete(done);
        if (good) unfinished.delete(id);
        else failed.push(id);
        startReady();
      });
      underWay.add(done);
    }
  };
  startReady();
  while (underWay.size > 0) await Promise.race(underWay);
  return failed;
}
