/** The TypeScript side of action.yml. */
import * as z from "zod";

export const contract = {
  inputs: z.strictObject({
    step: z.enum(["read", "act", "lost", "environments", "sweep"]),
    "github-token": z.string(),
    "members-token": z.string().exactOptional(),
    environment: z.string().exactOptional(),
    reply: z.coerce.number().int().exactOptional(),
  }),
  outputs: ["targets", "queue", "outcome"],
} as const;
