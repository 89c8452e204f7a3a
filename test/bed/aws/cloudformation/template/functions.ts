import { evaluate, type Scope } from "./evaluate.ts";
import { refuse } from "./read.ts";
import { placeholder } from "./references.ts";
import { subnets } from "./subnets.ts";
import {
  type Evaluated,
  holdsUnknown,
  isList,
  isSection,
  NO_VALUE,
  type Section,
  settled,
  UNKNOWN,
  type Value,
} from "./value.ts";

type TemplateFunction = (argument: Value, scope: Scope) => Evaluated;

/** The functions of the template language, by name. Messages are AWS's own. */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  Ref: (argument, scope) => {
    const name = scope.extended ? evaluate(argument, scope) : argument;
    if (typeof name !== "string" || name === "")
      refuse("Template error: every Ref object must have a single String value.");
    return scope.ref(name);
  },
  "Fn::GetAtt": getAtt,
  "Fn::Sub": sub,
  "Fn::Join": join,
  "Fn::Select": select,
  "Fn::Split": split,
  "Fn::If": choose,
  "Fn::FindInMap": findInMap,
  "Fn::Base64": (argument, scope) => {
    const text = evaluate(argument, scope);
    if (isList(text) || isSection(text))
      refuse("Template error: every Fn::Base64 object must have a String-typed value.");
    return typeof text === "symbol" ? text : Buffer.from(String(text)).toString("base64");
  },
  "Fn::Cidr": (argument, scope) => {
    const parts = evaluate(argument, scope);
    if (holdsUnknown(parts)) return UNKNOWN;
    const [block, count, bits] = isList(parts) ? parts : [];
    return subnets(String(block), Number(count), bits === undefined ? undefined : Number(bits));
  },
  "Fn::GetAZs": (argument, scope) => {
    const region = evaluate(argument, scope);
    const name = region === "" ? scope.region : String(region);
    return ["a", "b", "c"].map((zone) => name + zone);
  },
  "Fn::ImportValue": (argument, scope) => {
    const name = evaluate(argument, scope);
    return typeof name === "symbol" ? name : scope.importValue(String(name));
  },
  "Fn::And": (argument, scope) => truths(argument, scope, "And").every(Boolean),
  "Fn::Or": (argument, scope) => truths(argument, scope, "Or").some(Boolean),
  "Fn::Not": (argument, scope) => !truths(argument, scope, "Not")[0],
  "Fn::Equals": (argument, scope) => {
    const pair = isList(argument) ? argument.map((entry) => evaluate(entry, scope)) : [];
    if (pair.length !== 2 || pair.some((entry) => isList(entry) || isSection(entry)))
      refuse("Template error: every Fn::Equals object requires a list of 2 string parameters.");
    return String(pair[0]) === String(pair[1]);
  },
  Condition: (argument, scope) => conditionNamed(String(argument), scope),
  "Fn::Length": (argument, scope) => {
    const list = evaluate(argument, scope);
    if (list === UNKNOWN) return UNKNOWN;
    if (!scope.extended) unsupportedFunction("Fn::Length");
    if (!isList(list)) refuse("Template error: Fn::Length requires a list");
    return list.length;
  },
  "Fn::ToJsonString": (argument, scope) => {
    const value = evaluate(argument, scope);
    if (!scope.extended) unsupportedFunction("Fn::ToJsonString");
    return holdsUnknown(value) ? UNKNOWN : JSON.stringify(settled(value));
  },
};

/** @throws AwsError ValidationError for a function that the template language does not have, or not without a transform */
export function unsupportedFunction(name: string): never {
  return refuse(
    `Template Error: Encountered unsupported function: ${name} Supported functions are: [Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr]`,
  );
}

function getAtt(argument: Value, scope: Scope): Evaluated {
  const parts = typeof argument === "string" ? argument.split(/\.(.*)/s).slice(0, 2) : isList(argument) ? argument : [];
  const [logicalId, ...names] = parts.map((part) => evaluate(part, scope));
  const attribute = names.map(String).join(".");
  if (typeof logicalId !== "string" || logicalId === "" || attribute === "")
    refuse(
      "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute",
    );
  return scope.attribute(logicalId, attribute);
}

function sub(argument: Value, scope: Scope): Evaluated {
  const [text, variables] = isList(argument) ? argument : [argument, {}];
  if (typeof text !== "string" || !isSection(variables) || (isList(argument) && argument.length !== 2))
    refuse(
      "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    );
  const own: Section = variables;
  let unknown = false;
  const filled = text.replaceAll(/\$\{([^}]*)\}/g, (_whole, inner: string) => {
    if (inner.startsWith("!")) return `\${${inner.slice(1)}}`;
    if (!/^[\w.:]+$/.test(inner))
      refuse(
        "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons",
      );
    const given = own[inner.trim()];
    const reference = placeholder(inner);
    const value =
      given !== undefined
        ? evaluate(given, scope)
        : reference.attribute === undefined
          ? scope.ref(reference.to)
          : scope.attribute(reference.to, reference.attribute);
    if (value === UNKNOWN) unknown = true;
    return isList(value) ? value.map(String).join(",") : String(value);
  });
  return unknown ? UNKNOWN : filled;
}

