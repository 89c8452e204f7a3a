/** Figures as people read them: money, durations, moments. */

import type { CostRange, TenantPlan } from "../domain/plan.ts";

/** Change of monthly cost in USD at the floor and at the ceiling of auto scaling, and what it leaves out. */
export interface CostDelta {
  readonly floor: number;
  readonly ceiling: number;
  readonly unknown: readonly string[];
}

const nothing: CostRange = { floor: 0, ceiling: 0, unknown: [] };

/** What merging adds to the monthly bill of some tenants together. */
export function costDelta(plans: readonly Pick<TenantPlan, "cost">[]): CostDelta {
  const sum = plans.reduce(
    (total, { cost: { before = nothing, after } }) => ({
      floor: total.floor + after.floor - before.floor,
      ceiling: total.ceiling + after.ceiling - before.ceiling,
    }),
    { floor: 0, ceiling: 0 },
  );
  // Of what had no price before, the whole price of now would pass for the change.
  const unknown = new Set(
    plans.flatMap(({ cost: { before = nothing, after } }) => [...before.unknown, ...after.unknown]),
  );
  return { ...sum, unknown: [...unknown].sort() };
}

/** `no change`, `+120 USD`, `+120 to +180 USD`; without the month and without what is unknown. */
export function money({ floor, ceiling }: Pick<CostDelta, "floor" | "ceiling">): string {
  const [low, high] = [signed(floor), signed(ceiling)];
  if (low === high) return low === "0" ? "no change" : `${low} USD`;
  return `${low} to ${high} USD`;
}

/** `840 ms`, `12 s`, `1 min 52 s`, `2 h 5 min`. @param milliseconds not negative */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${minutes % 60} min`}`;
}

/** `2026-11-23 09:42 UTC`; what is not a moment is shown as it came, because a report never fails over a date. */
export function moment(iso: string): string {
  if (Number.isNaN(Date.parse(iso))) return iso;
  return `${new Date(iso).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `2026-11-23 09:42:35 UTC`: a moment that somebody restores to, where the minute holds what was lost and what was not. */
export function second(iso: string): string {
  if (Number.isNaN(Date.parse(iso))) return iso;
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function signed(usd: number): string {
  const cents = Math.round(usd * 100) / 100;
  const digits = Math.abs(cents) < 10 && !Number.isInteger(cents) ? 2 : 0;
  const shown = Math.abs(cents).toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  if (cents === 0) return "0";
  return `${cents < 0 ? "−" : "+"}${shown}`;
}
