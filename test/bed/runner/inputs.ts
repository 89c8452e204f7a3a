/** Inputs of `workflow_dispatch` and `workflow_call`: declared types, defaults, requirements. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { evaluate, type Scope } from "./expression.ts";
import type { Json, JsonObject } from "./host.ts";
import { member, members, texts } from "./workflow.ts";

export type ReadInputs =
  | { readonly kind: "inputs"; readonly inputs: JsonObject }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

interface Declaration {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly fallback: Json;
  readonly options: readonly string[];
}

/**
 * Checks given inputs against a declaration and gives them their types.
 *
 * @param definition the `workflow_dispatch` or `workflow_call` mapping of `on`
 * @param given dispatch inputs are texts; call inputs are already typed
 * @param scope for expressions in the defaults of a called workflow
 */
export function readInputs(definition: TemplateToken | undefined, given: JsonObject, scope: Scope): ReadInputs {
  const declared = members(member(definition, "inputs")).map(([name, token]) => declaration(name, token, scope));
  const known = new Map(declared.map((input) => [input.name.toLowerCase(), input]));
  const problems: string[] = [];
  const unexpected = Object.keys(given).filter((name) => !known.has(name.toLowerCase()));
  if (unexpected.length > 0) problems.push(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const values = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const inputs: Record<string, Json> = {};
  for (const input of declared) {
    const value = values.get(input.name.toLowerCase());
    const absent = value === undefined || value === "";
    if (absent && input.required && input.fallback === EMPTY[input.type]) {
      problems.push(`Required input '${input.name}' not provided`);
      continue;
    }
    const typed = absent ? input.fallback : convert(input, value, problems);
    if (typed !== undefined) inputs[input.name] = typed;
  }
  return problems.length > 0 ? { kind: "refused", problems } : { kind: "inputs", inputs };
}

function declaration(name: string, token: TemplateToken, scope: Scope): Declaration {
  const type = member(token, "type")?.toString() ?? "string";
  const written = member(token, "default");
  const options = texts(member(token, "options"));
  const fallback = written === undefined ? EMPTY[type] : evaluate(written, scope);
  return {
    name,
    type,
    required: member(token, "required")?.toString() === "true",
    // A form preselects the first option of a choice.
    fallback: (type === "choice" && written === undefined ? options[0] : fallback) ?? "",
    options,
  };
}

function convert(input: Declaration, value: Json, problems: string[]): Json | undefined {
  const text = String(value);
  switch (input.type) {
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      break;
    case "number":
      if (text.trim() !== "" && !Number.isNaN(Number(text))) return Number(text);
      break;
    case "choice":
      if (input.options.includes(text)) return text;
      problems.push(`Provided value '${text}' for input '${input.name}' not in the list of allowed values`);
      return undefined;
    case "string":
    case "environment":
      return text;
    default:
      break;
  }
  problems.push(`Input '${input.name}' must be a ${input.type}, got '${text}'`);
  return undefined;
}

const EMPTY: Readonly<Record<string, Json>> = { string: "", choice: "", environment: "", boolean: false, number: 0 };
