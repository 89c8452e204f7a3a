/** What was seen of a tenant, as findings: what is wrong, and what would mend it. The worst first. */

import type { Command } from "./command/grammar.ts";
import { fargateComplaint } from "./fargate.ts";
import type { ServiceRole, StoppedTask } from "./service.ts";
import { howItEnded } from "./stopped-tasks.ts";
import type { Tenant } from "./tenant.ts";

export interface Finding {
  readonly gravity: "broken" | "warning";
  readonly what: string;
  readonly is: string;
  /** What would mend it. */
  readonly instead?: string;
  readonly next?: Command;
}

export interface SeenService {
  readonly role: ServiceRole;
  readonly wanted: number;
  readonly healthy: number;
  /** Tasks that ended by themselves, newest first. */
  readonly stopped: readonly StoppedTask[];
  /** What ECS last said. */
  readonly event?: string;
  /** Percent of what its tasks have. */
  readonly memory?: { readonly average: number; readonly peak: number };
  readonly cpu?: { readonly average: number; readonly peak: number };
}

export interface SeenDatabase {
  readonly id: string;
  readonly status: string;
  readonly storageGib: number;
  readonly storageLimitGib?: number;
  readonly freeStorageGib?: number;
  readonly connections?: { readonly average: number; readonly peak: number };
  readonly cpu?: { readonly average: number; readonly peak: number };
}

/** In these it answers as ever, though RDS is at work on it (Amazon RDS user guide, "Viewing DB instance status"); backups come every night. */
const serving: ReadonlySet<string> = new Set([
  "available",
  "backing-up",
  "configuring-associated-roles",
  "configuring-enhanced-monitoring",
  "configuring-iam-database-auth",
  "configuring-log-exports",
  "storage-initialization",
  "storage-optimization",
]);

/** Percent of a task's memory above which the next request may end it. */
const tightMemory = 85;
const tightCpu = 85;

/** Findings of one service. */
export function serviceFindings(tenant: Tenant, seen: SeenService): readonly Finding[] {
  const { role, wanted, healthy, stopped, memory, cpu, event } = seen;
  // What is meant to run nothing is not ill because it runs nothing.
  if (wanted === 0) return [];
  const [last] = stopped;
  const outOfMemory = stopped.find((task) => isOutOfMemory(task));
  const findings: Finding[] = [];
  if (outOfMemory !== undefined || (memory !== undefined && memory.peak >= tightMemory)) {
    findings.push({
      gravity: outOfMemory === undefined ? "warning" : "broken",
      what: `${role} memory`,
      is:
        outOfMemory === undefined
          ? `peaked at ${Math.round(memory?.peak ?? 0)} % of ${tenant.services[role].memory} MiB in the last quarter of an hour`
          : `a task was ended because it used more than its ${tenant.services[role].memory} MiB`,
      instead: moreMemory(tenant, role),
    });
  }
  if (healthy < wanted) {
    findings.push({
      gravity: "broken",
      what: `${role} tasks`,
      is: `${healthy} of ${wanted} healthy${last === undefined ? "" : `; the last one that ended: ${howItEnded(last)}`}`,
      ...(event !== undefined && { instead: `ECS says: ${event}` }),
      next: { verb: "logs", tenant: tenant.name, service: role },
    });
  } else if (last !== undefined && outOfMemory === undefined) {
    findings.push({
      gravity: "warning",
      what: `${role} tasks`,
      is: `${stopped.length} ended in the last hour; the last one: ${howItEnded(last)}`,
      next: { verb: "logs", tenant: tenant.name, service: role },
    });
  }
  if (cpu !== undefined && cpu.average >= tightCpu) {
    const max = role === "beat" ? 1 : tenant.services[role].count.max;
    findings.push({
      gravity: "warning",
      what: `${role} CPU`,
      is: `${Math.round(cpu.average)} % on average in the last quarter of an hour`,
      instead:
        wanted >= max
          ? `auto scaling is at its end of ${max}: raise services.${role}.count.max in tenants/${tenant.name}.yml`
          : "auto scaling is at it",
    });
  }
  return findings;
}

