import { isArray, isObject } from "./answer.ts";
import type { Json } from "./recording.ts";

/** What the recorder's tokens stand for in this run: the same token, the same text everywhere in a case. */
export type Bindings = ReadonlyMap<string, string>;

export interface Rules {
  /** Lists under these keys come in no order. */
  readonly unordered: ReadonlySet<string>;
  /** Members that answers have had only since some date after the recording. */
  readonly newer: ReadonlySet<string>;
  /** Recorded members that AWS gave then and gives no more, or that a rule of the recorder hides. */
  readonly ignored: (path: readonly string[], recorded: Json) => boolean;
}

export interface Mismatch {
  readonly path: string;
  readonly recorded: string;
  readonly bed: string;
}

export type Result =
  | { readonly agrees: true; readonly bindings: Bindings }
  | { readonly agrees: false; readonly mismatch: Mismatch };

const TOKEN = /<<[^<>]+>:\d+>|<[A-Za-z0-9_.-]+(?::\d+)?>/g;
const ANY_TIME = /^(?:date|datetime|timestamp)$/;
const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Compares a recorded value with the bed's answer, learning what tokens stand for on the way. */
export function unify(
  recorded: Json,
  bed: Json | undefined,
  { bindings, rules, path = [] }: { bindings: Bindings; rules: Rules; path?: readonly string[] },
): Result {
  if (rules.ignored(path, recorded)) return { agrees: true, bindings };
  if (bed === undefined) return differ(recorded, "(absent)", path);
  if (typeof recorded === "string") {
    if (isArray(bed) && recorded.startsWith("["))
      return unify(JSON.parse(recorded) as Json, bed, { bindings, rules, path });
    if (typeof bed !== "string")
      return ANY_TIME.test(recorded) && typeof bed === "number"
        ? { agrees: true, bindings }
        : differ(recorded, bed, path);
    const learnt = unifyText(recorded, bed, bindings);
    return learnt === undefined ? differ(recorded, bed, path) : { agrees: true, bindings: learnt };
  }
  if (isArray(recorded))
    return isArray(bed) ? unifyLists(recorded, bed, { bindings, rules, path }) : differ(recorded, bed, path);
  // Some of the recorder's tests turned lists of tags into mappings.
  if (isObject(recorded) && isTagList(bed)) return unify(recorded, asMapping(bed), { bindings, rules, path });
  if (isObject(recorded))
    return isObject(bed) ? unifyObjects(recorded, bed, { bindings, rules, path }) : differ(recorded, bed, path);
  return recorded === bed ? { agrees: true, bindings } : differ(recorded, bed, path);
}

function isTagList(value: Json): value is readonly { readonly Key: string; readonly Value: string }[] {
  return isArray(value) && value.every((entry) => isObject(entry) && Object.keys(entry).join() === "Key,Value");
}

