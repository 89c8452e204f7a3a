/** The TypeScript side of action.yml. */
import { waveContract } from "../lib/runtime/wave-contract.ts";

export const contract = waveContract;
