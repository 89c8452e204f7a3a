/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({
    "github-token": z.string(),
    checkout: z.string(),
    depth: z.enum(["full", "static"]),
  }),
  outputs: ["expected", "planned", "result"],
} as const;
