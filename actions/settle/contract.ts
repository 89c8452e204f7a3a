/** The TypeScript side of action.yml. */
import * as z from "zod";
import { outcomes, tenantNames } from "../lib/runtime/wave-contract.ts";

export const contract = {
  inputs: z.strictObject({
    "github-token": z.string(),
    environment: z.string(),
    tenants: tenantNames,
    outcomes,
    wave: z.coerce.number().int().min(1),
    waves: z.coerce.number().int().min(1),
    shard: z.coerce.number().int().min(1).exactOptional(),
    job: z.enum(["success", "failure", "cancelled"]).default("success"),
    shards: z.coerce.number().int().min(1).default(1),
  }),
  outputs: ["unsettled"],
} as const;
