/** What a vulnerability scan found in an image, and whether that may be released. */
import type { Environment } from "./environment.ts";

/** ECR's severities, worst first. */
export const severities = ["critical", "high", "medium", "low", "informational", "undefined"] as const;
export type Severity = (typeof severities)[number];

export interface Finding {
  /** `CVE-2026-1234` */
  readonly name: string;
  readonly severity: Severity;
}

/** How far the scan of an image is. */
export type ScanState =
  | { readonly state: "none" }
  | { readonly state: "running" }
  | { readonly state: "impossible"; readonly reason: string }
  | {
      readonly state: "done";
      readonly counts: Readonly<Partial<Record<Severity, number>>>;
      readonly findings: readonly Finding[];
    };

export type FailOn = Environment["imageScan"]["failOn"];

export type ScanVerdict =
  | { readonly verdict: "not-asked" }
  | { readonly verdict: "passed"; readonly counts: Readonly<Partial<Record<Severity, number>>> }
  | { readonly verdict: "refused"; readonly because: string };

/**
 * Holds a finished scan against the environment's threshold.
 *
 * @returns with `refused`: how many findings are too severe, and the names of the first five
 */
export function judgeScan(scan: Extract<ScanState, { readonly state: "done" }>, failOn: FailOn): ScanVerdict {
  if (failOn === "never") return { verdict: "not-asked" };
  const tooSevere = severities.slice(0, severities.indexOf(failOn) + 1);
  const count = tooSevere.reduce((sum, severity) => sum + (scan.counts[severity] ?? 0), 0);
  if (count === 0) return { verdict: "passed", counts: scan.counts };
  const named = tooSevere.flatMap((severity) => scan.findings.filter((finding) => finding.severity === severity));
  const first = named.slice(0, 5).map(({ name, severity }) => `${name} (${severity})`);
  const more = count - first.length;
  const list = [...first, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return {
    verdict: "refused",
    because: `${count} finding${count === 1 ? "" : "s"} of ${failOn} severity or worse: ${list}`,
  };
}

/** `2 high, 1 low`, worst first; `nothing found` of none. */
export function scanCounts(counts: Readonly<Partial<Record<Severity, number>>>): string {
  const parts = severities.flatMap((severity) => {
    const count = counts[severity] ?? 0;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return parts.join(", ") || "nothing found";
}
