/** What the pipeline has to know of a CloudFormation template: the parameters it declares, and that it runs nobody's code. */
import { CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, load, YAMLException } from "js-yaml";
import type { Problem } from "../../domain/problem.ts";
import type { TenantTemplate } from "../../domain/tenant-stack.ts";

/** Short forms of intrinsic functions (CloudFormation template reference). What they hold is CloudFormation's to evaluate. */
const functions = [
  "Ref",
  "Condition",
  ...[
    ...["And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length"],
    ...["Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"],
  ],
];

/** Templates are only read here, never written, so no value has to be recognised for output. */
const identify = (): boolean => false;

const schema = CORE_SCHEMA.withTags(
  ...functions.flatMap((name) => [
    defineScalarTag(`!${name}`, { resolve: (source) => source, identify }),
    defineSequenceTag(`!${name}`, {
      create: (): unknown[] => [],
      addItem: (list, item) => {
        list.push(item);
      },
      identify,
    }),
    defineMappingTag(`!${name}`, {
      create: () => new Map<unknown, unknown>(),
      addPair: (map, key, value) => {
        map.set(key, value);
        return "";
      },
      has: (map, key) => map.has(key),
      keys: (map) => map.keys(),
      get: (map, key) => map.get(key),
      identify,
    }),
  ]),
);

/**
 * Reads a template. A macro would run code of the account while a pull request is only planned, so any Transform is a problem.
 *
 * @param path for the problems
 */
export function readTemplate(
  text: string,
  path: string,
): { readonly template: TenantTemplate; readonly problems: readonly Problem[] } {
  const wrong = (line: number, column: number, message: string) => ({
    template: { text, parameters: [] },
    problems: [{ file: path, line, column, message }],
  });
  if (text === "") return wrong(1, 1, "the template is missing; tenants' stacks are made from it");
  let content: unknown;
  try {
    content = load(text, { schema });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return wrong((error.mark?.line ?? 0) + 1, (error.mark?.column ?? 0) + 1, `not valid YAML: ${error.reason}`);
  }
  if (typeof content !== "object" || content === null) return wrong(1, 1, "a template is a mapping with Resources");
  if ("Transform" in content || text.includes("Fn::Transform") || text.includes("!Transform")) {
    return wrong(1, 1, "templates have no Transform: a macro would run code when a pull request is only planned");
  }
  const declared = "Parameters" in content ? Object.entries(content.Parameters ?? {}) : [];
  const parameters = declared.map(([name, parameter]) => {
    const fallback = (parameter as { readonly Default?: unknown } | null)?.Default;
    return { name, ...(fallback !== undefined && { default: String(fallback) }) };
  });
  return { template: { text, parameters }, problems: [] };
}
