/** The record of a reviewed plan, kept in the environment's bucket: what `apply` holds its own plan against. */
import * as z from "zod";
import { type Danger, planDigest, type ResourceChange } from "./plan.ts";

/** What is read back; the changes stand beside it for people and auditors. */
export const planRecord = z.object({
  digest: z.string(),
  dangers: z.array(
    z.object({
      logicalId: z.string(),
      type: z.string(),
      what: z.string(),
      because: z.array(z.string()),
      allowedBecause: z.string().exactOptional(),
    }),
  ),
});

/** `plans/mate-hospital-a-production/1f0c….json` */
export function planKey(stack: string, fingerprint: string): string {
  return `plans/${stack}/${fingerprint}.json`;
}

/** What is stored. */
export function toPlanRecord(plan: {
  readonly changes: readonly ResourceChange[];
  readonly dangers: readonly Danger[];
  readonly commit: string;
  readonly at: Date;
}): object {
  return { ...plan, digest: planDigest(plan.changes), at: plan.at.toISOString() };
}
