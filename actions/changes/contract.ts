/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({ "github-token": z.string(), tenant: z.string().exactOptional() }),
  outputs: ["waves", "environments", "builds", "refused", "offboard", "result"],
} as const;
