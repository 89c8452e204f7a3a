/** What a count that somebody asks for means for a service. */

import type { Count, TenantServices } from "../tenant.ts";
import type { ScalableService } from "./argument-kinds.ts";
import type { CommandOf } from "./grammar.ts";

export interface Scaling {
  readonly service: ScalableService;
  readonly before: Count;
  readonly after: Count;
}

/**
 * The limits of auto scaling after a `/scale`. Two numbers are the new limits. One number is the new floor, because auto scaling
 * overrides a desired count but never goes below its floor; where the count is fixed, it is the new count.
 *
 * @param services as they are now, overrides included
 */
export function scalingAsked({ service = "django", count }: CommandOf<"scale">, services: TenantServices): Scaling {
  const before = services[service].count;
  if (typeof count !== "number") return { service, before, after: count };
  return { service, before, after: { min: count, max: before.min === before.max ? count : before.max } };
}

/** `4`, or `2-6` where the two differ: as `/scale` takes it. */
export function countInWords({ min, max }: Count): string {
  return min === max ? String(min) : `${min}-${max}`;
}
