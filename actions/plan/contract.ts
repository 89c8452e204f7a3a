/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({
    "github-token": z.string(),
    "merge-commit": z.string().exactOptional(),
    "pull-request": z.coerce.number().int().min(1).exactOptional(),
    depth: z.enum(["full", "static"]),
  }),
  outputs: ["result"],
} as const;
