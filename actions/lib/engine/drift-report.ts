/** Tells people about drift: one issue per tenant, opened, rewritten, closed. */
import { type DriftFinding, driftKey, driftLabel, inLines } from "../domain/drift.ts";
import type { Clock } from "../ports/clock.ts";
import type { Issues } from "../ports/issues.ts";
import type { Records } from "../ports/records.ts";

/** Title and body of the issue about a subject's drift. */
export type WriteDriftIssue = (drift: {
  /** A tenant, or an environment with orphans. */
  readonly subject: string;
  readonly findings: readonly DriftFinding[];
  /** ISO 8601. */
  readonly at: string;
}) => { readonly title: string; readonly body: string };

export interface ReportPorts {
  readonly records: Records;
  readonly issues: Issues;
  readonly write: WriteDriftIssue;
  readonly clock: Clock;
}

export type Told = "opened" | "updated" | "closed" | "nothing";

/**
 * Makes the issue say what was found: opens it for new drift, rewrites it while drift lasts, closes it when it is gone. What was
 * found last is kept, so that a fleet without drift costs no request to GitHub.
 */
export async function tellDrift(
  { subject, findings }: { readonly subject: string; readonly findings: readonly DriftFinding[] },
  { records, issues, write, clock }: ReportPorts,
): Promise<Told> {
  const key = driftKey(subject);
  const before = await records.get(key);
  const at = clock.now().toISOString();
  const lasting = hadFindings(before?.value);
  const told = await tellIssue();
  // After the issue: a run lost in between looks at the issue again.
  await records.put(key, { at, findings: inLines(findings) });
  return told;

  async function tellIssue(): Promise<Told> {
    if (findings.length === 0 && !lasting) return "nothing";
    const issue = await issues.find(driftLabel(subject));
    if (findings.length === 0) {
      if (issue === undefined) return "nothing";
      await issues.close(issue.number, `Nothing differs from what git says any more; looked at ${at}.`);
      return "closed";
    }
    const written = write({ subject, findings, at });
    if (issue === undefined) {
      await issues.open({ label: driftLabel(subject), ...written });
      return "opened";
    }
    await issues.rewrite(issue.number, written);
    return "updated";
  }
}

/** An unreadable record counts as one with findings: the issue is looked for. */
function hadFindings(value: unknown): boolean {
  if (value === undefined) return false;
  const { findings } = value as { readonly findings?: readonly unknown[] };
  return findings === undefined || findings.length > 0;
}
