/** The moment a restore goes back to, as people write it and as it is found. */
import { OperatorError } from "./operator-error.ts";
import { show } from "./wording.ts";

/** What somebody asked for. */
export type WantedPoint =
  | { readonly kind: "latest" }
  | { readonly kind: "time"; readonly at: Date }
  | { readonly kind: "snapshot"; readonly id: string };

/** Where a database comes from: a snapshot, or the backups of an instance at a time. */
export type RestoreSource =
  | { readonly kind: "snapshot"; readonly id: string }
  | { readonly kind: "time"; readonly instance: string; readonly at: string };

/** With a zone, because a time without one is a different moment for the hospital and for the runner. */
const moment = /^\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Snapshots of RDS itself are named `rds:…`, those of AWS Backup `awsbackup:…`. */
const snapshotId = /^[A-Za-z](?:[:-]?[A-Za-z0-9])*$/;

/**
 * Reads the form's field: `latest`, a time with its zone such as `2026-11-27T03:10:00Z`, or the id of a snapshot.
 *
 * @throws OperatorError `wrong-point` with the three forms
 */
export function wantedPoint(text: string): WantedPoint {
  const given = text.trim();
  if (given.toLowerCase() === "latest") return { kind: "latest" };
  if (moment.test(given)) {
    const at = new Date(given.replace(" ", "T"));
    if (!Number.isNaN(at.getTime()) && isDay(given.slice(0, 10))) return { kind: "time", at };
  }
  if (snapshotId.test(given) && given.length <= 255) return { kind: "snapshot", id: given.toLowerCase() };
  const zone = /^\d{4}-\d\d-\d\d/.test(given) ? "; a time needs its zone, Z for UTC, and a day that there is" : "";
  throw new OperatorError(
    "wrong-point",
    `when must be latest, a time such as 2026-11-27T03:10:00Z or the id of a snapshot, got ${show(given)}${zone}`,
  );
}

/** JavaScript takes November 31 for December 1: another moment than somebody wrote. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
