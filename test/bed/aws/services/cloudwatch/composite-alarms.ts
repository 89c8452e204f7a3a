/** Composite alarms: in the state that their rule comes to, from their creation on. */
import type { CompositeAlarm, StateValue } from "@aws-sdk/client-cloudwatch";
import type { Call, World } from "../../kernel.ts";
import { evaluateRule, type Verdict } from "./alarm-rule.ts";
import { type AlarmState, alarmState, changeState } from "./alarms.ts";

/**
 * The state of a composite alarm that is being made, with AWS's words for it.
 *
 * @throws AwsError ValidationError for a rule that cannot be worked out
 */
export function firstState(
  world: World,
  call: Call,
  alarm: { readonly arn: string; readonly rule: string },
): Pick<CompositeAlarm, "StateValue" | "StateReason" | "StateReasonData"> {
  const state = alarmState(world, call);
  const verdict = ruleVerdict(alarm.rule, state);
  const StateValue = verdict.holds ? "ALARM" : "OK";
  return {
    StateValue,
    StateReason: `${alarm.arn} was created and its alarm rule evaluates to ${StateValue}`,
    StateReasonData: JSON.stringify({ triggeringAlarms: triggers(verdict, state) }),
  };
}

/** Puts composite alarms in the state that their rule comes to after an alarm that it names has changed. */
export async function followMembers(world: World, call: Call, changed: string): Promise<void> {
  const state = alarmState(world, call);
  for (const alarm of state.composite.values()) {
    if (alarm.AlarmName === changed) continue;
    const verdict = ruleVerdict(alarm.AlarmRule ?? "", state);
    const to = verdict.holds ? "ALARM" : "OK";
    const isNamed = verdict.alarms.some((name) => name === changed || name.endsWith(`:alarm:${changed}`));
    if (!isNamed || alarm.StateValue === to) continue;
    const member = find(changed, state);
    const reason = `${member?.AlarmArn} transitioned to ${member?.StateValue}`;
    await changeState(world, call, { name: alarm.AlarmName ?? "", state: to, reason });
  }
}

/** Whether a rule holds now. @throws AwsError ValidationError */
function ruleVerdict(rule: string, state: AlarmState): Verdict {
  return evaluateRule(rule, (name) => find(name, state)?.StateValue as StateValue | undefined);
}

/** The alarms that a rule looked at, as the data behind a state's reason name them. */
export function triggers({ alarms }: Verdict, state: AlarmState): readonly object[] {
  return alarms.map((name) => {
    const alarm = find(name, state);
    return {
      arn: alarm?.AlarmArn,
      state: { value: alarm?.StateValue, timestamp: alarm?.StateUpdatedTimestamp?.toISOString() },
    };
  });
}

function find(nameOrArn: string, { metric, composite }: AlarmState) {
  const name = nameOrArn.startsWith("arn:") ? nameOrArn.split(":alarm:")[1] : nameOrArn;
  return metric.get(name ?? "") ?? composite.get(name ?? "");
}
