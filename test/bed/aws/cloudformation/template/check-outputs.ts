import { isLoop } from "./check-resources.ts";
import { refuse } from "./read.ts";
import { type Evaluated, isList, isSection, type Section, section } from "./value.ts";

const KEYS = new Set(["Condition", "Description", "Export", "Value"]);

/**
 * Refuses an Outputs section whose form is wrong. Words of AWS as people quote them.
 *
 * @throws AwsError ValidationError
 */
export function checkOutputs(document: Section): void {
  if (document.Outputs !== undefined && !isSection(document.Outputs))
    refuse("Template format error: Any Outputs member must be an object.");
  for (const [name, output] of Object.entries(section(document, "Outputs"))) {
    if (isLoop(name)) continue;
    if (!/^[a-zA-Z0-9]+$/.test(name)) refuse(`Template format error: Outputs name '${name}' is non alphanumeric.`);
    if (!isSection(output) || output.Value === undefined)
      refuse("Template format error: Every Outputs member must contain a Value object");
    const strange = Object.keys(output).find((key) => !KEYS.has(key));
    if (strange !== undefined) refuse(`Invalid template output property '${strange}'`);
    if (isList(output.Description ?? "") || isSection(output.Description))
      refuse("Template format error: Every Description member must be a string.");
  }
}

/**
 * Refuses what an output came to when its functions were carried out: only text can be put out and exported. What is known after
 * apply only passes.
 *
 * @throws AwsError ValidationError
 */
export function checkOutcome(
  logicalId: string,
  { value, exported }: { value: Evaluated; exported: Evaluated | undefined },
): void {
  for (const [kind, is] of [
    ["List", isList],
    ["Map", isSection],
  ] as const)
    if (is(value))
      refuse(
        `Template format error: The Value field of every Outputs member must evaluate to a String and not a ${kind}.`,
      );
  if (typeof exported === "symbol" || exported === undefined) return;
  if (!/^[a-zA-Z0-9:-]+$/.test(isList(exported) || isSection(exported) ? "" : String(exported)))
    refuse(
      `Template format error: Output ${logicalId} is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens.`,
    );
}
