/** The operations on alarms. */
import type {
  CompositeAlarm,
  DescribeAlarmHistoryInput,
  DescribeAlarmsInput,
  MetricAlarm,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from "@aws-sdk/client-cloudwatch";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { alarmState, changeState } from "./alarms.ts";
import { firstState } from "./composite-alarms.ts";

/** Alarm operations by name. */
export function alarmOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    PutMetricAlarm: (input: PutMetricAlarmInput, call) => {
      const state = alarmState(world, call);
      const before = state.metric.get(input.AlarmName ?? "");
      state.metric.set(input.AlarmName ?? "", {
        ...born(world, call, { name: input.AlarmName ?? "", before }),
        ...(input.MetricName !== undefined && { Dimensions: [] }),
        ...withoutTags(input),
      });
      if (before === undefined) state.tags.set(arnOf(call, input.AlarmName ?? ""), input.Tags ?? []);
      return {};
    },
    PutCompositeAlarm: (input: PutCompositeAlarmInput, call) => {
      const state = alarmState(world, call);
      const name = input.AlarmName ?? "";
      const before = state.composite.get(name);
      const evaluated = firstState(world, call, { arn: arnOf(call, name), rule: input.AlarmRule ?? "" });
      const first = born(world, call, { name, before });
      state.composite.set(name, {
        ...first,
        ...(before === undefined && { ...evaluated, StateTransitionedTimestamp: first.StateUpdatedTimestamp }),
        ...withoutTags(input),
      });
      if (before === undefined) state.tags.set(arnOf(call, name), input.Tags ?? []);
      return {};
    },
    DescribeAlarms: (input: DescribeAlarmsInput, call) => describe(world, input, call),
    DeleteAlarms: ({ AlarmNames = [] }: { AlarmNames?: string[] }, call) => {
      const { metric, composite } = alarmState(world, call);
      const missing = AlarmNames.find((name) => !metric.has(name) && !composite.has(name));
      if (missing !== undefined) throw new AwsError("ResourceNotFound", `Alarm ${missing} does not exist`, 404);
      for (const name of AlarmNames) {
        metric.delete(name);
        composite.delete(name);
      }
      return {};
    },
    SetAlarmState: async (input: SetAlarmStateInput, call) => {
      await changeState(world, call, {
        name: input.AlarmName ?? "",
        state: input.StateValue ?? "OK",
        reason: input.StateReason ?? "",
      });
      return {};
    },
    DescribeAlarmHistory: (input: DescribeAlarmHistoryInput, call) => {
      const items = alarmState(world, call).history.filter(
        (item) => input.AlarmName === undefined || item.AlarmName === input.AlarmName,
      );
      return { AlarmHistoryItems: input.ScanBy === "TimestampAscending" ? [...items].reverse() : items };
    },
    EnableAlarmActions: ({ AlarmNames = [] }: { AlarmNames?: string[] }, call) =>
      setActions(world, call, AlarmNames, true),
    DisableAlarmActions: ({ AlarmNames = [] }: { AlarmNames?: string[] }, call) =>
      setActions(world, call, AlarmNames, false),
    ListTagsForResource: ({ ResourceARN = "" }: { ResourceARN?: string }, call) => ({
      Tags: alarmState(world, call).tags.get(ResourceARN) ?? [],
    }),
  };
}

/** ARN of the alarm of a name. */
export function arnOf(call: Call, name: string): string {
  return `arn:aws:cloudwatch:${call.caller.region}:${call.caller.account}:alarm:${name}`;
}

function withoutTags<T extends { Tags?: unknown }>(input: T): Omit<T, "Tags"> {
  const { Tags: _, ...rest } = structuredClone(input);
  return rest;
}

function born(
  world: World,
  call: Call,
  of: { readonly name: string; readonly before: MetricAlarm | CompositeAlarm | undefined },
) {
  const now = new Date(world.clock.now());
  const {
    StateValue = "INSUFFICIENT_DATA",
    StateReason = "Unchecked: Initial alarm creation",
    StateUpdatedTimestamp = now,
  } = of.before ?? {};
  return {
    AlarmArn: arnOf(call, of.name),
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    StateValue,
    StateReason,
    StateUpdatedTimestamp,
    StateTransitionedTimestamp: of.before?.StateTransitionedTimestamp ?? StateUpdatedTimestamp,
    AlarmConfigurationUpdatedTimestamp: now,
  };
}

function describe(world: World, input: DescribeAlarmsInput, call: Call): object {
  const { metric, composite } = alarmState(world, call);
  const fits = (alarm: MetricAlarm | CompositeAlarm): boolean =>
    (input.AlarmNames === undefined || input.AlarmNames.includes(alarm.AlarmName ?? "")) &&
    (input.AlarmNamePrefix === undefined || alarm.AlarmName?.startsWith(input.AlarmNamePrefix) === true) &&
    (input.StateValue === undefined || alarm.StateValue === input.StateValue) &&
    (input.ActionPrefix === undefined ||
      alarm.AlarmActions?.some((action) => action.startsWith(input.ActionPrefix ?? "")) === true);
  const types = input.AlarmTypes ?? ["MetricAlarm"];
  const byName = (a: MetricAlarm, b: MetricAlarm): number => ((a.AlarmName ?? "") < (b.AlarmName ?? "") ? -1 : 1);
  const all = [
    ...(types.includes("MetricAlarm") ? [...metric.values()].filter(fits).sort(byName) : []),
    ...(types.includes("CompositeAlarm") ? [...composite.values()].filter(fits).sort(byName) : []),
  ];
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  const to = from + (input.MaxRecords ?? 50);
  const page = new Set<object>(all.slice(from, to));
  return {
    MetricAlarms: [...metric.values()].filter((alarm) => page.has(alarm)),
    CompositeAlarms: [...composite.values()].filter((alarm) => page.has(alarm)),
    ...(to < all.length && { NextToken: String(to) }),
  };
}

function setActions(world: World, call: Call, names: readonly string[], enabled: boolean): object {
  const { metric, composite } = alarmState(world, call);
  for (const name of names) {
    const alarm = metric.get(name) ?? composite.get(name);
    if (alarm !== undefined) alarm.ActionsEnabled = enabled;
  }
  return {};
}
