/** Everything that can be known before a restore is begun, looked up at once; problems are all told together. */
import { isHeld } from "../../domain/lease.ts";
import { migrationKey, migrationRecord } from "../../domain/migration.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import type { DatabaseInstance } from "../../domain/restore-database.ts";
import { type FileCounts, noFiles } from "../../domain/restore-files.ts";
import { restoreNames } from "../../domain/restore-names.ts";
import type { Restorable } from "../../domain/restore-outcome.ts";
import { type Finding, type RestorePlan, restorePlan } from "../../domain/restore-plan.ts";
import type { WantedPoint } from "../../domain/restore-point.ts";
import type { RestoreWhat, StoppedDatabase } from "../../domain/restore-record.ts";
import { type FoundSource, findSource } from "../../domain/restore-source.ts";
import { readLease } from "../lease.ts";
import { serves } from "./database-steps.ts";
import { type RestoreTarget, servingInstance } from "./restore-context.ts";
import { countFiles, dataBucket } from "./restore-files.ts";
import { restoresOf } from "./restore-holder.ts";
import { stoppedNow } from "./stopped-database.ts";

export interface PlanRequest {
  readonly operation: string;
  readonly what: RestoreWhat;
  readonly wanted: WantedPoint;
  /** Whether this session may list the tenant's files. */
  readonly files: "count" | "leave";
}

/** @throws OperatorError `database-gone` if the tenant has no database instance to compare with */
export async function planRestore(request: PlanRequest, target: RestoreTarget): Promise<RestorePlan> {
  const { clock, desired } = target;
  const { tenant, environment } = desired;
  const serving = await serves(target);
  const touchesDatabase = request.what !== "files";
  const [found, others, stopped] = await Promise.all([
    sourceOf(request.wanted, target, serving),
    Promise.all([tenantFindings(request, target), touchesDatabase ? accountFindings(target) : []]),
    touchesDatabase ? stoppedNow(target) : undefined,
  ]);
  const now = clock.now();
  const at = found.at ?? (request.wanted.kind === "time" ? request.wanted.at : now);
  const files = request.what === "database" ? undefined : await filesAt(at, request, target);
  const kind = tenant.tier === "trial" ? "shared" : "dedicated";
  // For files alone any moment will do; the database's backups do not matter.
  const ofSource = touchesDatabase
    ? [...found.findings, ...(await versionFindings(found, target, serving.engine))]
    : [];
  return restorePlan({
    ...{
      operation: request.operation,
      tenant: tenant.name,
      environment: environment.name,
      kind,
      what: request.what,
      at,
      now,
    },
    ...(touchesDatabase && found.source !== undefined && { source: found.source }),
    ...(stopped !== undefined && { stopped }),
    ...(files !== undefined && { files: files.counts }),
    names: restoreNames(desired.stack.name, now),
    storageGib: serving.settings.storageGib,
    findings: [
      ...ofSource,
      ...(touchesDatabase ? standing(serving, stopped) : []),
      ...others.flat(),
      ...(files?.findings ?? []),
      ...knowledge(kind, request),
    ],
  });
}

/** Whether what serves can be worked with. One that stands still is started; the one that trials share is everybody's business. */
function standing(serving: DatabaseInstance, stopped: StoppedDatabase | undefined): readonly Finding[] {
  const { id, state, status } = serving;
  if (stopped === undefined) {
    if (state === "ready") return [];
    if (state === "stopped")
      return [refuse(`${id}, which all trials share, is stopped; start it for all of them first`)];
    return [refuse(`${id} is ${status}; wait until it is available`)];
  }
  const after =
    stopped === "with its tenant"
      ? "and stopped again afterwards, and so is the old one, which is put away"
      : "and runs on afterwards";
  return [know(`${id} was stopped ${stopped}; it is started before the names are changed, ${after}`)];
}

async function sourceOf(
  wanted: WantedPoint,
  { cell }: RestoreTarget,
  serving: Awaited<ReturnType<typeof serves>>,
): Promise<FoundSource> {
  if (wanted.kind === "snapshot") {
    const snapshot = await cell.databases.snapshot(wanted.id);
    return findSource(wanted, serving, snapshot === undefined ? {} : { snapshot });
  }
  const window = await cell.databases.window(serving.resource);
  return findSource(wanted, serving, window === undefined ? {} : { window });
}

