import type { CommandOf } from "../domain/command/grammar.ts";
import { countInWords, scalingAsked } from "../domain/command/scaling.ts";
import { clusterName } from "../domain/environment-names.ts";
import { type Override, saidInFile } from "../domain/override.ts";
import type { ActionEnd } from "./command/action-end.ts";
import { reachCount } from "./command/reach-count.ts";
import { type Setting, servicesOf } from "./command/setting.ts";
import { dropOverrides, overridesInWords, putOverride, takeBackOverride } from "./live-overrides.ts";

/** CPU that auto scaling keeps where a service had none yet, percent; the same as a roll sets. */
const cpuPercent = 60;

/**
 * Changes how many tasks of one service run. The limits of auto scaling come first: a count alone would be put back by the next alarm.
 * The release and everything else stay as they run. It holds as an override from before the first call on, so that no deployment that
 * happens to run puts it back.
 */
export async function scale(command: CommandOf<"scale">, setting: Setting): Promise<ActionEnd> {
  const { tenant, file, environment, cell, clock, progress, operation, by } = setting;
  const { service, after } = scalingAsked(command, tenant.services);
  const [observed] = await servicesOf(setting, [service]);
  if (observed === undefined) throw new Error(`${service} was asked for and is not in the answer`);
  const cluster = clusterName(environment);
  const { name, desiredCount } = observed.service;
  const { scaling } = observed;
  const before = scaling === undefined ? { min: desiredCount, max: desiredCount } : scaling;
  const count = Math.min(Math.max(desiredCount, after.min), after.max);
  const ends = command.period === undefined ? undefined : new Date(clock.now().getTime() + command.period * 60_000);
  const said = saidInFile(file, { kind: "scale", service }) === countInWords(after);
  const limits = before.min !== after.min || before.max !== after.max || scaling?.suspended === true;
  const saw = await setting.firstSight({
    count: countInWords(before),
    due: limits || count !== desiredCount || ends !== undefined || !said ? "yes" : "no",
    ...(ends !== undefined && { until: ends.toISOString() }),
    overrides: await overridesInWords(tenant.name, cell.records),
  });
  const { until } = saw;
  const override: Override = {
    kind: "scale",
    tenant: tenant.name,
    service,
    count: after,
    since: clock.now().toISOString(),
    by,
    operation,
    inFile: saidInFile(file, { kind: "scale", service }),
    ...(until !== undefined && { until }),
    ...(command.reason !== undefined && { reason: command.reason }),
  };
  await putOverride(override, cell.records);
  const since = clock.now();
  try {
    if (limits && (scaling !== undefined || after.min !== after.max)) {
      progress.say(`${name}: auto scaling ${countInWords(before)} → ${countInWords(after)}`);
      await cell.services.scale(cluster, {
        service: name,
        ...after,
        suspended: false,
        ...(scaling === undefined && { cpuPercent, tags: observed.service.tags }),
      });
    }
  } catch (error) {
    // Nothing was changed, so what held before holds again.
    await takeBackOverride({ tenant: tenant.name, operation }, saw.overrides, cell.records);
    throw error;
  }
  if (count !== desiredCount) await cell.services.setCount(cluster, name, count);
  const reached = await reachCount(observed, since, setting);
  if (reached.end === "failed") return reached;
  const running = `${reached.running} of ${reached.wanted} ${service} tasks healthy`;
  // Git says so already: there is nothing left to hold against it.
  if (said) await dropOverrides(tenant.name, [operation], cell.records);
  if (saw.due === "no") return { end: "unchanged", running };
  return {
    end: "done",
    changes: [{ what: `${service} tasks`, before: saw.count ?? countInWords(before), after: countInWords(after) }],
    running,
    notes: [],
    record:
      until === undefined
        ? { what: "count", service, count: after }
        : { nothing: "it ends by itself; until then plans and deployments keep it as an override" },
    ...(until !== undefined && { until }),
  };
}
