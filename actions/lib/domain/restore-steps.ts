/** What a restore does, step by step, as data: the order, what each step is for, and how long it takes. */
import type { RestoreRecord, RestoreWhat, StoppedDatabase } from "./restore-record.ts";

/** Every step there is. A plan is a list of them; what each does is in the engine. */
export const stepNames = [
  "restore-beside",
  "carry-settings",
  "verify",
  "start-database",
  "suspend",
  "final-snapshot",
  "rename-old",
  "rename-new",
  "copy-database",
  "swap-databases",
  "restore-files",
  "forget-queue",
  "migrate",
  "resume",
  "check-stack",
  "stop-database",
  "stop-put-away",
  "remove-copy",
  "undo-start-database",
  "undo-start-put-away",
  "undo-suspend",
  "undo-rename-new",
  "undo-rename-old",
  "undo-databases",
  "undo-forget-queue",
  "undo-resume",
  "undo-check-stack",
  "undo-stop-database",
  "undo-stop-put-away",
  "discard-snapshot",
  "discard-instance",
  "discard-database",
] as const;

export type StepName = (typeof stepNames)[number];

export interface StepKind {
  /** What it does, for people: one line. */
  readonly does: string;
  /** How long it usually takes, minutes. RDS gives no estimates; these are from its user guide and from experience. */
  readonly minutes: number;
  /** Whether the tenant is down meanwhile, whatever is done before and after. */
  readonly down: boolean;
}

const startDoes = "start the database, which is stopped: RDS renames and snapshots none that is";
const stopDoes = "stop the database again, as it is with its suspended tenant";
const stopAwayDoes = "stop the one that was put away as well; AWS starts it after seven days";

export const stepKinds: Readonly<Record<StepName, StepKind>> = {
  "restore-beside": { does: "restore beside the running database, which is not touched", minutes: 25, down: false },
  "carry-settings": {
    does: "give it every setting of the running one, and a managed password",
    minutes: 8,
    down: false,
  },
  verify: { does: "read it with the running release: reachable, rows, migrations, a page", minutes: 3, down: false },
  "start-database": { does: startDoes, minutes: 10, down: false },
  suspend: { does: "stop scheduler, web and workers, auto scaling first", minutes: 3, down: true },
  "final-snapshot": { does: "take a last snapshot of the running database", minutes: 6, down: true },
  "rename-old": { does: "rename the running database away; it is kept", minutes: 4, down: true },
  "rename-new": { does: "give the restored database its identifier, and so its endpoint", minutes: 4, down: true },
  "copy-database": {
    does: "copy the tenant's own database out of the restored instance, beside the running one",
    minutes: 5,
    down: true,
  },
  "swap-databases": { does: "rename the tenant's two databases; neighbours are not touched", minutes: 2, down: true },
  "restore-files": {
    does: "copy versions of that time forward, hide what came later; no version is deleted",
    minutes: 5,
    down: false,
  },
  "forget-queue": { does: "empty cache and task queue, which tell of lost rows", minutes: 2, down: true },
  migrate: { does: "bring the restored schema to the running release, if it is behind", minutes: 3, down: true },
  resume: { does: "start workers, web and scheduler as they were", minutes: 4, down: true },
  "check-stack": {
    does: "ask CloudFormation whether the database is still what its stack says",
    minutes: 1,
    down: false,
  },
  "stop-database": { does: stopDoes, minutes: 10, down: false },
  "stop-put-away": { does: stopAwayDoes, minutes: 10, down: false },
  "remove-copy": { does: "remove the temporary instance", minutes: 5, down: false },
  "undo-start-database": { does: startDoes, minutes: 10, down: false },
  "undo-start-put-away": {
    does: "start the database that was put away, which the restore left stopped",
    minutes: 10,
    down: false,
  },
  "undo-suspend": { does: "stop scheduler, web and workers, auto scaling first", minutes: 3, down: true },
  "undo-rename-new": { does: "rename the restored database away; it is kept", minutes: 4, down: true },
  "undo-rename-old": { does: "give the old database its identifier back", minutes: 4, down: true },
  "undo-databases": {
    does: "rename the tenant's two databases back; neighbours are not touched",
    minutes: 2,
    down: true,
  },
  "undo-forget-queue": { does: "empty cache and task queue, which tell of lost rows", minutes: 2, down: true },
  "undo-resume": { does: "start workers, web and scheduler as they were", minutes: 4, down: true },
  "undo-check-stack": {
    does: "ask CloudFormation whether the database is still what its stack says",
    minutes: 1,
    down: false,
  },
  "undo-stop-database": { does: stopDoes, minutes: 10, down: false },
  "undo-stop-put-away": { does: stopAwayDoes, minutes: 10, down: false },
  "discard-snapshot": { does: "make sure that a last snapshot of what was put away is there", minutes: 6, down: false },
  "discard-instance": { does: "delete the instance that was put away", minutes: 10, down: false },
  "discard-database": {
    does: "drop the database that was put away; neighbours are not touched",
    minutes: 2,
    down: false,
  },
};

