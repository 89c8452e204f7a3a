import type { DeclaredResource } from "../blueprint.ts";
import type { Section, Value } from "../template/value.ts";
import { causesOf } from "./causes.ts";
import { type Detail, detailsOf, type PropertyChange } from "./details.ts";
import { masked } from "./masking.ts";
import { KNOWN_AFTER_APPLY, type Planning } from "./preview.ts";
import type { StackResource } from "./state.ts";

export interface Comparison {
  readonly resource: StackResource;
  readonly declared: DeclaredResource;
  readonly after: Section;
}

/** The details of all properties that change, or may. */
export function propertyDetails(planning: Planning, { resource, declared, after }: Comparison): readonly Detail[] {
  const before = resource.properties;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const change: PropertyChange = {
      type: declared.type,
      name,
      before: before[name],
      after: after[name],
      causes: causesOf(planning, declared.properties[name] ?? ""),
    };
    const shown = (value: Section): Value | undefined => masked(value, declared, planning.blueprint)[name];
    return detailsOf(change, KNOWN_AFTER_APPLY).map((detail) => ({
      ...detail,
      target: { ...detail.target, before: shown(before), after: shown(after) },
    }));
  });
}
