/** The TypeScript side of action.yml. */
import * as z from "zod";
import { tenantNames } from "../lib/runtime/wave-contract.ts";

const number = z.coerce.number().int().min(1);

export const contract = {
  inputs: z.strictObject({
    environment: z.string(),
    tenants: tenantNames,
    wave: number,
    shard: number.default(1),
    shards: number.default(1),
    "wave-tenants": number.exactOptional(),
  }),
  outputs: ["outcomes"],
} as const;
