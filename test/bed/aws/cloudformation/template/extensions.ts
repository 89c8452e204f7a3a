import { isLoop } from "./check-resources.ts";
import { evaluate, type Scope } from "./evaluate.ts";
import { refuse } from "./read.ts";
import { LANGUAGE_EXTENSIONS, transformsOf } from "./transforms.ts";
import { type Evaluated, holdsUnknown, isList, isSection, type Section, settled, type Value } from "./value.ts";

/**
 * AWS::LanguageExtensions: unrolls Fn::ForEach, carries out Fn::Length, Fn::ToJsonString and Fn::FindInMap where nothing in them
 * waits for a resource, and the functions inside Ref, Fn::GetAtt, DeletionPolicy and UpdateReplacePolicy, where the language itself
 * only knows text. Other transforms are not modelled and refused.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html
 *
 * @param scope one that knows parameters, mappings and pseudo parameters
 */
export function transformed(document: Section, scope: Scope): Section {
  const names = transformsOf(document);
  if (names.length === 0) return document;
  const other = names.find((name) => name !== LANGUAGE_EXTENSIONS);
  if (other !== undefined) refuse(`No transform named ${other} found.`);
  const { Transform: _, ...rest } = document;
  return reduced(unrolled(rest, {}, scope), scope) as Section;
}

type Bindings = Readonly<Record<string, string>>;

function unrolled(value: Value, bindings: Bindings, scope: Scope): Value {
  if (typeof value === "string") return bound(value, bindings);
  if (isList(value)) return value.map((entry) => unrolled(entry, bindings, scope));
  if (!isSection(value)) return value;
  const entries: [string, Value][] = [];
  for (const [key, entry] of Object.entries(value)) {
    if (isLoop(key)) entries.push(...loop(key, entry, { bindings, scope }));
    else if (key === "Fn::Sub") return simplified(unrolled(entry, bindings, scope));
    else if (key === "Ref" && typeof entry === "string" && bindings[entry] !== undefined) return bindings[entry];
    else entries.push([bound(key, bindings), unrolled(entry, bindings, scope)]);
  }
  return Object.fromEntries(entries);
}

function loop(
  key: string,
  argument: Value,
  { bindings, scope }: { readonly bindings: Bindings; readonly scope: Scope },
): readonly [string, Value][] {
  const [identifier, collection, body] = isList(argument) ? argument : [];
  if (typeof identifier !== "string" || collection === undefined || !isSection(body))
    return refuse(`Transform AWS::LanguageExtensions failed with: ${key} layout is incorrect`);
  const list: Evaluated = evaluate(unrolled(collection, bindings, scope), scope);
  const names = isList(list) ? list.flat() : [];
  return names.flatMap((name) =>
    Object.entries(unrolled(body, { ...bindings, [identifier]: String(name) }, scope) as Section),
  );
}

/** `${N}` is the value as it is, `&{N}` only its letters and digits: names of resources take nothing else. */
function bound(text: string, bindings: Bindings): string {
  return text.replaceAll(/([$&])\{([^}]+)\}/g, (whole, sign: string, name: string) => {
    const value = bindings[name];
    if (value === undefined) return whole;
    return sign === "&" ? value.replaceAll(/[^a-zA-Z0-9]/g, "") : value;
  });
}

/** A Fn::Sub with nothing left to fill in is the text itself. */
function simplified(argument: Value): Value {
  return typeof argument === "string" && !argument.includes("${") ? argument : { "Fn::Sub": argument };
}

const EARLY = new Set(["Fn::Length", "Fn::ToJsonString", "Fn::FindInMap"]);
const POLICIES = new Set(["DeletionPolicy", "UpdateReplacePolicy"]);

function reduced(value: Value, scope: Scope): Value {
  if (isList(value)) return value.map((entry) => reduced(entry, scope));
  if (!isSection(value)) return value;
  const [name = "", ...others] = Object.keys(value);
  if (others.length === 0) {
    const argument = value[name] ?? null;
    if (EARLY.has(name)) {
      const result: Evaluated = evaluate(value, scope);
      if (!holdsUnknown(result)) return settled(result);
    }
    if (name === "Ref" && isSection(argument)) return { Ref: text(argument, scope) };
    if (name === "Fn::GetAtt" && isList(argument))
      return { "Fn::GetAtt": argument.map((part) => (isSection(part) ? text(part, scope) : part)) };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      POLICIES.has(key) && isSection(entry) ? text(entry, scope) : reduced(entry, scope),
    ]),
  );
}

/** What a function gives where only text will do, known before any resource is made. */
function text(value: Value, scope: Scope): string {
  const result = evaluate(value, scope);
  return typeof result === "string"
    ? result
    : refuse(
        `Transform ${LANGUAGE_EXTENSIONS} failed with: ${Object.keys(value as Section)[0]} cannot be resolved to a string`,
      );
}
