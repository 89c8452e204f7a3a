import { FUNCTIONS, unsupportedFunction } from "./functions.ts";
import { type Evaluated, isList, isSection, NO_VALUE, type Section, type Value } from "./value.ts";

/** What the functions of a template may ask for. */
export interface Scope {
  /** A parameter, pseudo parameter or resource; UNKNOWN while a resource is not made yet. */
  ref(name: string): Evaluated;
  attribute(logicalId: string, name: string): Evaluated;
  importValue(name: string): Evaluated;
  /** undefined: no such condition. */
  condition(name: string): boolean | undefined;
  readonly mappings: Section;
  readonly region: string;
  /** AWS::LanguageExtensions is among the transforms. */
  readonly extended: boolean;
  /** The preview of a change set, which trips over lists that are only known later. */
  readonly previewing: boolean;
}

/**
 * Carries out the functions in a value. Parts that depend on something not made yet come out as UNKNOWN, entries that are
 * AWS::NoValue as NO_VALUE within the lists and mappings that hold them.
 *
 * @throws AwsError ValidationError "Template error: …" for a function that cannot be carried out
 */
export function evaluate(value: Value, scope: Scope): Evaluated {
  if (isList(value)) return value.map((entry) => evaluate(entry, scope)).filter((entry) => entry !== NO_VALUE);
  if (!isSection(value)) return value;
  const keys = Object.keys(value);
  const [name] = keys;
  if (name !== undefined && keys.length === 1) {
    const run = FUNCTIONS[name];
    if (run !== undefined) return run(value[name] ?? null, scope);
    if (name.startsWith("Fn::")) unsupportedFunction(name);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, entry]): [string, Evaluated] => [key, evaluate(entry, scope)])
      .filter(([, entry]) => entry !== NO_VALUE),
  );
}
