/** Watches the tenants of a wave for a while: what was healthy when it was rolled has to stay so before the next wave starts. */
import type { RunningService } from "../domain/service.ts";
import { deploymentProgress } from "../domain/service.ts";
import type { Clock } from "../ports/clock.ts";
import type { Insight } from "../ports/metrics.ts";
import type { Progress } from "../ports/progress.ts";
import type { Services } from "../ports/services.ts";
import { together } from "./together.ts";

export interface WatchedTenant {
  readonly tenant: string;
  /** Names of its services. */
  readonly services: readonly string[];
  readonly targetGroup: string;
  /** What the names of its alarms begin with. */
  readonly alarmPrefix: string;
}

export interface Watch {
  readonly cluster: string;
  readonly tenants: readonly WatchedTenant[];
  /** How long they are watched, in milliseconds; 0 looks twice, a minute apart. */
  readonly forMs: number;
}

export interface Ailment {
  readonly tenant: string;
  readonly cause: string;
}

export interface WatchPorts {
  readonly services: Pick<Services, "find" | "deployments">;
  readonly health: Pick<Insight, "targets" | "alarms">;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** A task that is replaced is missing for a moment; what is still wrong a minute later is wrong. */
const betweenLooksMs = 60_000;

/** Looks at a tenant's load balancer and alarms: two calls each. */
const atOnce = 20;

/**
 * @returns the tenants that were found ill twice in a row, each with the first cause; they are not looked at again
 */
export async function watchHealth(watch: Watch, ports: WatchPorts): Promise<readonly Ailment[]> {
  const { clock, progress } = ports;
  const begun = clock.now();
  const until = begun.getTime() + Math.max(watch.forMs, betweenLooksMs);
  const ill = new Map<string, string>();
  let suspects = new Set<string>();
  for (;;) {
    const well = watch.tenants.filter(({ tenant }) => !ill.has(tenant));
    const found = await look({ ...watch, tenants: well }, begun, ports);
    for (const { tenant, cause } of found) {
      if (!suspects.has(tenant)) continue;
      ill.set(tenant, cause);
      progress.say(`${tenant} is not healthy any more: ${cause}`);
    }
    suspects = new Set(found.map(({ tenant }) => tenant));
    const left = until - clock.now().getTime();
    if (left <= 0 && suspects.size === [...suspects].filter((tenant) => ill.has(tenant)).length) break;
    // Who is suspected at the end gets its second look.
    await clock.sleep(left <= 0 ? betweenLooksMs : Math.min(betweenLooksMs, left));
  }
  return [...ill].map(([tenant, cause]) => ({ tenant, cause }));
}

async function look(watch: Watch, since: Date, ports: WatchPorts): Promise<readonly Ailment[]> {
  const services = await ports.services.find(
    watch.cluster,
    watch.tenants.flatMap((tenant) => tenant.services),
  );
  const ailments = await together(watch.tenants, atOnce, async (tenant) => {
    const own = services.filter(({ name }) => tenant.services.includes(name));
    const cause =
      (await ofServices(own, ports)) ?? (await ofTargets(tenant, own, ports)) ?? (await ofAlarms(tenant, since, ports));
    return cause === undefined ? [] : [{ tenant: tenant.tenant, cause }];
  });
  return ailments.flat();
}

async function ofServices(
  services: readonly RunningService[],
  { services: port }: WatchPorts,
): Promise<string | undefined> {
  const short = services.find(({ runningCount, desiredCount }) => runningCount < desiredCount);
  if (short !== undefined) return `${short.name} runs ${short.runningCount} of ${short.desiredCount} tasks`;
  const arns = services.flatMap(({ deployment }) => deployment ?? []);
  const broken = (await port.deployments(arns)).find(({ status }) => {
    const progress = deploymentProgress(status);
    return progress === "stopped" || progress === "rolling-back" || progress === "rolled-back";
  });
  return broken === undefined ? undefined : `the deployment of ${broken.service} ended as ${broken.status}`;
}

async function ofTargets(
  { targetGroup }: WatchedTenant,
  services: readonly RunningService[],
  { health }: WatchPorts,
): Promise<string | undefined> {
  if (services.every(({ desiredCount }) => desiredCount === 0)) return undefined;
  const targets = await health.targets(targetGroup);
  const sick = targets.find(({ state }) => state === "unhealthy");
  if (sick !== undefined) return `its load balancer finds ${sick.id} unhealthy (${sick.reason ?? "no reason given"})`;
  return targets.some(({ state }) => state === "healthy") ? undefined : "its load balancer has no healthy target";
}

/** An alarm that was there before is not the release's doing. */
async function ofAlarms(
  { alarmPrefix }: WatchedTenant,
  since: Date,
  { health }: WatchPorts,
): Promise<string | undefined> {
  const alarms = await health.alarms(alarmPrefix);
  const rung = alarms.find((alarm) => alarm.state === "alarm" && alarm.since >= since);
  return rung === undefined ? undefined : `alarm ${rung.name}: ${rung.reason}`;
}
