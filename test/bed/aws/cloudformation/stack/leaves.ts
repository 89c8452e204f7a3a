import { factsOf, type PropertyType, type TypeFacts } from "../resources/facts.ts";
import { canonical, isList, isSection, type Value } from "../template/value.ts";

export interface Leaf {
  /** `/Properties/VersioningConfiguration/Status`. */
  readonly path: string;
  /** Keys from the property's value to the leaf. */
  readonly within: readonly string[];
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/**
 * The places where two values of a property differ, as deep as the type's schema knows what is there: documents such as policies
 * count as a whole. An entry that a list has gained or lost is a place of its own.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-samples.html, "Viewing property-level changes"
 */
export function leaves({
  type,
  name,
  before,
  after,
}: {
  readonly type: string;
  readonly name: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}): readonly Leaf[] {
  const facts = factsOf(type);
  const walk = (was: Value | undefined, is: Value | undefined, at: Place): readonly Leaf[] => {
    if (was !== undefined && is !== undefined && canonical(was) === canonical(is)) return [];
    const deeper = (key: string): Place => ({ within: [...at.within, key], type: memberType(at.type, key, facts) });
    if (at.type !== "json" && isSection(was) && isSection(is)) {
      const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
      return keys.flatMap((key) => walk(was[key], is[key], deeper(key)));
    }
    if (at.type !== "json" && isList(was) && isList(is))
      return (was.length > is.length ? was : is).flatMap((_, index) =>
        walk(was[index], is[index], deeper(String(index))),
      );
    return [{ path: ["/Properties", name, ...at.within].join("/"), within: at.within, before: was, after: is }];
  };
  const found = walk(before, after, { within: [], type: facts?.properties[name]?.type });
  // Something that may change although the values are the same is about the whole property.
  return found.length > 0 ? found : [{ path: `/Properties/${name}`, within: [], before, after }];
}

/** What stands at a place inside a value; undefined where there is nothing. */
export function valueAt(value: Value | undefined, within: readonly string[]): Value | undefined {
  return within.reduce<Value | undefined>((at, key) => {
    if (isList(at)) return at[Number(key)];
    return isSection(at) ? at[key] : undefined;
  }, value);
}

interface Place {
  readonly within: readonly string[];
  readonly type: PropertyType | undefined;
}

function memberType(
  type: PropertyType | undefined,
  key: string,
  facts: TypeFacts | undefined,
): PropertyType | undefined {
  if (type === undefined || typeof type === "string") return undefined;
  switch (type[0]) {
    case "list":
    case "map":
      return type[1];
    case "ref":
      return facts?.definitions[type[1]]?.[key]?.type;
    case "union":
      return undefined;
  }
}
