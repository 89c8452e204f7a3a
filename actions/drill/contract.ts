/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({
    step: z.enum(["choose", "drill"]),
    environment: z.string().exactOptional(),
    tenant: z.string().exactOptional(),
  }),
  outputs: ["due", "outcome"],
} as const;
