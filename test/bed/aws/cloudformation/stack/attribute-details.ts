import type { DeclaredResource } from "../blueprint.ts";
import { isTaggable } from "../resources/facts.ts";
import { scopeOf } from "../scope.ts";
import { evaluate } from "../template/evaluate.ts";
import { canonical, holdsUnknown, settled, type Value } from "../template/value.ts";
import { causesOf } from "./causes.ts";
import type { Detail } from "./details.ts";
import { KNOWN_AFTER_APPLY, type Planning, previewLookups } from "./preview.ts";
import type { StackResource, Tag } from "./state.ts";

/** Changes of what surrounds the properties: metadata, policies, and the stack's tags. */
export function attributeDetails(
  planning: Planning,
  resource: StackResource,
  declared: DeclaredResource,
): readonly Detail[] {
  const was = resource.declared;
  const found: Detail[] = [];
  const add = (attribute: Detail["target"]["attribute"], changed: boolean): void => {
    if (!changed) return;
    const target = { attribute, recreation: "Never" as const };
    found.push({ target, evaluation: "Static", source: "DirectModification", shown: "both" });
  };
  add("CreationPolicy", canonical(was.creationPolicy ?? null) !== canonical(declared.creationPolicy ?? null));
  add("DeletionPolicy", was.deletionPolicy !== declared.deletionPolicy);
  found.push(...metadataDetails(planning, resource, declared));
  const tags = (list: readonly Tag[]): string => canonical(list.map(({ Key, Value }) => [Key, Value]));
  add("Tags", isTaggable(declared.type) && tags(planning.stack.options.tags) !== tags(planning.options.tags));
  add("UpdatePolicy", canonical(was.updatePolicy ?? null) !== canonical(declared.updatePolicy ?? null));
  add("UpdateReplacePolicy", was.updateReplacePolicy !== declared.updateReplacePolicy);
  return found;
}

/** A resource's metadata as it would be; undefined if it has none. */
export function previewMetadata(planning: Planning, { metadata }: DeclaredResource): Value | undefined {
  if (metadata === undefined) return undefined;
  const after = evaluate(metadata, scopeOf(planning.blueprint, previewLookups(planning)));
  return holdsUnknown(after) ? KNOWN_AFTER_APPLY : settled(after);
}

function metadataDetails(planning: Planning, resource: StackResource, declared: DeclaredResource): readonly Detail[] {
  const raw = declared.metadata;
  const now = previewMetadata(planning, declared) ?? null;
  if (canonical(now) === canonical(resource.metadata ?? null)) return [];
  const target = { attribute: "Metadata" as const, recreation: "Never" as const };
  const parameters = causesOf(planning, raw ?? "").filter(({ kind }) => kind === "parameter");
  if (parameters.length === 0) return [{ target, evaluation: "Static", source: "DirectModification", shown: "both" }];
  return [
    ...parameters.map(
      ({ entity }): Detail => ({
        target,
        evaluation: "Static",
        source: "ParameterReference",
        causing: entity,
        shown: "both",
      }),
    ),
    { target, evaluation: "Dynamic", source: "DirectModification", shown: "both" },
  ];
}
