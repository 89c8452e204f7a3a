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
 * undefined if nothing does.
 */
export function standingName(type: string, before: Section, after: Section): string | undefined {
  const facts = factsOf(type);
  if (facts === undefined) return undefined;
  const inArn = [...(facts.arn ?? "").matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const own = type.split("::")[2] ?? "";
  const names = [...facts.primaryIdentifier, ...inArn, "Name", `${own}Name`];
  const name = names.find(
    (candidate) =>
      facts.properties[candidate] !== undefined &&
      recreation(type, candidate) === "yes" &&
      typeof before[candidate] === "string" &&
      before[candidate] === after[candidate],
  );
  // Of several parts of an identifier one that changed is enough to make the new one another.
  const distinct = facts.primaryIdentifier.some(
    (part) => facts.properties[part] !== undefined && before[part] !== after[part],
  );
  return name === undefined || distinct ? undefined : String(before[name]);
}
