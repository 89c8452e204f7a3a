/** What a suspension takes away and a resumption gives back. */

import * as z from "zod";
import { serviceOrder } from "./service.ts";

/** Counts of the services as they were when a tenant was suspended. */
export const suspensionRecord = z.strictObject({
  state: z.literal(["suspended", "resumed"]),
  operation: z.string(),
  at: z.iso.datetime(),
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

/** `operations/suspended/trial-c.json` */
export function suspensionKey(tenant: string): string {
  return `operations/suspended/${tenant}.json`;
}
