import { load as parseYaml } from "js-yaml";
import * as z from "zod";

/** One input of `workflow_dispatch`. */
export interface Field {
  readonly required: boolean;
  readonly default: string | undefined;
  readonly options: readonly string[] | undefined;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const field = z
  .object({ required: z.boolean().optional(), default: scalar.optional(), options: z.array(scalar).optional() })
  .nullable();
const dispatch = z.object({ inputs: z.record(z.string(), field).nullish() }).nullable();
const workflow = z.object({
  name: z.string().optional(),
  on: z.union([z.string(), z.array(z.string()), z.looseObject({ workflow_dispatch: dispatch.optional() })]),
});

/**
 * What the dispatch endpoint needs of a workflow file: its name and the inputs it takes; `inputs` is undefined when it cannot
 * be started by hand. A file that is no workflow counts as one without triggers, as on GitHub, where the run then fails.
 */
export function load(text: string): {
  readonly name: string | undefined;
  readonly inputs: Readonly<Record<string, Field>> | undefined;
} {
  const read = workflow.safeParse(yamlOrNothing(text));
  if (!read.success) return { name: undefined, inputs: undefined };
  const { name, on } = read.data;
  const names = typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(on);
  if (!names.includes("workflow_dispatch")) return { name, inputs: undefined };
  const form = typeof on === "string" || Array.isArray(on) ? null : on.workflow_dispatch;
  const inputs = Object.entries(form?.inputs ?? {}).map(([key, value]) => [
    key,
    { required: value?.required ?? false, default: value?.default, options: value?.options },
  ]);
  return { name, inputs: Object.fromEntries(inputs) };
}

function yamlOrNothing(text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    // Not YAML at all; said by the runner, which reads the file with GitHub's own parser.
    return undefined;
  }
}
