/** The TypeScript side of action.yml. */
import * as z from "zod";
import { restoreWhat } from "../lib/domain/restore-record.ts";

export const contract = {
  inputs: z.strictObject({
    tenant: z.string().min(1),
    environment: z.string().min(1),
    what: z.enum(restoreWhat).default("database"),
    when: z.string().default("latest"),
    mode: z.enum(["list", "dry-run", "execute", "undo", "abort", "discard"]).default("dry-run"),
    operation: z
      .string()
      .regex(/^op-[a-z0-9]{1,16}$/, { error: "must be an operation such as op-r7k2m9xq" })
      .exactOptional(),
    confirm: z.string().default(""),
    role: z.enum(["plan", "restore"]).default("restore"),
    "github-token": z.string(),
    "members-token": z.string().exactOptional(),
  }),
  outputs: ["operation", "state", "plan"],
} as const;
