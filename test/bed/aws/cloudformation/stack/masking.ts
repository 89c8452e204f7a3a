import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { references } from "../template/references.ts";
import type { Section, Value } from "../template/value.ts";

/** What AWS shows instead of a value that a NoEcho parameter went into. */
const HIDDEN = "****";

/** True if a NoEcho parameter goes into a property. */
export function isSecret(
  name: string,
  declared: DeclaredResource,
  { parameters }: Pick<Blueprint, "parameters">,
): boolean {
  return references(declared.properties[name] ?? "").some(({ to }) => parameters.get(to)?.noEcho === true);
}

/** Properties as descriptions and events show them. */
export function masked(
  properties: Section,
  declared: DeclaredResource,
  blueprint: Pick<Blueprint, "parameters"> | undefined,
): Section {
  if (blueprint === undefined) return properties;
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]): [string, Value] => [
      name,
      isSecret(name, declared, blueprint) ? HIDDEN : value,
    ]),
  );
}
