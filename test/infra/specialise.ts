/**
 * A template as CloudFormation would see it with given parameters: conditions decided, resources that are not made dropped, parameters
 * put in. What only exists after the stack is made (a reference to a resource or to one of its attributes) stays as it is. Rule checkers
 * compare literals, so they are run on this.
 */
import { isList, isSection, type Section, section, type Value } from "../bed/aws/cloudformation/template/value.ts";

/** Parameter values by name. Lists are comma-separated, as CloudFormation takes them. */
export type ParameterValues = Readonly<Record<string, string>>;

const NOTHING = Symbol("AWS::NoValue");
type Reduced = Value | typeof NOTHING;

interface Scope {
  readonly parameters: ReadonlyMap<string, Value>;
  readonly conditions: (name: string) => boolean;
}

/**
 * Reduces a template.
 *
 * @param values parameters without a default, and any others to set; pseudo parameters by their names (`AWS::Region`)
 * @throws Error for a parameter without value, and for a value that the template does not declare
 */
export function specialise(document: Section, values: ParameterValues): Section {
  const declared = section(document, "Parameters");
  for (const name of Object.keys(values)) {
    if (!name.startsWith("AWS::") && declared[name] === undefined) throw new Error(`no parameter ${name} is declared`);
  }
  const parameters = new Map<string, Value>(Object.entries(values).filter(([name]) => name.startsWith("AWS::")));
  for (const [name, declaration] of Object.entries(declared)) {
    const { Type, Default } = declaration as Section;
    const value = values[name] ?? Default;
    if (value === undefined) throw new Error(`parameter ${name} has no value`);
    parameters.set(name, typed(String(value), Type ?? "String"));
  }
  const conditions = section(document, "Conditions");
  const scope: Scope = {
    parameters,
    conditions: (name) => {
      const condition = conditions[name];
      if (condition === undefined) throw new Error(`no condition ${name} is declared`);
      return holds(condition, scope);
    },
  };
  const kept = (part: string): Section =>
    Object.fromEntries(
      Object.entries(section(document, part)).flatMap(([name, entry]) => {
        const { Condition, ...rest } = entry as Section;
        if (Condition !== undefined && !scope.conditions(String(Condition))) return [];
        return [[name, reduce(rest, scope) as Value]];
      }),
    );
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: document.Description ?? "",
    Resources: kept("Resources"),
    Outputs: kept("Outputs"),
  };
}

function typed(value: string, type: Value): Value {
  switch (type) {
    case "CommaDelimitedList":
      return value.split(",");
    case "Number":
      return Number(value);
    default:
      return value;
  }
}

function holds(condition: Value, scope: Scope): boolean {
  const [name, argument] = Object.entries(condition as Section)[0] ?? [];
  const list = (): readonly Value[] => argument as readonly Value[];
  switch (name) {
    case "Condition":
      return scope.conditions(String(argument));
    case "Fn::Equals":
      return String(reduce(list()[0] ?? "", scope)) === String(reduce(list()[1] ?? "", scope));
    case "Fn::Not":
      return !holds(list()[0] ?? {}, scope);
    case "Fn::And":
      return list().every((one) => holds(one, scope));
    case "Fn::Or":
      return list().some((one) => holds(one, scope));
    default:
      throw new Error(`not a condition: ${JSON.stringify(condition)}`);
  }
}

function reduce(value: Value, scope: Scope): Reduced {
  if (isList(value)) return value.map((item) => reduce(item, scope)).filter((item): item is Value => item !== NOTHING);
  if (!isSection(value)) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && argument !== undefined) {
    const reduced = intrinsic(name, argument, scope);
    if (reduced !== undefined) return reduced;
  }
  return Object.fromEntries(
    entries.flatMap(([key, item]) => {
      const reduced = reduce(item, scope);
      return reduced === NOTHING ? [] : [[key, reduced]];
    }),
  );
}

/** The function's result, the function with reduced arguments where a resource is needed, or undefined if it is no function. */
function intrinsic(name: string, argument: Value, scope: Scope): Reduced | undefined {
  switch (name) {
    case "Ref":
      if (argument === "AWS::NoValue") return NOTHING;
      return scope.parameters.get(String(argument)) ?? { Ref: argument };
    case "Fn::If": {
      const [condition, yes, no] = argument as readonly Value[];
      return reduce((scope.conditions(String(condition)) ? yes : no) ?? "", scope);
    }
    case "Fn::Sub":
      return substitute(argument, scope);
    case "Fn::Select": {
      const [index, list] = reduce(argument, scope) as readonly Value[];
      return isList(list) ? (list[Number(index)] ?? "") : { "Fn::Select": [index ?? 0, list ?? []] };
    }
    case "Fn::Split": {
      const [separator, text] = reduce(argument, scope) as readonly Value[];
      return typeof text === "string" ? text.split(String(separator)) : { "Fn::Split": [separator ?? "", text ?? ""] };
    }
    case "Fn::Join": {
      const [separator, list] = reduce(argument, scope) as readonly Value[];
      const literal = isList(list) && list.every((item) => typeof item === "string");
      return literal ? list.join(String(separator)) : { "Fn::Join": [separator ?? "", list ?? []] };
    }
    default:
      return undefined;
  }
}

function substitute(argument: Value, scope: Scope): Value {
  const [text, variables] = isList(argument) ? argument : [argument, {}];
  const own = new Map(
    Object.entries((variables ?? {}) as Section).map(([key, item]) => [key, reduce(item, scope) as Value]),
  );
  const left = new Map<string, Value>();
  const result = String(text).replace(/\$\{([^!}][^}]*)\}/g, (whole, key: string) => {
    const value = own.get(key) ?? scope.parameters.get(key);
    if (typeof value === "string" || typeof value === "number") return String(value);
    const unresolved = own.get(key);
    if (unresolved !== undefined) left.set(key, unresolved);
    return whole;
  });
  if (!/\$\{[^!]/.test(result)) return result.replace(/\$\{!/g, "${");
  return { "Fn::Sub": left.size === 0 ? result : [result, Object.fromEntries(left)] };
}
