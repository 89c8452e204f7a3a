import { isLoop } from "./check-resources.ts";
import { evaluate, type Scope } from "./evaluate.ts";
import { refuse } from "./read.ts";
import { type Evaluated, holdsUnknown, isList, isSection, type Section, settled, type Value } from "./value.ts";

/** Names of the transforms a template asks for. */
export function transformsOf(document: Section): readonly string[] {
  return [document.Transform ?? []]
    .flat()
    .map((entry) => (isSection(entry as Value) ? String((entry as Section).Name) : String(entry)));
}

/**
 * AWS::LanguageExtensions: unrolls Fn::ForEach, and carries out Fn::Length and Fn::ToJsonString where nothing in them waits for a
 * resource. Other transforms are not modelled and refused.
 *
 * @param scope one that knows parameters, mappings and pseudo parameters
 */
export function transformed(document: Section, scope: Scope): Section {
  const names = transformsOf(document);
  if (names.length === 0) return document;
  const other = names.find((name) => name !== "AWS::LanguageExtensions");
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

function bound(text: string, bindings: Bindings): string {
  return text.replaceAll(/(?:\$|&)\{([^}]+)\}/g, (whole, name: string) => bindings[name] ?? whole);
}

/** A Fn::Sub with nothing left to fill in is the text itself. */
function simplified(argument: Value): Value {
  return typeof argument === "string" && !argument.includes("${") ? argument : { "Fn::Sub": argument };
}

const EARLY = new Set(["Fn::Length", "Fn::ToJsonString"]);

function reduced(value: Value, scope: Scope): Value {
  if (isList(value)) return value.map((entry) => reduced(entry, scope));
  if (!isSection(value)) return value;
  const [name] = Object.keys(value);
  if (name !== undefined && Object.keys(value).length === 1 && EARLY.has(name)) {
    const result: Evaluated = evaluate(value, scope);
    if (!holdsUnknown(result)) return settled(result);
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, reduced(entry, scope)]));
}
