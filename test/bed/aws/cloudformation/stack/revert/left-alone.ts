import type { DeclaredResource } from "../../blueprint.ts";
import { canonical } from "../../template/value.ts";
import type { StackResource } from "../state.ts";

/** A property whose drift a drift-aware change set leaves alone, as DescribeChangeSet tells it. */
export interface Ignored {
  readonly Path: string;
  readonly Reason: "MANAGED_BY_AWS" | "WRITE_ONLY_PROPERTY" | "SENSITIVE_PROPERTY";
}

/** `writeOnlyProperties` of the schemas of the types that this product uses: a read never gives them back. */
const writeOnly: Readonly<Record<string, readonly string[]>> = {
  "AWS::ElastiCache::ReplicationGroup": ["AuthToken"],
  "AWS::ElastiCache::User": ["Passwords"],
  "AWS::IAM::User": ["LoginProfile"],
  "AWS::RDS::DBInstance": ["MasterUserPassword", "DeleteAutomatedBackups", "AllowMajorVersionUpgrade"],
  "AWS::SecretsManager::Secret": ["GenerateSecretString", "SecretString"],
};

/**
 * The properties of a resource that AWS changes by itself, while the resource says that it may. The user guide names these as examples;
 * there are more.
 */
const managed: Readonly<Record<string, (resource: StackResource) => readonly string[]>> = {
  "AWS::RDS::DBInstance": ({ properties }) =>
    String(properties.AutoMinorVersionUpgrade ?? "true") === "true" ? ["EngineVersion"] : [],
};

/** What is left alone of a resource: write-only properties it has, and managed ones that the new template does not change. */
export function ignoredBy(resource: StackResource, next: DeclaredResource | undefined): readonly Ignored[] {
  const { declared, properties } = resource;
  const secret = (writeOnly[declared.type] ?? []).filter((name) => properties[name] !== undefined);
  const own = (managed[declared.type]?.(resource) ?? []).filter(
    (name) =>
      properties[name] !== undefined &&
      canonical(declared.properties[name] ?? null) === canonical(next?.properties[name] ?? null),
  );
  return [
    ...secret.map((name) => ({ Path: `/Properties/${name}`, Reason: "WRITE_ONLY_PROPERTY" as const })),
    ...own.map((name) => ({ Path: `/Properties/${name}`, Reason: "MANAGED_BY_AWS" as const })),
  ];
}
