/** The TypeScript side of action.yml. */
import * as z from "zod";
import { releaseName } from "../lib/domain/release-name.ts";

export const contract = {
  inputs: z.strictObject({
    "github-token": z.string(),
    release: releaseName,
    environment: z.string().exactOptional(),
    tenant: z.string().exactOptional(),
  }),
  outputs: ["outcome", "pull-request"],
} as const;
