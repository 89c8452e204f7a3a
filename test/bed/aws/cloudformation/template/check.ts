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

const RESOURCE_KEYS = new Set([
  "Condition",
  "CreationPolicy",
  "DeletionPolicy",
  "DependsOn",
  "Description",
  "Metadata",
  "Properties",
  "Type",
  "UpdatePolicy",
  "UpdateReplacePolicy",
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
  if (strange.length > 0)
    refuse(`Template format error: Invalid template property or properties [${strange.join(", ")}]`);
  checkResources(document.Resources);
  for (const [name, most] of Object.entries(MOST)) {
    const count = Object.keys(section(document, name)).length;
    if (count > most)
      refuse(
        `Template format error: Number of ${name.toLowerCase()}, ${count}, is greater than maximum allowed, ${most}`,
      );
  }
  for (const name of Object.keys(section(document, "Conditions")))
    if (!NAME.test(name)) refuse(`Template format error: Condition name ${name} is non alphanumeric.`);
  checkParameters(document);
  checkMappings(document);
  checkOutputs(document);
  checkReferences(document);
}

/** True for a name that only stands for resources once AWS::LanguageExtensions has run. */
export function isLoop(name: string): boolean {
  return name.startsWith("Fn::ForEach::");
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

function checkResources(resources: Value | undefined): void {
  if (resources === undefined) refuse("Template format error: At least one Resources member must be defined.");
  if (!isSection(resources)) refuse("Template format error: Any Resources member must be an object.");
  if (Object.keys(resources).length === 0)
    refuse("Template format error: At least one Resources member must be defined.");
  for (const [name, resource] of Object.entries(resources)) {
    if (isLoop(name)) continue;
    if (!NAME.test(name)) refuse(`Template format error: Resource name ${name} is non alphanumeric.`);
    if (!isSection(resource)) refuse("Template format error: Any Resources member must be an object.");
    if (typeof resource.Type !== "string")
      refuse(`Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`);
    for (const key of Object.keys(resource)) {
      if (!RESOURCE_KEYS.has(key)) refuse(`Invalid template resource property '${key}'`);
    }
  }
}

function checkParameters(document: Section): void {
  for (const [name, parameter] of Object.entries(section(document, "Parameters"))) {
    if (!NAME.test(name)) refuse(`Template format error: Parameter name ${name} is non alphanumeric.`);
    if (!isSection(parameter)) refuse("Template format error: Every Parameters member must be an object.");
    if (typeof parameter.Type !== "string")
      refuse("Template format error: Every Parameters object must contain a Type member.");
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

function checkOutputs(document: Section): void {
  if (document.Outputs !== undefined && !isSection(document.Outputs))
    refuse("Template format error: Any Outputs member must be an object.");
  for (const [name, output] of Object.entries(section(document, "Outputs"))) {
    if (isLoop(name)) continue;
    if (!NAME.test(name)) refuse(`Template format error: Output name ${name} is non alphanumeric.`);
    if (!isSection(output) || output.Value === undefined)
      refuse("Template format error: Every Outputs member must contain a Value object");
  }
}

/** References to things the template does not hold at all; those behind false conditions are found later. */
function checkReferences(document: Section): void {
  const resources = section(document, "Resources");
  if ([document.Resources, document.Outputs].some((part) => isSection(part) && Object.keys(part).some(isLoop))) return;
  const parameters = section(document, "Parameters");
  const isThere = (reference: Reference): boolean =>
    Object.hasOwn(resources, reference.to) ||
    (reference.attribute === undefined &&
      (Object.hasOwn(parameters, reference.to) || PSEUDO_PARAMETERS.has(reference.to)));
  for (const block of ["Resources", "Outputs"]) {
    const missing = new Set<string>();
    for (const part of Object.values(section(document, block))) {
      if (!isSection(part)) continue;
      const own = block === "Resources" ? { Properties: part.Properties ?? {}, Metadata: part.Metadata ?? {} } : part;
      for (const reference of references(own))
        if (!isThere(reference) && reference.to !== "") missing.add(reference.to);
      for (const name of [part.DependsOn ?? []].flat())
        if (!Object.hasOwn(resources, String(name))) missing.add(String(name));
    }
    if (missing.size > 0) unresolved([...missing], block);
  }
}

/** Refuses references that lead nowhere. */
export function unresolved(names: readonly string[], block: string): never {
  return refuse(
    `Template format error: Unresolved resource dependencies [${names.join(", ")}] in the ${block} block of the template`,
  );
}
