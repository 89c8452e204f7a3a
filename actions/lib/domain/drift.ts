/** Drift: what is there and is not what git says. Found here, as values; what to do about it is somebody's decision. */
import * as z from "zod";
import type { ServiceChange } from "./plan.ts";

/**
 * - `stack`: something a stack set was changed or deleted by hand.
 * - `service`, `scaling`: a service runs other than the tenant's file says.
 * - `undeployed`: what git says of tenants was not deployed, and nothing failed that somebody is told of elsewhere.
 * - `override`: a command's live change that git does not record yet; nothing reverts it.
 * - `orphan`: something of ours that belongs to no tenant.
 * - `backup`: a database that cannot be restored to a recent moment.
 * - `stopped`: a stopped database, which AWS starts again after seven days.
 * - `unchecked`: it could not be looked at, so nothing is known.
 */
export type DriftKind =
  | "stack"
  | "service"
  | "scaling"
  | "undeployed"
  | "override"
  | "orphan"
  | "backup"
  | "stopped"
  | "unchecked";

export interface DriftFinding {
  readonly kind: DriftKind;
  /** Logical id, service, database or stack it is about. */
  readonly subject: string;
  /** What is, and what should be. One line. */
  readonly what: string;
}

/** One entry of `infra/known-drift.yml`: a difference that is nobody's doing, with the reason why it is not reported. */
export const knownDrift = z.strictObject({
  known: z.array(
    z.strictObject({
      type: z.string().regex(/^AWS::\w+::\w+$/),
      /** Path of the property or of something around it, as CloudFormation writes it: `/AllocatedStorage`. */
      property: z.string().startsWith("/"),
      reason: z.string().min(20),
    }),
  ),
});
export type KnownDrift = z.infer<typeof knownDrift>["known"];

/** `plans/drift/hospital-a.json`: what was found last. A view, like everything below plans/; nothing is decided from it. */
export function driftKey(tenant: string): string {
  return `${driftPrefix}${tenant}.json`;
}
export const driftPrefix = "plans/drift/";

export const driftRecord = z.object({ at: z.iso.datetime(), findings: z.array(z.string()) });

/** Label of the one issue about a tenant's drift, or about an environment's orphans. */
export function driftLabel(subject: string): string {
  return `drift:${subject}`;
}

/** Differences of a stack's resources, without the known ones. */
export function stackFindings(
  drifts: readonly {
    readonly logicalId: string;
    readonly type: string;
    readonly deleted: boolean;
    readonly properties: readonly { readonly path: string; readonly expected: string; readonly actual: string }[];
  }[],
  known: KnownDrift,
): readonly DriftFinding[] {
  return drifts.flatMap(({ logicalId, type, deleted, properties }): readonly DriftFinding[] => {
    if (deleted)
      return [{ kind: "stack", subject: logicalId, what: `${logicalId} (${type}) was deleted outside its stack` }];
    return properties
      .filter(({ path }) => !isKnownDrift(type, path, known))
      .map(({ path, expected, actual }) => {
        const [is, should] = apart(actual, expected);
        return { kind: "stack", subject: logicalId, what: `${logicalId}${path} is ${is}, should be ${should}` };
      });
  });
}

/** Whether a difference is nobody's doing. @param path as drift detection writes it: `/AllocatedStorage` */
export function isKnownDrift(type: string, path: string, known: KnownDrift): boolean {
  return known.some((noise) => noise.type === type && within(path, noise.property));
}

/** What a roll would change although the tenant has settled: somebody else changed it. */
export function serviceFindings(changes: readonly ServiceChange[]): readonly DriftFinding[] {
  return changes.map(serviceFinding);
}

function serviceFinding(change: ServiceChange): DriftFinding {
  const { service } = change;
  const finding = (kind: DriftKind, what: string): DriftFinding => ({
    kind,
    subject: service,
    what: `${service} ${what}`,
  });
  switch (change.kind) {
    case "create":
      return finding("service", `is gone; ${change.count} tasks of ${change.to} should run`);
    case "roll":
      return finding("service", `runs ${change.from}, should run ${change.to}`);
    case "reconfigure": {
      const [has, should] = apart(change.from, change.to);
      return finding("service", `has ${change.property} ${has}, should have ${should}`);
    }
    case "scale":
      return finding("scaling", `has ${change.from} tasks, should have ${change.to}`);
    case "remove":
      return finding("orphan", `runs ${change.from} and belongs to nobody`);
  }
}

/** Everything found as lines, for records and the fleet page. */
export function inLines(findings: readonly DriftFinding[]): readonly string[] {
  return findings.map(({ what }) => what);
}

function within(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}/`);
}

/** Most characters of a value in a finding, and how many of them stand before the first that differs. */
const longest = 120;
const lead = 24;

/** Two values, long ones from shortly before where they differ: two policies that begin alike must not read the same. */
function apart(one: string, other: string): readonly [string, string] {
  if (one.length <= longest && other.length <= longest) return [short(one), short(other)];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  const from = Math.max(0, same - lead);
  const rest = (value: string): string => short(from === 0 ? value : `…${value.slice(from)}`);
  return [rest(one), rest(other)];
}

function short(value: string): string {
  if (value === "") return "empty";
  return value.length > longest ? `${value.slice(0, longest - 1)}…` : value;
}
