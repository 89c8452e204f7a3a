/** The TypeScript side of action.yml. */
import * as z from "zod";
import { waveContract } from "../lib/runtime/wave-contract.ts";

export const contract = {
  inputs: z.strictObject({
    ...waveContract.inputs.shape,
    wave: z.coerce.number().int().min(1),
    waves: z.coerce.number().int().min(1),
    shards: z.coerce.number().int().min(1).default(1),
  }),
  outputs: waveContract.outputs,
} as const;
