/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({
    "github-token": z.string(),
    name: z.string(),
    "display-name": z.string(),
    tier: z.string(),
    environment: z.string(),
    contact: z.string(),
    sso: z.string().default("none"),
    "metadata-url": z.string().exactOptional(),
    issuer: z.string().exactOptional(),
    "client-id": z.string().exactOptional(),
    "client-secret-arn": z.string().exactOptional(),
    "redis-index": z.string().exactOptional(),
  }),
  outputs: ["pull-request", "file"],
} as const;
