/** What a suspension takes away and a resumption gives back. */

import * as z from "zod";
import { serviceOrder } from "./service.ts";

/** Counts of the services as they were when a tenant was suspended. */
export const suspensionRecord = z.strictObject({
  state: z.literal(["suspended", "resumed"]),
  operation: z.string(),
  at: z.iso.datetime(),
  /** Its database, where that was stopped too. Gone from here as soon as it is to run again. */
  database: z
    .strictObject({
      /** Identifier of the instance. */
      id: z.string(),
      /** When AWS starts it by itself. */
      startsBy: z.iso.datetime(),
    })
    .exactOptional(),
  services: z.array(
    z.strictObject({
      role: z.literal(serviceOrder),
      desired: z.int().min(0),
      /** Limits of auto scaling, where the service had some. */
      scaling: z.strictObject({ min: z.int().min(0), max: z.int().min(0) }).exactOptional(),
    }),
  ),
});

export type Suspension = Readonly<z.infer<typeof suspensionRecord>>;

/** All records of suspensions stand under this prefix. */
export const suspensionPrefix = "operations/suspended/";

/** `operations/suspended/trial-c.json` */
export function suspensionKey(tenant: string): string {
  return `${suspensionPrefix}${tenant}.json`;
}

/** How long AWS leaves a database stopped before it starts it by itself, in milliseconds (RDS user guide, "Stopping a DB instance temporarily"). */
export const stoppedAtMostMs = 7 * 86_400_000;
