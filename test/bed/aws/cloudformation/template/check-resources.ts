import { refuse } from "./read.ts";
import { LANGUAGE_EXTENSIONS, transformsOf } from "./transforms.ts";
import { isList, isSection, type Section } from "./value.ts";

const KEYS = new Set([
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

/**
 * Types of which a last snapshot can be taken.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
const SNAPSHOTS = new Set([
  "AWS::DocDB::DBCluster",
  "AWS::EC2::Volume",
  "AWS::ElastiCache::CacheCluster",
  "AWS::ElastiCache::ReplicationGroup",
  "AWS::Neptune::DBCluster",
  "AWS::RDS::DBCluster",
  "AWS::RDS::DBInstance",
  "AWS::Redshift::Cluster",
]);

const POLICIES = {
  DeletionPolicy: ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"],
  UpdateReplacePolicy: ["Delete", "Retain", "Snapshot"],
} as const;

const NAME = /^[a-zA-Z0-9]+$/;

/** True for a name that only stands for resources once AWS::LanguageExtensions has run. */
export function isLoop(name: string): boolean {
  return name.startsWith("Fn::ForEach::");
}

/**
 * Refuses a Resources section whose form is wrong.
 *
 * @throws AwsError ValidationError in AWS's words
 */
export function checkResources({ Resources: resources, ...document }: Section): void {
  if (resources === undefined) refuse("Template format error: At least one Resources member must be defined.");
  if (!isSection(resources)) refuse("Template format error: Any Resources member must be an object.");
  if (Object.keys(resources).length === 0)
    refuse("Template format error: At least one Resources member must be defined.");
  const extended = transformsOf(document).includes(LANGUAGE_EXTENSIONS);
  for (const [name, resource] of Object.entries(resources)) {
    if (isLoop(name)) {
      if (!extended) refuse(`Template format error: [/Resources/${name}] resource definition is malformed`);
      continue;
    }
    if (!NAME.test(name)) refuse(`Template format error: Resource name ${name} is non alphanumeric.`);
    if (!isSection(resource)) refuse("Template format error: Any Resources member must be an object.");
    if (typeof resource.Type !== "string")
      refuse(`Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`);
    const strange = Object.keys(resource).find((key) => !KEYS.has(key));
    if (strange !== undefined) refuse(`Invalid template resource property '${strange}'`);
    checkAttributes(name, resource);
  }
}

function checkAttributes(name: string, resource: Section): void {
  if (resource.Properties !== undefined && !isSection(resource.Properties))
    refuse("Template format error: Every Properties member must be an object.");
  if (resource.Condition !== undefined && typeof resource.Condition !== "string")
    refuse("Template format error: Every Condition member must be a string.");
  if (isSection(resource.DependsOn)) refuse("Template format error: DependsOn must be a string or list of strings.");
  if (isList(resource.DependsOn) && resource.DependsOn.some((entry) => typeof entry !== "string"))
    refuse("Template format error: Every DependsOn value must be a string.");
  // What functions give is looked at once they have been carried out.
  for (const attribute of ["DeletionPolicy", "UpdateReplacePolicy"] as const)
    if (!isSection(resource[attribute])) checkPolicy(name, resource, attribute);
}

/**
 * Refuses a policy that does not exist, or that the resource's type does not know.
 *
 * @throws AwsError ValidationError
 */
export function checkPolicy(name: string, resource: Section, attribute: keyof typeof POLICIES): void {
  const policy = resource[attribute];
  if (policy === undefined) return;
  if (typeof policy !== "string") refuse(`Template format error: Every ${attribute} member must be a string.`);
  if (!(POLICIES[attribute] as readonly string[]).includes(policy))
    refuse(`Template format error: Unrecognized ${attribute} ${policy} for resource ${name}`);
  if (policy === "Snapshot" && !SNAPSHOTS.has(String(resource.Type))) {
    const words = attribute === "DeletionPolicy" ? "deletion policy" : "update replace policy";
    refuse(`Template error: resource type ${String(resource.Type)} does not support ${words} Snapshot`);
  }
}
