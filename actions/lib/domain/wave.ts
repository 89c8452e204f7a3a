/** Waves: which tenants roll together. The next wave starts only when this one is healthy. */
import type { Rollout } from "./environment.ts";

export interface Wave {
  /** From 1. */
  readonly number: number;
  readonly tenants: readonly string[];
}

/**
 * Deals tenants into waves: canaries first, then the others by the environment's percentages, in alphabetical order so that
 * the same tenants are always early. A wave of more tenants than may be in one becomes several of even size. Waves without a tenant are
 * left out, and the numbers stay without gaps.
 *
 * @param tenants names of the tenants to deploy
 * @param most tenants that one wave may have, at least 1
 */
export function waves(
  tenants: readonly string[],
  rollout: Pick<Rollout, "canaries" | "waves">,
  most = Number.POSITIVE_INFINITY,
): readonly Wave[] {
  const canaries = new Set(rollout.canaries);
  const first = tenants.filter((name) => canaries.has(name)).toSorted();
  const others = tenants.filter((name) => !canaries.has(name)).toSorted();
  const bounds = rollout.waves.map((percent) => Math.ceil((others.length * percent) / 100));
  const dealt = bounds.map((bound, index) => others.slice(bounds[index - 1] ?? 0, bound));
  return [first, ...dealt]
    .filter((wave) => wave.length > 0)
    .flatMap((wave) => inParts(wave, Math.max(1, Math.ceil(wave.length / most))))
    .map((wave, index) => ({ number: index + 1, tenants: wave }));
}

/** In which wave each tenant would be, and of how many, by name. */
export function placesInWaves(
  dealt: readonly Wave[],
): ReadonlyMap<string, { readonly number: number; readonly of: number }> {
  return new Map(
    dealt.flatMap(({ number, tenants }) => tenants.map((name) => [name, { number, of: dealt.length }] as const)),
  );
}

/** A list in so many parts, whose sizes differ by one at the most. */
export function inParts<T>(list: readonly T[], parts: number): readonly (readonly T[])[] {
  const bound = (index: number): number => Math.round((index * list.length) / parts);
  return Array.from({ length: parts }, (_, index) => list.slice(bound(index), bound(index + 1)));
}
