import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  type Schema,
  type TagDefinition,
} from "js-yaml";
import type { Value } from "./value.ts";

/** Short form -> long form. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const TAGS: Readonly<Record<string, string>> = {
  "!Ref": "Ref",
  "!Condition": "Condition",
  "!And": "Fn::And",
  "!Base64": "Fn::Base64",
  "!Cidr": "Fn::Cidr",
  "!Equals": "Fn::Equals",
  "!FindInMap": "Fn::FindInMap",
  "!GetAtt": "Fn::GetAtt",
  "!GetAZs": "Fn::GetAZs",
  "!If": "Fn::If",
  "!ImportValue": "Fn::ImportValue",
  "!Join": "Fn::Join",
  "!Length": "Fn::Length",
  "!Not": "Fn::Not",
  "!Or": "Fn::Or",
  "!Select": "Fn::Select",
  "!Split": "Fn::Split",
  "!Sub": "Fn::Sub",
  "!ToJsonString": "Fn::ToJsonString",
  "!Transform": "Fn::Transform",
};

/** YAML as CloudFormation reads it: the core types, no timestamps, and the short forms of the functions. */
export const TEMPLATE_SCHEMA: Schema = CORE_SCHEMA.withTags(
  Object.entries(TAGS).flatMap(([tag, key]) => tagsFor(tag, key)),
);

function tagsFor(tag: string, key: string): readonly TagDefinition[] {
  const scalar = defineScalarTag<Value>(tag, {
    resolve: (text) => ({ [key]: key === "Fn::GetAtt" ? atFirstDot(text) : text }),
    identify: () => false,
  });
  const sequence = defineSequenceTag<Value[], Value>(tag, {
    create: () => [],
    addItem: (list, item) => {
      list.push(item as Value);
    },
    finalize: (list) => ({ [key]: list }),
    identify: () => false,
  });
  const mapping = defineMappingTag<Map<string, Value>, Value>(tag, {
    create: () => new Map(),
    addPair: (pairs, name, value) => {
      pairs.set(String(name), value as Value);
      return "";
    },
    has: (pairs, name) => pairs.has(String(name)),
    keys: () => [],
    get: () => undefined,
    finalize: (pairs) => ({ [key]: Object.fromEntries(pairs) }),
    identify: () => false,
  });
  return [scalar, sequence, mapping];
}

function atFirstDot(text: string): readonly string[] {
  const dot = text.indexOf(".");
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
