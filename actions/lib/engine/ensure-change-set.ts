import type { ChangeSet, StackDesire } from "../domain/stack.ts";
import type { Clock } from "../ports/clock.ts";
import type { Stacks } from "../ports/stacks.ts";
import { waitFor } from "./wait.ts";

/** CloudFormation needs some seconds for most change sets, and a minute for large ones. Milliseconds. */
const pace = { everyMs: [500, 500, 1000, 1000, 2000], atMostMs: 10 * 60_000 } as const;

/** None is made faster than this. Milliseconds. */
const firstLookMs = 1_000;

/** What was just made can be found by then, wherever it is asked for. Milliseconds. */
const visibleMs = 15_000;

/** How often a change set may turn out to be somebody else's before this gives up. */
const tries = 3;

/**
 * The change set of a stack's content: the one that is there if it can still be executed and is really made of that content, else a
 * new one. Two runs that make the same one at the same time end up with the same.
 *
 * @returns undefined if CloudFormation takes longer than ten minutes
 * @throws Error if foreign content appears under this name again and again
 */
export async function ensureChangeSet(
  wanted: {
    readonly desire: StackDesire;
    readonly name: string;
    readonly kind: "create" | "change" | "revert";
    readonly takesOver?: boolean;
  },
  { stacks, clock }: { readonly stacks: Stacks; readonly clock: Clock },
): Promise<ChangeSet | undefined> {
  const { desire, name } = wanted;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const found = await quiet(() => stacks.findChangeSet(desire.name, name), clock);
    if (found === "slow") return undefined;
    if (await mayServe(found)) return found;
    if (found !== undefined) await stacks.deleteChangeSet(found.id);
    const { id, made } = await stacks.createChangeSet({
      desire,
      name,
      kind: wanted.kind === "create" ? "create" : "update",
      ...(wanted.takesOver === true && { takesOver: true }),
      ...(wanted.kind === "revert" && { revertsDrift: true }),
      // The name is the same every time this content is planned; what is repeated on one bad connection has one time.
      token: `${name}-${clock.now().getTime()}`,
    });
    // Somebody else's of this name has to be looked at like any that was found, and so does one that is gone again.
    if (!made) {
      // It is there, though it may not be found at once.
      if (attempt > 1) await clock.sleep(visibleMs);
      continue;
    }
    await clock.sleep(firstLookMs);
    const changeSet = await quiet(() => stacks.describeChangeSet(id), clock, visibleMs);
    if (changeSet !== undefined) return changeSet === "slow" ? undefined : changeSet;
  }
  throw new Error(`change sets named ${name} appear on ${desire.name} as fast as they are deleted`);

  /** What there is may have changed since a change set was compared with it: to revert drift, a new one is made every time. */
  async function mayServe(found: ChangeSet | undefined): Promise<boolean> {
    if (wanted.kind === "revert" || found?.state.kind !== "available") return false;
    return await stacks.isMadeOf(found.id, desire);
  }
}

/**
 * The change set once nothing is being done to it; undefined if there is none.
 *
 * @param appearsMs how long one that was just made may be missing
 */
async function quiet(
  look: () => Promise<ChangeSet | undefined>,
  clock: Clock,
  appearsMs = 0,
): Promise<ChangeSet | undefined | "slow"> {
  const appears = clock.now().getTime() + appearsMs;
  const end = await waitFor(clock, pace, async () => {
    const changeSet = await look();
    if (changeSet === undefined && clock.now().getTime() < appears) return undefined;
    const kind = changeSet?.state.kind;
    return kind === "creating" || kind === "deleting" || kind === "executing" ? undefined : { changeSet };
  });
  return end === undefined ? "slow" : end.changeSet;
}
