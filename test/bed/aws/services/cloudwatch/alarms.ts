/** Alarms: their definitions and the state they are in. */
import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Call, World } from "../../kernel.ts";

export interface AlarmState {
  readonly metric: Map<string, MetricAlarm>;
  readonly composite: Map<string, CompositeAlarm>;
}

/** The alarms of the caller's account and region, by name. */
export function alarmState(world: World, call: Call): AlarmState {
  return world.store("cloudwatch-alarms", call.caller, () => ({ metric: new Map(), composite: new Map() }));
}

/** Those of the named alarms that are in state ALARM. */
export function alarmsInAlarm(world: World, call: Call, names: readonly string[]): readonly string[] {
  const { metric, composite } = alarmState(world, call);
  return names.filter((name) => (metric.get(name) ?? composite.get(name))?.StateValue === "ALARM");
}
