import type { CommandOf } from "../domain/command/grammar.ts";
import type { ReplyState } from "../domain/command/reply.ts";
import {
  databaseFindings,
  type Finding,
  pathFindings,
  type SeenDatabase,
  serviceFindings,
  worstFirst,
} from "../domain/diagnosis.ts";
import { clusterName } from "../domain/environment-names.ts";
import { withoutSecrets } from "../domain/sensitive.ts";
import { failuresOf } from "../domain/stopped-tasks.ts";
import type { Tenant } from "../domain/tenant.ts";
import { tenantStackName } from "../domain/tenant-stack.ts";
import type { Looking, LookPorts } from "./command/look.ts";
import { type CommandCell, servicesOf } from "./command/setting.ts";
import { logOf } from "./run-task.ts";

type Answered = Extract<ReplyState, { readonly state: "answered" }>;

const roles = ["django", "celery", "beat"] as const;

/** ECS lists tasks that ended for about an hour. */
const listedMs = 3_600_000;

/** Looks at everything that is usually wrong, all at once, and says what would mend it; the worst first. */
export async function diagnose(
  command: CommandOf<"diagnose">,
  { environment, cell, subject }: Looking & { readonly subject: NonNullable<Looking["subject"]> },
  { clock }: LookPorts,
): Promise<Answered> {
  const { tenant } = subject;
  const cluster = clusterName(environment);
  const observed = await servicesOf({ tenant, environment, cell }, roles);
  const since = new Date(clock.now().getTime() - listedMs);
  const [seen, alarms, data] = await Promise.all([
    Promise.all(
      observed.map(async ({ role, service, definition }) => {
        const [healthy, stopped, memory, cpu] = await Promise.all([
          cell.insight.healthyTasks(cluster, service.name),
          cell.services.stoppedTasks(cluster, service.name),
          cell.insight.usage({ of: "memory", cluster, service: service.name }),
          cell.insight.usage({ of: "cpu", cluster, service: service.name }),
        ]);
        return {
          ...{ role, wanted: service.desiredCount, healthy, definition },
          stopped: failuresOf(stopped, { taskDefinition: service.taskDefinition, since }),
          ...(service.events[0] !== undefined && { event: service.events[0].text }),
          ...(memory !== undefined && { memory }),
          ...(cpu !== undefined && { cpu }),
        };
      }),
    ),
    cell.insight.alarms(`${tenantStackName(tenant)}-`),
    lookAtData(tenant, observed[0]?.service.securityGroups ?? [], cell),
  ]);
  const findings = worstFirst([
    ...seen.flatMap((service) => serviceFindings(tenant, service)),
    ...data.findings,
    ...alarms
      .filter(({ state }) => state === "alarm")
      .map(
        ({ name, reason, since: from }): Finding => ({
          ...{ gravity: "warning", what: `alarm ${name}`, is: `since ${from.toISOString()}` },
          instead: reason,
        }),
      ),
  ]);
  const crashed = seen.find(({ stopped }) => stopped.length > 0);
  const [newest] = crashed?.stopped ?? [];
  const log =
    crashed === undefined || newest === undefined
      ? []
      : await logOf(crashed.definition, newest.task, { ...cell, clock });
  const broken = findings.filter(({ gravity }) => gravity === "broken").length;
  return {
    ...{ state: "answered", command },
    summary: summaryOf(tenant, findings.length, broken),
    facts: [
      ...findings.map(({ what, is, instead }) => ({
        ...{ what, is: withoutSecrets(is) },
        ...(instead !== undefined && { instead: withoutSecrets(instead) }),
      })),
      ...seen.map(({ role, wanted, healthy }) => ({ what: role, is: `${healthy} of ${wanted} tasks healthy` })),
      ...data.facts,
    ],
    lines: log.map(withoutSecrets),
    next: findings.flatMap(({ next }) => next ?? []).slice(0, 3),
  };
}

function summaryOf({ name, state }: Tenant, all: number, broken: number): string {
  if (state === "suspended") return `${name} is suspended: it runs nothing, and that is as it should be`;
  if (all === 0) return `nothing is wrong with ${name} that can be seen from outside`;
  const things = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;
  return `${name}: ${things(broken, "thing is broken", "things are broken")}, ${things(all - broken, "warning", "warnings")}`;
}

const gib = 1024 ** 3;

/** The load balancer's targets, the database, and the way to it. */
async function lookAtData(
  tenant: Tenant,
  taskGroups: readonly string[],
  { stacks, insight }: CommandCell,
): Promise<{ readonly findings: readonly Finding[]; readonly facts: Answered["facts"] }> {
  const stack = await stacks.find(tenantStackName(tenant));
  if (stack === undefined) return { findings: [], facts: [] };
  const {
    TargetGroupArn,
    DatabaseInstanceIdentifier,
    AppSecurityGroupId = "",
    DatabaseSecurityGroupId,
    DatabaseHost = "",
  } = stack.outputs;
  const targets = TargetGroupArn === undefined ? [] : await insight.targets(TargetGroupArn);
  const failing = targets.filter(({ state }) => state !== "healthy" && state !== "draining" && state !== "initial");
  const ofTargets = failing.map(
    ({ id, state, reason }): Finding => ({
      ...{ gravity: "broken", what: "load balancer", is: `target ${id} is ${state}` },
      ...(reason !== undefined && { instead: reason }),
      next: { verb: "logs", tenant: tenant.name, service: "django" },
    }),
  );
  // A trial's database is on an instance that others share; the role of one tenant does not see it.
  if (tenant.database.kind === "shared" || DatabaseInstanceIdentifier === undefined)
    return { findings: ofTargets, facts: [] };
  const [database, connections, free, cpu] = await Promise.all([
    insight.database(DatabaseInstanceIdentifier),
    insight.usage({ of: "connections", database: DatabaseInstanceIdentifier }),
    insight.usage({ of: "free storage", database: DatabaseInstanceIdentifier }),
    insight.usage({ of: "database cpu", database: DatabaseInstanceIdentifier }),
  ]);
  const seen: SeenDatabase | undefined = database && {
    ...database,
    id: DatabaseInstanceIdentifier,
    ...(free !== undefined && { freeStorageGib: free.peak / gib }),
    ...(connections !== undefined && { connections }),
    ...(cpu !== undefined && { cpu }),
  };
  const way =
    database === undefined || DatabaseSecurityGroupId === undefined
      ? []
      : pathFindings({
          taskGroups,
          databaseGroups: database.securityGroups,
          appGroup: AppSecurityGroupId,
          databaseGroup: DatabaseSecurityGroupId,
          toldHost: DatabaseHost,
          ...(database.endpoint !== undefined && { endpoint: database.endpoint }),
        });
  const used = connections === undefined ? "" : `, ${Math.round(connections.peak)} connections at the most`;
  return {
    findings: [...ofTargets, ...databaseFindings(tenant, seen), ...way],
    facts:
      database === undefined ? [] : [{ what: "database", is: `${database.status}, ${database.storageGib} GiB${used}` }],
  };
}