async function versionFindings(
  { version }: FoundSource,
  { cell }: RestoreTarget,
  engine: string,
): Promise<readonly Finding[]> {
  if (version === undefined || (await cell.databases.offers(engine, version))) return [];
  return [refuse(`RDS no longer makes instances of ${engine} ${version}; copy the snapshot and upgrade it first`)];
}

async function accountFindings({ cell, desired }: RestoreTarget): Promise<readonly Finding[]> {
  const quotas = await cell.databases.quotas();
  const { region, account } = desired.environment;
  return (["instances", "snapshots"] as const).flatMap((what) => {
    const { used, most } = quotas[what];
    return used < most
      ? []
      : [
          refuse(
            `account ${account} has ${used} of ${most} database ${what} in ${region}; raise the quota or delete some`,
          ),
        ];
  });
}

async function tenantFindings(
  { operation, what }: PlanRequest,
  { cell, clock, desired }: RestoreTarget,
): Promise<readonly Finding[]> {
  const { name } = desired.tenant;
  const [{ holder }, { lease }, stored] = await Promise.all([
    restoresOf(name, cell.records),
    readLease(name, cell.records),
    cell.records.get(migrationKey(name)),
  ]);
  const findings: Finding[] = [];
  if (holder !== undefined && holder !== operation) {
    findings.push(refuse(`${holder} of ${name} is not over; go on with it, or end it with abort or undo`));
  }
  if (isHeld(lease, clock.now()) && lease.operation !== operation) {
    findings.push(refuse(`${lease.purpose} by ${lease.holder} works on ${name} at this moment`));
  }
  const migration = stored === undefined ? undefined : migrationRecord.parse(stored.value);
  if (what !== "files" && (migration?.state === "starting" || migration?.state === "running")) {
    findings.push(refuse(`a migration to ${migration.release} runs on the database of ${name}; wait until it is over`));
  }
  return findings;
}

async function filesAt(
  at: Date,
  request: PlanRequest,
  target: RestoreTarget,
): Promise<{ readonly counts: FileCounts; readonly findings: readonly Finding[] }> {
  const { files } = target.cell;
  const bucket = dataBucket(target);
  if (request.files === "leave") {
    return {
      counts: noFiles,
      findings: [know("files are counted by the job that a second person has to approve, before it changes anything")],
    };
  }
  if (!(await files.versioned(bucket))) return { counts: noFiles, findings: [refuse(`${bucket} keeps no versions`)] };
  const counts = await countFiles(bucket, at, files);
  const { archived } = counts;
  return {
    counts,
    findings:
      archived.length === 0 ? [] : [refuse(`archived versions have to be opened first: ${archived.join(", ")}`)],
  };
}

function knowledge(kind: "dedicated" | "shared", { what }: PlanRequest): readonly Finding[] {
  if (what === "files")
    return [
      know(
        "versions that a lifecycle rule has removed do not come back; files on the shared file system are not part of this",
      ),
    ];
  return [
    ...(kind === "dedicated"
      ? [
          know(
            "automated backups begin anew with the restored instance; the old one keeps its own until it is discarded",
          ),
        ]
      : [
          know(
            "the copy is read with the tenant's present password; if that was rotated since, the copying step says so and nothing is changed",
          ),
        ]),
    know("everybody is signed out, and queued tasks are dropped"),
  ];
}

/** What can be restored at all. */
export async function restorable(target: RestoreTarget): Promise<Restorable> {
  const { cell, desired } = target;
  const instance = servingInstance(target);
  const serving = await cell.databases.find(instance);
  const [window, snapshots, restores] = await Promise.all([
    serving === undefined ? undefined : cell.databases.window(serving.resource),
    cell.databases.snapshots(instance),
    restoresOf(desired.tenant.name, cell.records),
  ]);
  return {
    tenant: desired.tenant.name,
    instance,
    snapshots: snapshots.filter(({ ready }) => ready),
    operations: restores.operations,
    ...(window !== undefined && { window }),
    ...(restores.holder !== undefined && { holder: restores.holder }),
  };
}

function refuse(text: string): Finding {
  return { level: "refuse", text };
}

function know(text: string): Finding {
  return { level: "know", text };
}

/** @throws OperatorError `restore-refused` with every reason */
export function mustNotBeRefused(reasons: readonly string[]): void {
  if (reasons.length > 0) throw new OperatorError("restore-refused", reasons.join("; "));
}
