/** Rules of composite alarms: `ALARM("a") AND NOT (OK(b) OR TRUE)`. */
import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../kernel.ts";

/** What a rule comes to, and which alarms it looked at. */
export interface Verdict {
  readonly holds: boolean;
  readonly alarms: readonly string[];
}

/**
 * Works out a rule. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html: NOT binds
 * closer than AND, AND closer than OR.
 *
 * @param stateOf the state of an alarm by its name or ARN, undefined if there is none
 * @throws AwsError ValidationError for a rule that is none, or that names an alarm that does not exist
 */
export function evaluateRule(rule: string, stateOf: (alarm: string) => StateValue | undefined): Verdict {
  const tokens = rule.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? [];
  const alarms = new Set<string>();
  let at = 0;
  const wrong = (): never => {
    throw new AwsError("ValidationError", "AlarmRule must be a valid expression");
  };
  const take = (expected: string): void => {
    if (tokens[at++]?.toUpperCase() !== expected) wrong();
  };
  const isNext = (word: string): boolean => tokens[at]?.toUpperCase() === word;

  const either = (): boolean => {
    let holds = both();
    while (isNext("OR")) {
      at += 1;
      holds = both() || holds;
    }
    return holds;
  };
  const both = (): boolean => {
    let holds = one();
    while (isNext("AND")) {
      at += 1;
      holds = one() && holds;
    }
    return holds;
  };
  const one = (): boolean => {
    const word = tokens[at++]?.toUpperCase();
    switch (word) {
      case "NOT":
        return !one();
      case "(": {
        const inner = either();
        take(")");
        return inner;
      }
      case "TRUE":
        return true;
      case "FALSE":
        return false;
      case "ALARM":
      case "OK":
      case "INSUFFICIENT_DATA": {
        take("(");
        const alarm = (tokens[at++] ?? "").replaceAll('"', "");
        take(")");
        alarms.add(alarm);
        return (stateOf(alarm) ?? missing(alarm)) === word;
      }
      default:
        return wrong();
    }
  };

  const holds = either();
  if (at < tokens.length) wrong();
  return { holds, alarms: [...alarms] };
}

function missing(alarm: string): never {
  throw new AwsError(
    "ValidationError",
    `Could not save the composite alarm as alarms [${alarm}] in the alarm rule do not exist`,
  );
}
