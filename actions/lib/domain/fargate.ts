/**
 * The pairs of cpu and memory that Fargate runs.
 * Source: Amazon ECS developer guide, "Task definition parameters for Fargate", task size.
 */

import type { TaskSize } from "./tenant.ts";
import { show } from "./wording.ts";

/** CPU units → smallest and largest memory and the step between, in MiB. */
const memoryOf: Readonly<Record<number, { readonly from: number; readonly to: number; readonly step: number }>> = {
  256: { from: 512, to: 2048, step: 512 },
  512: { from: 1024, to: 4096, step: 1024 },
  1024: { from: 2048, to: 8192, step: 1024 },
  2048: { from: 4096, to: 16_384, step: 1024 },
  4096: { from: 8192, to: 30_720, step: 1024 },
  8192: { from: 16_384, to: 61_440, step: 4096 },
  16384: { from: 32_768, to: 122_880, step: 8192 },
};

/** Why Fargate would refuse a task of this size, or `undefined` when it runs it. */
export function fargateComplaint({ cpu, memory }: TaskSize): string | undefined {
  const range = memoryOf[cpu];
  if (range === undefined)
    return `Fargate has no tasks with cpu ${show(cpu)}; choose ${Object.keys(memoryOf).join(", ")}`;
  // 256 CPU units are the exception: 512, 1024 and 2048 MiB, but not 1536.
  const odd = cpu === 256 && memory === 1536;
  if (!odd && memory >= range.from && memory <= range.to && (memory - range.from) % range.step === 0) return undefined;
  return `Fargate has no tasks with cpu ${cpu} and memory ${memory}; with cpu ${cpu} memory is ${choices(cpu, range)}`;
}

function choices(
  cpu: number,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): string {
  return cpu === 256 ? "512, 1024 or 2048" : `${from} to ${to} in steps of ${step}`;
}