function asMapping(tags: readonly { readonly Key: string; readonly Value: string }[]): Json {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

type Context = { readonly bindings: Bindings; readonly rules: Rules; readonly path: readonly string[] };

function unifyObjects(
  recorded: { readonly [key: string]: Json },
  bed: { readonly [key: string]: Json },
  { bindings, rules, path }: Context,
): Result {
  let known = bindings;
  for (const [key, value] of Object.entries(recorded)) {
    if (key === "ResponseMetadata") continue;
    const result = unify(value, bed[key] ?? underItsId(key, bed), { bindings: known, rules, path: [...path, key] });
    if (!result.agrees) return result;
    known = result.bindings;
  }
  const extra = Object.keys(bed).find(
    (key) =>
      recorded[key] === undefined &&
      !rules.newer.has(key) &&
      key !== "ResponseMetadata" &&
      !matchesNothing(key, bed[key]) &&
      !(key === "Type" && path.at(-1) === "Error"),
  );
  return extra === undefined
    ? { agrees: true, bindings: known }
    : differ("(absent)", bed[extra] ?? null, [...path, extra]);
}

/** Generated ids are members of some answers: any id of the same shape will do. */
function underItsId(key: string, bed: { readonly [key: string]: Json }): Json | undefined {
  if (!ID.test(key)) return undefined;
  const found = Object.keys(bed).find((other) => ID.test(other));
  return found === undefined ? undefined : bed[found];
}

/** AWS leaves out what is empty, where the bed's services say so; ids have been compared by shape. */
function matchesNothing(key: string, value: Json | undefined): boolean {
  return ID.test(key) || (isObject(value) && Object.keys(value).length === 0);
}

function unifyLists(recorded: readonly Json[], bed: readonly Json[], { bindings, rules, path }: Context): Result {
  if (recorded.length !== bed.length) return differ(recorded, bed, path);
  if (!rules.unordered.has(path.at(-1) ?? "")) {
    let known = bindings;
    for (const [index, value] of recorded.entries()) {
      const result = unify(value, bed[index], { bindings: known, rules, path: [...path, String(index)] });
      if (!result.agrees) return result;
      known = result.bindings;
    }
    return { agrees: true, bindings: known };
  }
  return unifySets(recorded, bed, { bindings, rules, path });
}

/** Finds a pairing that fits, trying in the order given first. */
function unifySets(recorded: readonly Json[], bed: readonly Json[], context: Context): Result {
  const [first, ...rest] = recorded;
  if (first === undefined) return { agrees: true, bindings: context.bindings };
  let failure: Result | undefined;
  for (const [index, candidate] of bed.entries()) {
    const path = [...context.path, String(index)];
    const result = unify(first, candidate, { ...context, path });
    if (!result.agrees) {
      failure ??= result;
      continue;
    }
    const others = unifySets(rest, bed.toSpliced(index, 1), { ...context, bindings: result.bindings });
    if (others.agrees) return others;
    failure = others;
  }
  return failure ?? differ(first, "(absent)", context.path);
}

function unifyText(recorded: string, bed: string, bindings: Bindings): Bindings | undefined {
  if (ANY_TIME.test(recorded))
    return /^\d{4}-\d\d-\d\d|^\d{10,13}$/.test(bed) || recorded === bed ? bindings : undefined;
  const dated = bed.replaceAll(ISO, "date");
  return matchTokens(recorded, dated, bindings) ?? matchTokens(shape(recorded), shape(dated), bindings, shape);
}

function matchTokens(
  recorded: string,
  bed: string,
  bindings: Bindings,
  seenAs: (text: string) => string = (text) => text,
): Bindings | undefined {
  const tokens: string[] = [];
  let pattern = "";
  let from = 0;
  for (const match of recorded.matchAll(TOKEN)) {
    const [token] = match;
    pattern += escaped(recorded.slice(from, match.index));
    const known = bindings.get(token);
    const seen = tokens.indexOf(token);
    if (known !== undefined) pattern += escaped(seenAs(known.replaceAll(ISO, "date")));
    else if (seen >= 0) pattern += `\\${seen + 1}`;
    else {
      tokens.push(token);
      pattern += "(.+?)";
    }
    from = match.index + token.length;
  }
  const found = new RegExp(`^${pattern}${escaped(recorded.slice(from))}$`, "s").exec(bed);
  if (found === null) return undefined;
  const learnt = new Map(bindings);
  for (const [index, token] of tokens.entries()) learnt.set(token, found[index + 1] ?? "");
  return learnt;
}

/** Generated parts that the recorder left as they were: compared by their shape. */
function shape(text: string): string {
  return (
    text
      .replaceAll(UUID, "(uuid)")
      .replaceAll(/-(?=[A-Za-z0-9]*[0-9A-Z])[A-Za-z0-9]{12,13}(?![A-Za-z0-9-])/g, "-(generated)")
      .replaceAll(/-[a-z0-9]{12,13}$/g, "-(generated)")
      .replaceAll(/-[0-9a-f]{17}(?![0-9A-Za-z])/g, "-(id)")
      // Parts of host names, in letters and digits.
      .replaceAll(/-(?=[a-z]*\d)(?:[a-z0-9]{26}|[a-z0-9]{8})(?=[-a-z0-9<>]*\.)/g, "-(generated)")
      .replaceAll(/(?<![0-9A-Za-z])[0-9a-f]{8}(?![0-9A-Za-z])/g, "(hex)")
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function differ(recorded: Json, bed: Json, path: readonly string[]): Result {
  const short = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 400);
  return { agrees: false, mismatch: { path: path.join("."), recorded: short(recorded), bed: short(bed) } };
}
