/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({ environment: z.string().exactOptional(), mode: z.enum(["look", "remove"]) }),
  outputs: ["removed", "environments", "result"],
} as const;
