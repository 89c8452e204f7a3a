/** The TypeScript side of action.yml. */
import * as z from "zod";
import { json } from "../lib/runtime/wave-contract.ts";

const wave = z.object({
  environment: z.string(),
  wave: z.number().int().min(1),
  waves: z.number().int().min(1),
  tenants: z.array(z.string()),
});

const jobEnd = z.enum(["success", "failure", "cancelled", "skipped"]);

export const contract = {
  inputs: z.strictObject({
    "github-token": z.string(),
    waves: json(z.array(wave)),
    build: jobEnd,
    refused: z.string().default(""),
    offboard: jobEnd.default("skipped"),
  }),
  outputs: ["result"],
} as const;
