/** Alarms: their definitions, the state they are in and what happens when it changes. */
import type { AlarmHistoryItem, CompositeAlarm, MetricAlarm, StateValue, Tag } from "@aws-sdk/client-cloudwatch";
import { AwsError, type Call, type World } from "../../kernel.ts";

/** Told of an alarm that went to ALARM and names one of its actions. */
export type AlarmAction = (actionArn: string, alarm: MetricAlarm, call: Call) => Promise<void>;

export interface AlarmState {
  readonly metric: Map<string, MetricAlarm>;
  readonly composite: Map<string, CompositeAlarm>;
  readonly tags: Map<string, readonly Tag[]>;
  /** Newest first. */
  readonly history: AlarmHistoryItem[];
}

/** The alarms of the caller's account and region, by name. */
export function alarmState(world: World, call: Call): AlarmState {
  return world.store("cloudwatch-alarms", call.caller, () => ({
    metric: new Map(),
    composite: new Map(),
    tags: new Map(),
    history: [],
  }));
}

/** Those of the named alarms that are in state ALARM. */
export function alarmsInAlarm(world: World, call: Call, names: readonly string[]): readonly string[] {
  const { metric, composite } = alarmState(world, call);
  return names.filter((name) => (metric.get(name) ?? composite.get(name))?.StateValue === "ALARM");
}

/** Makes a service act on alarms: for every action ARN that starts with the prefix. */
export function onAlarm(world: World, arnPrefix: string, action: AlarmAction): void {
  actionsOf(world).set(arnPrefix, action);
}

/** Puts an alarm in a state and does what it is to do then. Throws ResourceNotFound. */
export async function changeState(
  world: World,
  call: Call,
  to: { readonly name: string; readonly state: StateValue; readonly reason: string },
): Promise<void> {
  const { metric, composite, history } = alarmState(world, call);
  const alarm = metric.get(to.name) ?? composite.get(to.name);
  if (alarm === undefined) throw new AwsError("ResourceNotFound", `Alarm ${to.name} does not exist`, 404);
  const now = new Date(world.clock.now());
  const before = alarm.StateValue;
  Object.assign(alarm, { StateValue: to.state, StateReason: to.reason, StateUpdatedTimestamp: now });
  if (before === to.state) return;
  alarm.StateTransitionedTimestamp = now;
  history.unshift({
    AlarmName: to.name,
    AlarmType: metric.has(to.name) ? "MetricAlarm" : "CompositeAlarm",
    Timestamp: now,
    HistoryItemType: "StateUpdate",
    HistorySummary: `Alarm updated from ${before} to ${to.state}`,
  });
  if (alarm.ActionsEnabled !== false && to.state === "ALARM")
    for (const arn of alarm.AlarmActions ?? []) {
      for (const [prefix, action] of actionsOf(world)) if (arn.startsWith(prefix)) await action(arn, alarm, call);
    }
  for (const follow of followersOf(world)) await follow(world, call, to.name);
}

/** Told of every alarm whose state has changed. */
type Follower = (world: World, call: Call, name: string) => Promise<void>;

/** Lets something follow all changes of state. */
export function followAlarms(world: World, follower: Follower): void {
  followersOf(world).push(follower);
}

function followersOf(world: World): Follower[] {
  return world.store("cloudwatch-followers", { account: "*", region: "*" }, (): Follower[] => []);
}

function actionsOf(world: World): Map<string, AlarmAction> {
  return world.store("cloudwatch-actions", { account: "*", region: "*" }, () => new Map<string, AlarmAction>());
}
