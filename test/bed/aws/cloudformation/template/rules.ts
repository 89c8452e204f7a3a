import { refuse } from "./read.ts";
import { type Evaluated, isList, isSection, type Section, section, type Value } from "./value.ts";

/**
 * Checks the Rules section: assertions about parameters.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 *
 * @param evaluate carries out the ordinary functions
 * @throws AwsError ValidationError with the first assertion that does not hold
 */
export function checkRules(document: Section, evaluate: (value: Value) => Evaluated): void {
  for (const [name, rule] of Object.entries(section(document, "Rules"))) {
    if (!isSection(rule)) refuse("Template format error: Any Rules member must be an object.");
    if (rule.RuleCondition !== undefined && !holds(rule.RuleCondition, evaluate)) continue;
    for (const assertion of isList(rule.Assertions) ? rule.Assertions : []) {
      if (!isSection(assertion) || holds(assertion.Assert ?? false, evaluate)) continue;
      const said = assertion.AssertDescription === undefined ? "" : ` ${String(assertion.AssertDescription)}`;
      refuse(`Template validation error: Rule '${name}' failed.${said}`);
    }
  }
}

/** Rules have functions of their own, which may hold and be held by Fn::And, Fn::Or and Fn::Not. */
function holds(value: Value, evaluate: (value: Value) => Evaluated): boolean {
  if (!isSection(value)) return String(value) === "true";
  const [name = ""] = Object.keys(value);
  const argument = value[name] ?? null;
  const parts = isList(argument) ? argument : [];
  const list = (part: Value | undefined): readonly string[] => {
    const entries = evaluate(part ?? []);
    return (isList(entries) ? entries : [entries]).map(String);
  };
  switch (name) {
    case "Fn::And":
      return parts.every((part) => holds(part, evaluate));
    case "Fn::Or":
      return parts.some((part) => holds(part, evaluate));
    case "Fn::Not":
      return !holds(parts[0] ?? false, evaluate);
    case "Fn::Contains":
      return list(parts[0]).includes(list(parts[1])[0] ?? "");
    case "Fn::EachMemberIn":
      return list(parts[0]).every((entry) => list(parts[1]).includes(entry));
    case "Fn::EachMemberEquals":
      return list(parts[0]).every((entry) => entry === list(parts[1])[0]);
    case "Fn::Equals":
      return String(evaluate(value)) === "true";
    default:
      return refuse(`Template error: the bed does not model ${name} in Rules`);
  }
}
