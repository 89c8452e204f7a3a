/** Replacements that CloudFormation calls possible and that never happen. */
import type { PropertyChange, ResourceChange } from "./plan.ts";

/**
 * Properties that the resource schema lists as create-only under conditions (`conditionalCreateOnlyProperties`), and that the
 * provider changes in place all the same: its `ImmutabilityHelper.isChangeMutable` asks about others only (source:
 * aws-cloudformation/aws-cloudformation-resource-providers-rds; user guide of AWS::RDS::DBInstance, "Update requires" of each).
 */
const changedInPlace: Readonly<Record<string, ReadonlySet<string>>> = {
  "AWS::RDS::DBInstance": new Set([
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "DBParameterGroupName",
    "MultiAZ",
    "PreferredMaintenanceWindow",
    "StorageType",
  ]),
};

/** The same of those that the provider replaces for only once they have a value: what had none is given one in place. */
const setInPlace: Readonly<Record<string, ReadonlySet<string>>> = {
  "AWS::RDS::DBInstance": new Set(["PerformanceInsightsKMSKeyId"]),
};

/**
 * The change without a replacement that cannot happen. A possible replacement stays one if anything else could cause it, or if nothing
 * that is known explains it.
 *
 * @param change with every cause that CloudFormation gives, those without values included
 */
export function withoutFalseAlarm(change: ResourceChange): ResourceChange {
  if (change.replacement !== "conditional") return change;
  const properties = change.properties.map((property) => settled(change.type, property));
  const explained = change.properties.some(({ replacement }) => replacement !== "never");
  const possible = properties.some(({ replacement }) => replacement !== "never");
  if (!explained || possible) return { ...change, properties };
  const { policyAction: _never, ...rest } = change;
  return { ...rest, replacement: "never", properties };
}

function settled(type: string, property: PropertyChange): PropertyChange {
  const [, name = ""] = /^\/Properties\/([^/]+)/.exec(property.path) ?? [];
  // Where CloudFormation could not show values there is neither, and nothing is known of the one before.
  const first = property.before === undefined && property.after !== undefined && setInPlace[type]?.has(name) === true;
  const inPlace = property.replacement === "conditional" && (first || changedInPlace[type]?.has(name) === true);
  return inPlace ? { ...property, replacement: "never" } : property;
}
