/** Which CPU and memory sizes Fargate sells together (Amazon ECS developer guide, task size). */
import { clientError } from "./failures.ts";

/** Memory in MiB by CPU units: either the exact sizes, or a range with a step. */
const SIZES: Readonly<
  Record<number, readonly number[] | { readonly from: number; readonly to: number; readonly step: number }>
> = {
  256: [512, 1024, 2048],
  512: { from: 1024, to: 4096, step: 1024 },
  1024: { from: 2048, to: 8192, step: 1024 },
  2048: { from: 4096, to: 16_384, step: 1024 },
  4096: { from: 8192, to: 30_720, step: 1024 },
  8192: { from: 16_384, to: 61_440, step: 4096 },
  16384: { from: 32_768, to: 122_880, step: 8192 },
};

/** CPU units of `256`, `.25 vCPU` or `1vcpu`; NaN if it is none of these. */
export function cpuUnits(text: string): number {
  const vcpu = /^([\d.]+) ?vcpu$/i.exec(text)?.[1];
  return vcpu === undefined ? Number(text) : Number(vcpu) * 1024;
}

/** MiB of `512` or `2 GB`; NaN if it is none of these. */
export function memoryMib(text: string): number {
  const gigabytes = /^([\d.]+) ?gb$/i.exec(text)?.[1];
  return gigabytes === undefined ? Number(text) : Number(gigabytes) * 1024;
}

/** Throws ClientException unless Fargate has tasks of this size. Both in the API's text form. */
export function checkFargateSize(cpu: string | undefined, memory: string | undefined): void {
  if (cpu === undefined || memory === undefined) {
    throw clientError(`Fargate requires that '${cpu === undefined ? "cpu" : "memory"}' be defined at the task level.`);
  }
  const sizes = SIZES[cpuUnits(cpu)];
  const mib = memoryMib(memory);
  const sold =
    "from" in (sizes ?? [])
      ? inRange(sizes as { from: number; to: number; step: number }, mib)
      : (sizes as readonly number[] | undefined)?.includes(mib);
  if (sold !== true) throw clientError("No Fargate configuration exists for given values.");
}

function inRange(
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
  value: number,
): boolean {
  return value >= from && value <= to && (value - from) % step === 0;
}
