/** What is remembered of one restore: enough to go on with it after its run was lost at any point, and to reverse it. */
import * as z from "zod";
import { canonicalJson } from "./fingerprint.ts";
import { stepNames } from "./restore-steps.ts";
import type { Fixed } from "./schema.ts";

export const restoreWhat = ["database", "files", "both"] as const;
export type RestoreWhat = (typeof restoreWhat)[number];

/** Why a database stands still: its tenant was suspended with it, or somebody stopped it. Only the former is stopped again afterwards. */
export const stoppedDatabase = ["with its tenant", "by somebody"] as const;
export type StoppedDatabase = (typeof stoppedDatabase)[number];

const source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("snapshot"), id: z.string() }),
  z.strictObject({ kind: z.literal("time"), instance: z.string(), at: z.iso.datetime() }),
]);

const instance = z.strictObject({
  /** DbiResourceId: stays when an instance is renamed. */
  resource: z.string(),
  host: z.string().exactOptional(),
  secret: z.string().exactOptional(),
});

const files = z.strictObject({
  copied: z.int(),
  hidden: z.int(),
  kept: z.int(),
  bytes: z.number(),
  /** All keys up to this one, in the bucket's order, are done. */
  after: z.string().exactOptional(),
});

/** What steps found out and later ones need. */
const facts = z.strictObject({
  old: instance.exactOptional(),
  restored: instance.exactOptional(),
  /** What ran before the tenant was suspended. */
  services: z
    .array(
      z.strictObject({
        name: z.string(),
        count: z.int(),
        scaling: z.strictObject({ min: z.int(), max: z.int() }).exactOptional(),
      }),
    )
    .exactOptional(),
  /** For which of the two that was looked at last. */
  lookedFor: z.literal(["restore", "undo"]).exactOptional(),
  /** The override that suspending took the place of. */
  override: z.unknown().optional(),
  behind: z.boolean().exactOptional(),
  rows: z.string().exactOptional(),
  files: files.exactOptional(),
  drift: z.array(z.string()).exactOptional(),
});

const step = z.strictObject({
  step: z.literal(stepNames),
  state: z.literal(["started", "done", "failed"]),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().exactOptional(),
  /** How often it was begun after it had failed; part of the tokens of its calls. */
  attempt: z.int(),
  /** ARN of the task it runs. */
  task: z.string().exactOptional(),
  note: z.string().exactOptional(),
});

export const restoreRecord = z.strictObject({
  operation: z.string(),
  tenant: z.string(),
  environment: z.string(),
  kind: z.literal(["dedicated", "shared"]),
  what: z.literal(restoreWhat),
  /** Undefined for files alone. */
  source: source.exactOptional(),
  /** How the tenant's own database was found before this, if it did not run; of an undo that is begun, before that. */
  stopped: z.literal(stoppedDatabase).exactOptional(),
  /** The moment both database and files go back to. */
  at: z.iso.datetime(),
  startedAt: z.iso.datetime(),
  startedBy: z.string(),
  confirmedBy: z.string(),
  runs: z.array(z.string()),
  state: z.literal(["running", "done", "aborted", "undoing", "undone", "discarding", "discarded"]),
  steps: z.array(step),
  facts,
});

export type RestoreRecord = Fixed<z.infer<typeof restoreRecord>>;
export type RestoreFacts = RestoreRecord["facts"];
export type StepRecord = RestoreRecord["steps"][number];
export type RestoredFiles = NonNullable<RestoreFacts["files"]>;

/** `operations/restore-op-r7k2m9xq.json` */
export function restoreKey(operation: string): string {
  return `operations/restore-${operation}.json`;
}

/** What a restore's record says of what it left. */
const leaving = z.object({ what: z.literal(restoreWhat), state: restoreRecord.shape.state });

/** Whether a restore that is over put a database away that nobody has discarded. @param record as it is stored */
export function keepsDatabase(record: unknown): boolean {
  const { what, state } = leaving.parse(record);
  return what !== "files" && (state === "done" || state === "undone");
}

/** `operations/restores/hospital-a.json`: which restore works on a tenant, so that there is only one at a time. */
export function restoreHolderKey(tenant: string): string {
  return `operations/restores/${tenant}.json`;
}

export const restoreHolder = z.strictObject({
  /** The operation that works on the tenant now. */
  holder: z.string().exactOptional(),
  /** Operations of this tenant, newest first. */
  operations: z.array(z.string()),
});

/** The record's own step, or undefined if it was never begun. */
export function stepOf(record: RestoreRecord, name: StepRecord["step"]): StepRecord | undefined {
  return record.steps.find(({ step: one }) => one === name);
}

/** The record with one step as given, in the place it had or at the end. */
export function withStep(record: RestoreRecord, next: StepRecord): RestoreRecord {
  const known = record.steps.some(({ step: one }) => one === next.step);
  return {
    ...record,
    steps: known ? record.steps.map((one) => (one.step === next.step ? next : one)) : [...record.steps, next],
  };
}

/** Whether two records say the same. */
export function sameRecord(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
