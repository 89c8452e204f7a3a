import { checkImports } from "./check-imports.ts";
import { checkOutputs } from "./check-outputs.ts";
import { checkParameters } from "./check-parameters.ts";
import { checkResources, isLoop } from "./check-resources.ts";
import { refuse } from "./read.ts";
import { type Reference, references } from "./references.ts";
import { isList, isSection, type Section, section, type Value } from "./value.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html */
const SECTIONS = new Set([
  "AWSTemplateFormatVersion",
  "Conditions",
  "Description",
  "Hooks",
  "Mappings",
  "Metadata",
  "Outputs",
  "Parameters",
  "Resources",
  "Rules",
  "Transform",
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
export const PSEUDO_PARAMETERS = new Set([
  "AWS::AccountId",
  "AWS::NoValue",
  "AWS::NotificationARNs",
  "AWS::Partition",
  "AWS::Region",
  "AWS::StackId",
  "AWS::StackName",
  "AWS::URLSuffix",
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 } as const;

const NAME = /^[a-zA-Z0-9]+$/;

/**
 * Refuses a template whose form is wrong, whatever its parameters.
 *
 * @throws AwsError ValidationError in AWS's words
 */
export function checkTemplate(document: Section): void {
  checkTransformNames(document.Transform);
  checkNulls(document, "");
  const strange = Object.keys(document).filter((key) => !SECTIONS.has(key));
  if (strange.length > 0) refuse(`Invalid template property or properties [${strange.join(", ")}]`);
  checkHead(document);
  checkResources(document);
  for (const name of ["Parameters", "Mappings", "Conditions"])
    if (document[name] !== undefined && !isSection(document[name]))
      refuse(`Template format error: Any ${name} member must be an object.`);
  for (const [name, most] of Object.entries(MOST)) {
    const count = Object.keys(section(document, name)).length;
    if (count > most)
      refuse(
        `Template format error: Number of ${name.toLowerCase()}, ${count}, is greater than maximum allowed, ${most}`,
      );
  }
  checkConditions(document);
  checkParameters(document);
  checkMappings(document);
  checkOutputs(document);
  checkReferences(document);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const LONGEST_DESCRIPTION = 1024;

function checkHead({ AWSTemplateFormatVersion: version, Description: description }: Section): void {
  if (version !== undefined && version !== "2010-09-09")
    refuse("Template format error: unsupported value for AWSTemplateFormatVersion.");
  if (isList(description ?? "") || isSection(description))
    refuse("Template format error: Every Description member must be a string.");
  if (Buffer.byteLength(String(description ?? "")) > LONGEST_DESCRIPTION)
    refuse(`Template format error: 'Description' length is greater than ${LONGEST_DESCRIPTION}.`);
}

function checkTransformNames(transform: Value | undefined): void {
  for (const entry of [transform ?? []].flat()) {
    const name = isSection(entry as Value) ? (entry as Section).Name : entry;
    if (typeof name !== "string") refuse("Key Name of transform definition must be a string.");
  }
}

function checkNulls(value: Value, path: string): void {
  if (value === null) refuse(`[${path}] 'null' values are not allowed in templates`);
  if (isList(value)) value.forEach((entry, index) => void checkNulls(entry, `${path}/${index}`));
  else if (isSection(value)) for (const [key, entry] of Object.entries(value)) checkNulls(entry, `${path}/${key}`);
}

function checkConditions(document: Section): void {
  for (const [name, condition] of Object.entries(section(document, "Conditions"))) {
    if (isLoop(name)) continue;
    if (!NAME.test(name)) refuse(`Template format error: Condition name ${name} is non alphanumeric.`);
    if (!isSection(condition))
      refuse("Template format error: Conditions can only be boolean operations on parameters and other conditions");
  }
}

function checkMappings(document: Section): void {
  for (const [name, mapping] of Object.entries(section(document, "Mappings"))) {
    if (!NAME.test(name)) refuse(`Template format error: Mapping name ${name} is non alphanumeric.`);
    if (!isSection(mapping)) refuse(`Template format error: Every Mappings member ${name} must be a map`);
    for (const [key, row] of Object.entries(mapping)) {
      if (!isSection(row)) refuse(`Template format error: Every Mappings member ${key} must be a map`);
      for (const leaf of Object.values(row)) {
        const fits = isList(leaf) ? leaf.every((entry) => !isSection(entry)) : !isSection(leaf);
        if (!fits) refuse("Template format error: Every Mappings attribute must be a String or a List.");
      }
    }
  }
}

/** References to things the template does not hold at all; those behind false conditions are found later. */
function checkReferences(document: Section): void {
  const resources = section(document, "Resources");
  if (
    [document.Resources, document.Outputs, document.Conditions].some(
      (part) => isSection(part) && Object.keys(part).some(isLoop),
    )
  )
    return;
  checkImports(document, PSEUDO_PARAMETERS);
  const parameters = section(document, "Parameters");
  const isThere = (reference: Reference): boolean =>
    Object.hasOwn(resources, reference.to) ||
    (reference.attribute === undefined &&
      (Object.hasOwn(parameters, reference.to) || PSEUDO_PARAMETERS.has(reference.to)));
  const inConditions = references(section(document, "Conditions")).filter(
    ({ to, attribute }) => attribute !== undefined || !(Object.hasOwn(parameters, to) || PSEUDO_PARAMETERS.has(to)),
  );
  if (inConditions.length > 0) {
    const names = [...new Set(inConditions.map(({ to }) => to))];
    refuse(
      `Template format error: Unresolved dependencies [${names.join(", ")}]. Cannot reference resources in the Conditions block of the template`,
    );
  }
  for (const block of ["Resources", "Outputs"]) {
    const missing = new Set<string>();
    for (const part of Object.values(section(document, block))) {
      if (!isSection(part)) continue;
      const own = block === "Resources" ? { Properties: part.Properties ?? {}, Metadata: part.Metadata ?? {} } : part;
      for (const reference of references(own)) {
        // What cannot be a name is complained of when the function is carried out.
        if (isThere(reference) || !/^[\w:]+$/.test(reference.to)) continue;
        if (reference.attribute !== undefined) checkAttributeOf(reference, block);
        missing.add(reference.to);
      }
      for (const name of [part.DependsOn ?? []].flat())
        if (!Object.hasOwn(resources, String(name))) missing.add(String(name));
    }
    if (missing.size > 0) unresolved([...missing], block);
  }
}

/** An attribute of nothing has words of its own, but for Fn::GetAtt among the resources, which is recorded as unresolved. */
function checkAttributeOf({ to, attribute, inText }: Reference, block: string): void {
  if (inText === true)
    refuse(`Template error: instance of Fn::Sub references invalid resource attribute ${to}.${attribute}`);
  if (block === "Outputs") refuse(`Template error: instance of Fn::GetAtt references undefined resource ${to}`);
}

/** Refuses references that lead nowhere. */
export function unresolved(names: readonly string[], block: string): never {
  return refuse(
    `Template format error: Unresolved resource dependencies [${names.join(", ")}] in the ${block} block of the template`,
  );
}