/** The step after which a restore cannot be thrown away any more, only undone. */
export const pointOfNoReturn: Readonly<Record<"dedicated" | "shared", StepName>> = {
  dedicated: "rename-old",
  shared: "swap-databases",
};

/**
 * The steps of a restore, in order.
 *
 * @param stopped how the tenant's own database comes to be stopped; undefined if it runs
 */
export function restoreSteps(
  what: RestoreWhat,
  kind: "dedicated" | "shared",
  stopped?: StoppedDatabase,
): readonly StepName[] {
  if (what === "files") return ["restore-files"];
  const files: readonly StepName[] = what === "both" ? ["restore-files"] : [];
  if (kind === "shared") {
    const copy = ["restore-beside", "verify", "suspend", "copy-database", "swap-databases"] as const;
    return [...copy, ...files, "forget-queue", "migrate", "resume", "remove-copy"];
  }
  // A restore that is thrown away before it would have changed anything leaves the database stopped as it was.
  const start: readonly StepName[] = stopped === undefined ? [] : ["start-database"];
  const stop: readonly StepName[] = stopped === "with its tenant" ? ["stop-database", "stop-put-away"] : [];
  const beside = ["restore-beside", "carry-settings", "verify"] as const;
  const swap = ["suspend", "final-snapshot", "rename-old", "rename-new"] as const;
  return [...beside, ...start, ...swap, ...files, "forget-queue", "migrate", "resume", "check-stack", ...stop];
}

/** The steps that reverse the swap. Files are not put back: the versions they had are still there for another restore. */
export function undoSteps({
  kind,
  stopped,
  steps,
}: Pick<RestoreRecord, "kind" | "stopped" | "steps">): readonly StepName[] {
  if (kind === "shared") return ["undo-suspend", "undo-databases", "undo-forget-queue", "undo-resume"];
  const start: readonly StepName[] = stopped === undefined ? [] : ["undo-start-database"];
  // Before the tenant is stopped for it: also one that was resumed since is not down for as long as RDS starts an instance.
  const away: readonly StepName[] = steps.some(({ step }) => step === "stop-put-away") ? ["undo-start-put-away"] : [];
  const stop: readonly StepName[] = stopped === "with its tenant" ? ["undo-stop-database", "undo-stop-put-away"] : [];
  const swap = ["undo-suspend", "undo-rename-new", "undo-rename-old"] as const;
  return [...start, ...away, ...swap, "undo-forget-queue", "undo-resume", "undo-check-stack", ...stop];
}

/** The steps after which nothing can be undone any more. */
export function discardSteps(kind: "dedicated" | "shared"): readonly StepName[] {
  return kind === "shared" ? ["discard-database"] : ["discard-snapshot", "discard-instance"];
}

/** Minutes a list of steps takes, and for how many of them the tenant is down. */
export function expectedMinutes(
  steps: readonly StepName[],
  storageGib: number,
): { readonly whole: number; readonly down: number } {
  const sum = (list: readonly StepName[]): number =>
    list.reduce((total, name) => total + minutesOf(name, storageGib), 0);
  return { whole: sum(steps), down: sum(steps.filter((name) => isDown(name, steps))) };
}

/** Whether the tenant is down during a step of a restore: also files are restored while it is, where its database is swapped as well. */
export function isDown(name: StepName, steps: readonly StepName[]): boolean {
  const at = steps.indexOf(name);
  return stepKinds[name].down || (steps.slice(0, at).includes("suspend") && steps.slice(at).includes("resume"));
}

/** A restore and a copy take longer the more there is. */
export function minutesOf(name: StepName, storageGib: number): number {
  const extra = name === "restore-beside" ? storageGib / 50 : name === "copy-database" ? storageGib / 10 : 0;
  return stepKinds[name].minutes + Math.round(extra);
}
