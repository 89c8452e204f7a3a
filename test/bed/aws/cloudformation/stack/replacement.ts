import { factsOf, type Recreation } from "../resources/facts.ts";
import { canonical, type Section } from "../template/value.ts";

/** A nested stack takes part in every update of its parent: what is behind its address may have changed. */
export const NESTED = "AWS::CloudFormation::Stack";

/** Properties that differ, in name order. */
export function changedProperties(before: Section, after: Section): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => {
      const [was, is] = [before[name], after[name]];
      if (was === undefined || is === undefined) return was !== is;
      return canonical(was) !== canonical(is);
    })
    .sort();
}

/** Whether changing a property of a type needs a new physical resource. */
export function recreation(type: string, property: string): Recreation {
  return factsOf(type)?.properties[property]?.replaces ?? "no";
}

/**
 * The explicit name that stands in the way of a replacement, because the new resource would be called like the old one;
 * undefined if nothing does. A resource's own name is what its identifier consists of, what its ARN ends with, or what is called so; it
 * is another one where its identifier or what its ARN says before the name changes: the parent it belongs to.
 */
export function standingName(type: string, before: Section, after: Section): string | undefined {
  const facts = factsOf(type);
  if (facts === undefined) return undefined;
  const { primaryIdentifier, properties } = facts;
  const parts = [...(facts.arn ?? "").matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const own = type.split("::")[2] ?? "";
  const given = primaryIdentifier.every((part) => properties[part] !== undefined) ? primaryIdentifier : [];
  const name = [...given, ...parts.slice(-1), "Name", `${own}Name`].find(
    (candidate) =>
      properties[candidate] !== undefined &&
      recreation(type, candidate) === "yes" &&
      typeof before[candidate] === "string" &&
      before[candidate] === after[candidate],
  );
  const parents = new Set(parts.slice(0, -1).map(stem));
  const distinct = changedProperties(before, after).some(
    (changed) => primaryIdentifier.includes(changed) || (changed !== name && parents.has(stem(changed))),
  );
  return name === undefined || distinct ? undefined : String(before[name]);
}

/** `WorkspaceId` in an ARN is the property `Workspace`. */
function stem(name: string): string {
  return name.replace(/(Id|Arn|Name|Identifier)$/, "");
}
