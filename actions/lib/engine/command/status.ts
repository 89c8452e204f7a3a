import type { CommandOf } from "../../domain/command/grammar.ts";
import type { ReplyState } from "../../domain/command/reply.ts";
import { unsettledKey, unsettledRecord } from "../../domain/deploy-record.ts";
import { desiredTenant } from "../../domain/desired.ts";
import { clusterName } from "../../domain/environment-names.ts";
import { isHeld } from "../../domain/lease.ts";
import { describeOverride, type Override, unrecorded, withOverrides } from "../../domain/override.ts";
import { releaseOf } from "../../domain/release.ts";
import { countText } from "../../domain/service-changes.ts";
import { settledFingerprints, settledPrefix } from "../../domain/settled.ts";
import type { Suspension } from "../../domain/suspension.ts";
import { releaseTag } from "../../domain/tenant-services.ts";
import { readLease } from "../lease.ts";
import { liveOverrides, overridesOf } from "../live-overrides.ts";
import { platformOutputs } from "../platform.ts";
import { lastSuspension } from "./database-power.ts";
import type { Looking, LookPorts } from "./look.ts";
import { servicesOf } from "./setting.ts";

type Answered = Extract<ReplyState, { readonly state: "answered" }>;
type Fact = Answered["facts"][number];

/** What runs of one tenant, what differs from git, who works on it, and whether it is settled. */
export async function tenantStatus(
  command: CommandOf<"status">,
  { environment, cell, declarations, subject }: Looking & { readonly subject: NonNullable<Looking["subject"]> },
  { clock }: LookPorts,
): Promise<Answered> {
  const { tenant, file } = subject;
  const now = clock.now();
  const cluster = clusterName(environment);
  const [services, overrides, { lease }, settled, unsettled, platform, { suspension }] = await Promise.all([
    servicesOf({ tenant, environment, cell }, ["django", "celery", "beat"]),
    overridesOf(tenant.name, cell.records),
    readLease(tenant.name, cell.records),
    cell.records.list(`${settledPrefix}${tenant.name}/`),
    cell.records.get(unsettledKey(tenant.name)),
    platformOutputs(environment, cell.stacks),
    lastSuspension(tenant.name, cell.records),
  ]);
  const healthy = await Promise.all(services.map(({ service }) => cell.insight.healthyTasks(cluster, service.name)));
  const desired = desiredTenant(tenant, { environment, template: declarations.template, platform });
  const isSettled = settledFingerprints(settled).get(tenant.name) === desired.fingerprint;
  const wanted = services.reduce((sum, { service }) => sum + service.desiredCount, 0);
  const up = healthy.reduce((sum, count) => sum + count, 0);
  const history = unsettled === undefined ? undefined : unsettledRecord.parse(unsettled.value);
  const live = unrecorded(file, overrides, now);
  return {
    ...{ state: "answered", command, lines: [] },
    summary: `${tenant.name} is ${tenant.state}: ${up} of ${wanted} tasks healthy, ${isSettled ? "settled" : "not settled"}${live.length > 0 ? `, ${live.length} ${live.length === 1 ? "change" : "changes"} not in git yet` : ""}`,
    facts: [
      ...services.map(({ role, service, definition, scaling }, index): Fact => {
        const limits = scaling === undefined || scaling.suspended ? "" : ` (auto scaling ${countText(scaling)})`;
        const release = definition.tags[releaseTag] ?? "an unknown release";
        const event = service.runningCount < service.desiredCount ? service.events[0]?.text : undefined;
        return {
          what: role,
          is: `${healthy[index] ?? 0} of ${service.desiredCount} tasks healthy${limits}, ${release}`,
          ...(event !== undefined && { instead: event }),
        };
      }),
      ...stoppedDatabase(suspension),
      { what: "release", is: `git wants ${releaseOf(tenant, environment)}` },
      ...live.map((override): Fact => ({ what: "not in git yet", is: describeOverride(override, file) })),
      ...(isHeld(lease, now)
        ? [{ what: "lease", is: `${lease.purpose} of ${lease.holder} since ${lease.since}` }]
        : []),
      ...(history === undefined
        ? []
        : [{ what: "not settled", is: `since ${history.since}`, ...lastOf(history.history) }]),
    ],
    next: isSettled
      ? []
      : [
          { verb: "diagnose", tenant: tenant.name },
          { verb: "retry", tenant: tenant.name },
        ],
  };
}

function stoppedDatabase(suspension: Suspension | undefined): readonly Fact[] {
  if (suspension?.database === undefined) return [];
  const { id, startsBy } = suspension.database;
  const until = startsBy.slice(0, 16).replace("T", " ");
  return [
    {
      ...{ what: "database", is: `${id} is stopped until ${until} UTC, when AWS starts it` },
      instead: "it is stopped again then; resuming starts it",
    },
  ];
}

/** All tenants of an environment, from records alone: those that are not as git says come first, and only they are told. */
export async function fleetStatus(
  command: CommandOf<"status">,
  { environment, cell, declarations }: Looking,
  { clock }: LookPorts,
): Promise<Answered> {
  const now = clock.now();
  const [overrides, settled, platform] = await Promise.all([
    liveOverrides(cell.records),
    cell.records.list(settledPrefix),
    platformOutputs(environment, cell.stacks),
  ]);
  const fingerprints = settledFingerprints(settled);
  const sources = { environment, template: declarations.template, platform };
  const here = [...declarations.tenants.values()].filter(({ tenant }) => tenant.environment === environment.name);
  const rows = here.map(({ tenant: file }) => {
    const own: readonly Override[] = overrides.get(file.name) ?? [];
    const desired = desiredTenant(withOverrides(file, own, now), sources);
    const isSettled = fingerprints.get(file.name) === desired.fingerprint;
    return { desired, isSettled, live: unrecorded(file, own, now).map((one) => describeOverride(one, file)) };
  });
  const restless = rows.filter(({ isSettled, live }) => !isSettled || live.length > 0);
  const suspended = rows.filter(({ desired }) => desired.tenant.state === "suspended").length;
  const count = rows.filter(({ isSettled }) => isSettled).length;
  return {
    ...{ state: "answered", command, lines: [] },
    summary: `${environment.name}: ${count} of ${rows.length} tenants settled, ${suspended} suspended; release ${environment.release}`,
    facts: restless.map(({ desired, isSettled, live }) => ({
      what: desired.tenant.name,
      is: isSettled ? `settled on ${desired.release}` : `not settled on ${desired.release}`,
      ...(live.length > 0 && { instead: `not in git yet: ${live.join("; ")}` }),
    })),
    next: restless.slice(0, 2).map(({ desired }) => ({ verb: "status", tenant: desired.tenant.name })),
  };
}

function lastOf(history: readonly { readonly what: string }[]): { readonly instead?: string } {
  const last = history.at(-1)?.what;
  return last === undefined ? {} : { instead: last };
}
