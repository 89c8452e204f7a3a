import type { DeclaredResource } from "../blueprint.ts";
import { isList, isSection, type Section, type Value } from "../template/value.ts";
import { causesOf } from "./causes.ts";
import { type Detail, detailsOf, type PropertyChange } from "./details.ts";
import { type Leaf, leaves } from "./leaves.ts";
import { isSecret, masked } from "./masking.ts";
import { KNOWN_AFTER_APPLY, type Planning } from "./preview.ts";
import type { StackResource } from "./state.ts";

export interface Comparison {
  readonly resource: StackResource;
  readonly declared: DeclaredResource;
  readonly after: Section;
}

/**
 * The details of all properties that change, or may. Without values AWS tells of each property as a whole, with values of each place
 * in it that differs.
 */
export function propertyDetails(planning: Planning, { resource, declared, after }: Comparison): readonly Detail[] {
  const { type } = declared;
  const before = resource.properties;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const source = declared.properties[name] ?? "";
    const change: PropertyChange = {
      type,
      name,
      before: before[name],
      after: after[name],
      causes: causesOf(planning, source),
    };
    const whole = detailsOf(change, KNOWN_AFTER_APPLY);
    const places = isSecret(name, declared, planning.blueprint) ? [] : leaves(change);
    if (places.every(({ within }) => within.length === 0)) {
      const shown = (value: Section): Value | undefined => masked(value, declared, planning.blueprint)[name];
      const [was, is] = [shown(before), shown(after)];
      return whole.map((detail) =>
        placed(detail, type, { path: `/Properties/${name}`, within: [], before: was, after: is }),
      );
    }
    const details = places.flatMap((place) => {
      const causes = causesOf(planning, sourceAt(source, place.within));
      return detailsOf({ ...change, before: place.before, after: place.after, causes }, KNOWN_AFTER_APPLY)
        .filter(({ shown }) => shown !== "without values")
        .map((detail) => ({ ...placed(detail, type, place), shown: "with values" as const }));
    });
    const sparse = whole
      .filter(({ shown }) => shown !== "with values")
      .map((detail) => ({ ...asTags(detail, type), shown: "without values" as const }));
    return [...sparse, ...details];
  });
}

function placed(detail: Detail, type: string, { path, within, before, after }: Leaf): Detail {
  return asTags({ ...detail, target: { ...detail.target, path, within, before, after } }, type);
}

/** Tags of what EC2 has are an attribute of their own in AWS's documentation, those of a bucket are recorded as a property. */
function asTags(detail: Detail, type: string): Detail {
  const { name, ...target } = detail.target;
  return name === "Tags" && type.startsWith("AWS::EC2::")
    ? { ...detail, target: { ...target, attribute: "Tags" } }
    : detail;
}

/** The part of a template's value that a place of its outcome comes from: as far down as no function is in between. */
function sourceAt(source: Value, within: readonly string[]): Value {
  let at = source;
  for (const key of within) {
    const next: Value | undefined = isList(at) ? at[Number(key)] : isSection(at) ? at[key] : undefined;
    if (next === undefined) return at;
    at = next;
  }
  return at;
}
