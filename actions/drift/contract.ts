/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({
    "github-token": z.string(),
    "members-token": z.string().exactOptional(),
    tenant: z.string().exactOptional(),
    mode: z.enum(["look", "plan-revert", "revert", "adopt"]).default("look"),
    confirm: z.string().default(""),
    reviewed: z.string().default(""),
  }),
  outputs: ["drifted", "environment", "digest", "second-person", "pull-request", "result"],
} as const;