/** Findings of the database: whether it is there, has room, and has connections left. */
export function databaseFindings(tenant: Tenant, seen: SeenDatabase | undefined): readonly Finding[] {
  if (seen === undefined) {
    return [
      {
        gravity: "broken",
        what: "database",
        is: "RDS knows no instance of that name",
        instead: "look at the tenant's stack",
      },
    ];
  }
  const findings: Finding[] = [];
  const atRest = tenant.state === "suspended" && ["stopping", "stopped"].includes(seen.status);
  if (!serving.has(seen.status) && !atRest) {
    findings.push({
      gravity: "broken",
      what: "database",
      is: `${seen.id} is ${seen.status}, not available`,
      instead:
        seen.status === "storage-full"
          ? `raise database.allocatedStorageGib above ${seen.storageGib} in tenants/${tenant.name}.yml, by 10 % or more`
          : seen.status === "stopped"
            ? `start it: /resume ${tenant.name}`
            : "RDS is at work on it; its events say on what",
    });
  }
  if (seen.freeStorageGib !== undefined && seen.freeStorageGib < seen.storageGib / 10) {
    const grows = seen.storageLimitGib !== undefined && seen.storageLimitGib > seen.storageGib;
    findings.push({
      gravity: grows ? "warning" : "broken",
      what: "database storage",
      is: `${seen.freeStorageGib.toFixed(1)} of ${seen.storageGib} GiB free`,
      instead: grows
        ? `it grows by itself up to ${seen.storageLimitGib} GiB`
        : `raise database.maxAllocatedStorageGib in tenants/${tenant.name}.yml`,
    });
  }
  if (seen.cpu !== undefined && seen.cpu.average >= tightCpu) {
    findings.push({
      gravity: "warning",
      what: "database CPU",
      is: `${Math.round(seen.cpu.average)} % on average in the last quarter of an hour`,
      instead: `a larger database.instanceClass in tenants/${tenant.name}.yml`,
    });
  }
  return findings;
}

/** Findings of the way from the tasks to the database: who carries which security group, and which address they are told. */
export function pathFindings(seen: {
  readonly taskGroups: readonly string[];
  readonly databaseGroups: readonly string[];
  readonly appGroup: string;
  readonly databaseGroup: string;
  readonly toldHost: string;
  readonly endpoint?: string;
}): readonly Finding[] {
  const found = (is: string, instead: string): Finding => ({
    gravity: "broken",
    what: "way to the database",
    is,
    instead,
  });
  const { taskGroups, databaseGroups, appGroup, databaseGroup, toldHost, endpoint } = seen;
  return [
    ...(taskGroups.includes(appGroup)
      ? []
      : [
          found(
            `the tasks do not carry the security group ${appGroup} that the database lets in`,
            "deploy the tenant again",
          ),
        ]),
    ...(databaseGroups.includes(databaseGroup)
      ? []
      : [
          found(
            `the database does not carry its security group ${databaseGroup}`,
            "give it back; drift of the stack says what else differs",
          ),
        ]),
    ...(endpoint === undefined || endpoint.split(":")[0] === toldHost
      ? []
      : [found(`the tasks are told ${toldHost}, the database is at ${endpoint}`, "deploy the tenant again")]),
  ];
}

/** Worst first, in the order they were found. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [
    ...findings.filter(({ gravity }) => gravity === "broken"),
    ...findings.filter(({ gravity }) => gravity === "warning"),
  ];
}

/** ECS says `OutOfMemoryError: Container killed due to memory usage`, or the kernel ended the process (exit code 137 with that word). */
function isOutOfMemory({ containerReason }: StoppedTask): boolean {
  return containerReason?.startsWith("OutOfMemory") ?? false;
}

function moreMemory(tenant: Tenant, role: ServiceRole): string {
  const { cpu, memory } = tenant.services[role];
  const larger = Array.from({ length: 16 }, (_, step) => memory + 512 * (step + 1));
  const next = larger.find((size) => fargateComplaint({ cpu, memory: size }) === undefined);
  const file = `tenants/${tenant.name}.yml`;
  return next === undefined
    ? `${memory} MiB is the most for ${cpu} CPU units: raise services.${role}.cpu and memory in ${file}`
    : `set services.${role}.memory to ${next} in ${file}`;
}