const JOIN_NEEDS =
  "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.";

function join(argument: Value, scope: Scope): Evaluated {
  const [delimiter, list] = isList(argument) ? argument : [];
  if (typeof delimiter !== "string" || list === undefined) refuse(JOIN_NEEDS);
  const entries = evaluate(list, scope);
  if (entries === UNKNOWN) {
    // A list that is only known later looks like a single text to AWS's preview, which then complains.
    if (scope.previewing && isSection(list) && Object.hasOwn(list, "Fn::Split")) refuse(JOIN_NEEDS);
    return UNKNOWN;
  }
  if (!isList(entries)) refuse(JOIN_NEEDS);
  if (entries.some((entry) => isList(entry) || isSection(entry))) refuse(JOIN_NEEDS);
  if (entries.some((entry) => entry === UNKNOWN)) return UNKNOWN;
  return entries
    .filter((entry) => entry !== NO_VALUE)
    .map(String)
    .join(delimiter);
}

function select(argument: Value, scope: Scope): Evaluated {
  const bad = (): never =>
    refuse("Template error: Fn::Select requires a list argument with two elements: an integer index and a list");
  if (!isList(argument) || argument.length !== 2) return bad();
  const index = evaluate(argument[0] ?? null, scope);
  const list = evaluate(argument[1] ?? null, scope);
  if (index === UNKNOWN || list === UNKNOWN) return UNKNOWN;
  if (!/^\d+$/.test(String(index)) || !isList(list)) return bad();
  const chosen = list[Number(index)];
  if (chosen !== undefined) return chosen;
  // A list that stands in the template is looked at with it; what a function gives only when it has been carried out.
  return isList(argument[1])
    ? bad()
    : refuse(`Template error: Fn::Select cannot select nonexistent value at index ${String(index)}`);
}

function split(argument: Value, scope: Scope): Evaluated {
  const bad = (): never =>
    refuse(
      "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.",
    );
  if (!isList(argument) || argument.length !== 2) return bad();
  const [delimiter, source] = argument.map((entry) => evaluate(entry, scope));
  if (source === UNKNOWN) return UNKNOWN;
  if (typeof delimiter !== "string" || delimiter === "" || isList(source) || isSection(source)) return bad();
  return String(source).split(delimiter);
}

function choose(argument: Value, scope: Scope): Evaluated {
  if (!isList(argument) || argument.length !== 3)
    refuse("Template error: Fn::If requires a list argument with three elements");
  const name = String(argument[0]);
  const taken = scope.condition(name);
  if (taken === undefined) refuse(`Template error: unresolved condition dependency ${name} in Fn::If`);
  return evaluate((taken ? argument[1] : argument[2]) ?? null, scope);
}

function findInMap(argument: Value, scope: Scope): Evaluated {
  const [map, first, second] = isList(argument) ? argument.slice(0, 3).map((entry) => evaluate(entry, scope)) : [];
  // What is only known once a resource is made is no key.
  if (!isList(argument) || [map, first, second].some((part) => part === undefined || typeof part === "symbol"))
    refuse(
      "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value",
    );
  const level = scope.mappings[String(map)];
  if (level === undefined && !(scope.extended && isSection(argument[3])))
    refuse(`Template error: Mapping named '${String(map)}' is not present in the 'Mappings' section of template.`);
  const row = isSection(level) ? level[String(first)] : undefined;
  const found = isSection(row) ? row[String(second)] : undefined;
  if (found !== undefined) return evaluate(found, scope);
  const fallback = argument[3];
  if (scope.extended && isSection(fallback) && fallback.DefaultValue !== undefined)
    return evaluate(fallback.DefaultValue, scope);
  return refuse(`Template error: Unable to get mapping for ${String(map)}::${String(first)}::${String(second)}`);
}

function truths(argument: Value, scope: Scope, name: string): readonly boolean[] {
  const list = isList(argument) ? argument : [];
  const fits = name === "Not" ? list.length === 1 : list.length >= 2 && list.length <= 10;
  if (!fits)
    refuse(
      name === "Not"
        ? "Template error: every Fn::Not object requires a list of 1 condition parameter."
        : `Template error: every Fn::${name} object requires a list of at least 2 and at most 10 boolean parameters.`,
    );
  return list.map((entry) => String(evaluate(entry, scope)) === "true");
}

function conditionNamed(name: string, scope: Scope): boolean {
  const value = scope.condition(name);
  return value === undefined
    ? refuse(`Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`)
    : value;
}
