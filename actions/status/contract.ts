/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({ folder: z.string().regex(/^[A-Za-z0-9._-]+$/, "one folder name, below the workspace") }),
  outputs: ["folder", "totals"],
} as const;
