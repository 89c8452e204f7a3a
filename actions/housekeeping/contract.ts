/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({ environment: z.string(), mode: z.enum(["look", "remove"]) }),
  outputs: ["removed", "result"],
} as const;
