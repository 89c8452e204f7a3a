/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({ "github-token": z.string(), environment: z.string() }),
  outputs: ["removed", "certificates"],
} as const;
