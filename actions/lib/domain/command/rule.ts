/** The rules a command has to keep, and how each turned out. */

export const ruleNames = [
  "author",
  "comment",
  "fresh",
  "re-run",
  "replay",
  "permission",
  "operator",
  "tenant",
  "state",
  "limits",
  "database",
  "freeze",
  "confirmation",
] as const;

export type RuleName = (typeof ruleNames)[number];

export interface Rule {
  readonly rule: RuleName;
  readonly ok: boolean;
  /** What was found: `ada has write`, `ada is no operator of production`. One line, lower case. */
  readonly why: string;
  /** A command that would keep the rule, where there is one. */
  readonly instead?: string;
}

/** A rule that is kept. */
export function kept(rule: RuleName, why: string): Rule {
  return { rule, ok: true, why };
}

/** A rule that is broken. */
export function broken(rule: RuleName, why: string, instead?: string): Rule {
  return { rule, ok: false, why, ...(instead !== undefined && { instead }) };
}

/** How long a comment may wait for its run, and an operation for its confirmation. Minutes. */
export const patience = 15;

/** Whole minutes from one moment to another; `undefined` when the first is no moment. */
export function minutesBetween(from: string, to: Date): number | undefined {
  const start = Date.parse(from);
  return Number.isNaN(start) ? undefined : Math.floor((to.getTime() - start) / 60_000);
}

/** GitHub compares logins without regard to case. */
export function samePerson(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
