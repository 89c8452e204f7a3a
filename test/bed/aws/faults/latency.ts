/** Slow answers: always the same time, or a log-normal distribution, which is how API latencies look. */
import { type FaultAtWork, matches } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";
import type { Luck } from "./luck.ts";

/** z-value of the 99th percentile of the normal distribution. */
const Z99 = 2.3263;

export function latency(fault: FaultOf<"latency">, luck: Luck): FaultAtWork {
  const { milliseconds } = fault;
  return {
    meet: (call) => {
      if (!matches(fault.match, call)) return undefined;
      if (typeof milliseconds === "number") return { does: "delay", milliseconds };
      const sigma = Math.log(milliseconds.p99 / milliseconds.median) / Z99;
      const normal = Math.sqrt(-2 * Math.log(1 - luck(call, "latency"))) * Math.cos(2 * Math.PI * luck(call, "phase"));
      return { does: "delay", milliseconds: milliseconds.median * Math.exp(sigma * normal) };
    },
  };
}
