/** A choice by chance that can be repeated. */
import { createHash } from "node:crypto";

/** So many of the values, in their order; the same seed chooses the same. All of them if there are not more. */
export function sample<T>(values: readonly T[], count: number, seed: string): readonly T[] {
  const luck = (index: number): string => createHash("sha256").update(`${seed}/${index}`).digest("hex");
  const chosen = values
    .map((_, index) => ({ index, luck: luck(index) }))
    .toSorted((one, other) => (one.luck < other.luck ? -1 : 1))
    .slice(0, count);
  const kept = new Set(chosen.map(({ index }) => index));
  return values.filter((_, index) => kept.has(index));
}
