/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({ tenant: z.string().exactOptional() }),
  outputs: ["waves", "builds", "result"],
} as const;
