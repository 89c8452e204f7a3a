import { canonical, type Value } from "../template/value.ts";
import { recreation } from "./replacement.ts";

export type Replacement = "True" | "False" | "Conditional";
export type Attribute =
  | "Properties"
  | "Metadata"
  | "CreationPolicy"
  | "DeletionPolicy"
  | "Tags"
  | "UpdatePolicy"
  | "UpdateReplacePolicy";

/** One detail of a change, in our words; how it is shown depends on whether values are asked for. */
export interface Detail {
  readonly target: {
    readonly attribute: Attribute;
    readonly name?: string;
    readonly recreation: "Always" | "Never" | "Conditionally";
    readonly before?: Value | undefined;
    readonly after?: Value | undefined;
    /** Where the values stand, `/Properties/Tags/0/Value`; absent where AWS shows none. */
    readonly path?: string;
    /** Keys from the property's value to that place. */
    readonly within?: readonly string[];
  };
  readonly evaluation: "Static" | "Dynamic";
  readonly source:
    | "DirectModification"
    | "ParameterReference"
    | "ResourceReference"
    | "ResourceAttribute"
    | "Automatic"
    | "NoModification";
  readonly causing?: string;
  /** AWS leaves some details out with values, and others without. */
  readonly shown: "both" | "with values" | "without values";
  /** In drift-aware change sets only: where the value before comes from, and how it drifted. */
  readonly compared?: {
    readonly from: "ACTUAL_STATE" | "PREVIOUS_DEPLOYMENT_STATE";
    readonly drift?: { readonly previous: Value | undefined; readonly actual: Value | undefined; readonly at: number };
  };
}

/** Something a property reads that the change set changes. */
export type Cause =
  | { readonly kind: "parameter"; readonly entity: string }
  | {
      readonly kind: "resource" | "attribute";
      readonly entity: string;
      readonly fate: "added" | "replaced" | "maybe replaced" | "modified";
    };

export interface PropertyChange {
  readonly type: string;
  readonly name: string;
  /** undefined: the property is not there. */
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly causes: readonly Cause[];
}

/**
 * The details AWS gives for one property. As recorded: a parameter or a replaced resource behind a change gives a detail of its own
 * beside the direct one; an attribute of a resource that is modified in place counts only where no values are asked for, because
 * nobody knows yet whether it will change.
 *
 * @param later the text that stands for a value known after apply
 */
export function detailsOf(change: PropertyChange, later: string): readonly Detail[] {
  const { type, name, before, after, causes } = change;
  const target: Detail["target"] = {
    attribute: "Properties",
    name,
    recreation: RECREATION[recreation(type, name)],
    before,
    after,
  };
  const indirect = (cause: Cause, evaluation: Detail["evaluation"], shown: Detail["shown"]): Detail => ({
    target,
    evaluation,
    source: SOURCE[cause.kind],
    causing: cause.entity,
    shown,
  });
  const direct = (evaluation: Detail["evaluation"], shown: Detail["shown"]): Detail => ({
    target,
    evaluation,
    source: "DirectModification",
    shown,
  });
  if (same(before, after)) {
    return causes.flatMap((cause) => {
      if (cause.kind === "attribute" && (cause.fate === "modified" || cause.fate === "maybe replaced"))
        return [indirect(cause, "Dynamic", "without values")];
      if (cause.kind === "resource" && cause.fate === "maybe replaced")
        return [indirect(cause, "Dynamic", "without values")];
      return [];
    });
  }
  const parameters = causes.filter((cause) => cause.kind === "parameter");
  const replaced =
    after === later ? causes.filter((cause) => cause.kind !== "parameter" && cause.fate === "replaced") : [];
  const certain = [...parameters, ...replaced].map((cause) => indirect(cause, "Static", "both"));
  if (certain.length === 0) return [direct("Static", "both")];
  return [...certain, direct("Dynamic", parameters.length > 0 ? "both" : "with values")];
}

/** Whether the details together mean a new physical resource. */
export function replacementOf(details: readonly Detail[]): Replacement {
  const certain = details.some(({ target, evaluation }) => target.recreation === "Always" && evaluation === "Static");
  if (certain) return "True";
  return details.some(({ target }) => target.recreation !== "Never") ? "Conditional" : "False";
}

const RECREATION = { yes: "Always", maybe: "Conditionally", no: "Never" } as const;
const SOURCE = {
  parameter: "ParameterReference",
  resource: "ResourceReference",
  attribute: "ResourceAttribute",
} as const;

function same(before: Value | undefined, after: Value | undefined): boolean {
  return before !== undefined && after !== undefined ? canonical(before) === canonical(after) : before === after;
}
