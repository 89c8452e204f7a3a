import { jsonForm, leadingFlags } from "./words.ts";

/** `HEALTHCHECK` as the image configuration has it; times are in nanoseconds there. */
export function healthCheck(text: string): Readonly<Record<string, unknown>> {
  const { flags, rest } = leadingFlags(text);
  if (rest.toUpperCase() === "NONE") return { Test: ["NONE"] };
  const command = rest.replace(/^CMD\s+/i, "");
  const json = jsonForm(command);
  const time = (flag: string, member: string): object => {
    const value = flags.get(flag);
    return value === undefined ? {} : { [member]: nanoseconds(value) };
  };
  return {
    Test: json === undefined ? ["CMD-SHELL", command] : ["CMD", ...json],
    ...time("interval", "Interval"),
    ...time("timeout", "Timeout"),
    ...time("start-period", "StartPeriod"),
    ...time("start-interval", "StartInterval"),
    ...(flags.has("retries") && { Retries: Number(flags.get("retries")) }),
  };
}

/** `1m30s` */
function nanoseconds(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3_600e9, m: 60e9, s: 1e9, ms: 1e6 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  return parts.reduce((sum, [, value, unit = ""]) => sum + Number(value) * (units[unit] ?? 0), 0);
}
