/** The TypeScript side of action.yml. */
import * as z from "zod";
import { releaseName } from "../lib/domain/release-name.ts";

export const contract = {
  inputs: z.strictObject({
    environment: z.string().min(1),
    release: releaseName,
    "source-token": z.string().exactOptional(),
  }),
  outputs: ["digests", "built"],
} as const;
