import { evaluate, type Scope } from "./evaluate.ts";
import { transformsOf } from "./transforms.ts";
import { isList, isSection, type Section, section, UNKNOWN, type Value } from "./value.ts";

/** Functions whose outcome depends on the region or on parameters even where their form is right. */
const DEPENDING = new Set(["Fn::FindInMap", "Fn::GetAZs"]);

/**
 * Refuses functions whose form is wrong whatever the parameters are. Which branch of an Fn::If is taken is not known, so both are
 * looked at.
 *
 * @throws AwsError ValidationError "Template error: …"
 */
export function checkFunctions(document: Section): void {
  // What a transform will make of its functions is not known.
  if (transformsOf(document).length > 0) return;
  for (const taken of [true, false]) {
    const scope = unknownScope(taken);
    for (const condition of Object.values(section(document, "Conditions"))) evaluate(settledForm(condition), scope);
    for (const resource of Object.values(section(document, "Resources")))
      evaluate(settledForm((resource as Section).Properties ?? {}), scope);
    for (const output of Object.values(section(document, "Outputs")))
      evaluate(settledForm((output as Section).Value ?? ""), scope);
  }
}

/** A scope in which nothing is known but which conditions hold: all of them, or none. */
function unknownScope(taken: boolean): Scope {
  return {
    ref: () => UNKNOWN,
    attribute: () => UNKNOWN,
    importValue: () => UNKNOWN,
    condition: () => taken,
    mappings: {},
    region: "",
    extended: false,
    previewing: false,
  };
}

/** The value with something unknown in place of every function whose outcome depends on more than the template. */
function settledForm(value: Value): Value {
  if (isList(value)) return value.map(settledForm);
  if (!isSection(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0 && DEPENDING.has(name)) return { Ref: "AWS::NoValue" };
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, settledForm(entry)]));
}
