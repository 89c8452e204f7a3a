/**
 * A time in which deploys wait: once, or every week.
 */

import * as z from "zod";
import type { Fixed } from "./schema.ts";
import { tierNames } from "./tenant.ts";
import { show } from "./wording.ts";

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const tiers = z.array(z.literal(tierNames)).min(1);
const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: ({ input }) => `a time of day is written "22:00", got ${show(input)}` });
const instant = z.iso.datetime({
  offset: true,
  error: ({ input }) => `a moment is written "2026-12-24T18:00:00Z", got ${show(input)}`,
});

const windowName = z
  .string()
  .max(80)
  .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,'’&()/+-]*$/u, {
    error: ({ input }) => `name of a freeze window may have letters, digits, spaces and .,'&()/+-, got ${show(input)}`,
  })
  .describe("What it is for; shown to people who have to wait.");

/** One entry of `freezeWindows` in an environment file. */
export const freezeWindow = z
  .union([
    z.strictObject({
      name: windowName,
      from: instant.describe("Start."),
      until: instant.describe("End."),
      tiers: tiers.describe("Tiers it holds for. Left out: all.").exactOptional(),
    }),
    z.strictObject({
      name: windowName,
      weekly: z.strictObject({
        days: z.array(z.literal(weekdays)).min(1).describe("Days on which it starts."),
        from: clock.describe("Local time it starts."),
        until: clock.describe("Local time it ends; earlier than from means the next day."),
        timezone: z
          .string()
          .refine(isTimeZone, {
            error: ({ input }) =>
              `timezone must be a name of the IANA database such as America/New_York, got ${show(input)}`,
          })
          .describe("IANA time zone of those times."),
      }),
      tiers: tiers.describe("Tiers it holds for. Left out: all.").exactOptional(),
    }),
  ])
  .describe("A time in which deploys wait. Commands by people stay possible with a reason.");

export type FreezeWindow = Fixed<z.infer<typeof freezeWindow>>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    // The only way to ask: an unknown zone is a RangeError.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
