/** GitHub's own workflow and action parser, loaded so that plain Node takes it too. */
import { registerHooks } from "node:module";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";

// The package imports its JSON schemas without the import attribute that Node demands.
registerHooks({
  load: (url, context, next) =>
    /@actions\/workflow-parser\/.*\.json$/.test(url)
      ? next(url, { ...context, importAttributes: { ...context.importAttributes, type: "json" } })
      : next(url, context),
});

const parser = await import("@actions/workflow-parser");
const actions = await import("@actions/workflow-parser/actions/action-parser");
const converter = await import("@actions/workflow-parser/model/convert");
const conversion = await import("@actions/workflow-parser/actions/action-template");

export interface SourceProblem {
  readonly message: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
}

export interface ParsedSource {
  readonly root: TemplateToken | undefined;
  readonly problems: readonly SourceProblem[];
}

/** Parses one workflow file and validates it as GitHub does: keys, types, contexts, functions, needs. Never throws for bad text. */
export async function parseWorkflowSource(name: string, content: string): Promise<ParsedSource> {
  const result = parser.parseWorkflow({ name, content }, new parser.NoOperationTraceWriter());
  if (result.value !== undefined) {
    await converter.convertWorkflowTemplate(result.context, result.value, undefined, {
      errorPolicy: converter.ErrorPolicy.TryConversion,
    });
  }
  return { root: result.value, problems: problemsOf(result.context.errors.getErrors()) };
}

/** The same for the text of an `action.yml`. */
export function parseActionSource(name: string, content: string): ParsedSource {
  const result = actions.parseAction({ name, content }, new parser.NoOperationTraceWriter());
  if (result.value !== undefined) {
    conversion.convertActionTemplate(result.context, result.value, {
      errorPolicy: converter.ErrorPolicy.TryConversion,
    });
  }
  return { root: result.value, problems: problemsOf(result.context.errors.getErrors()) };
}

interface ParserError {
  readonly rawMessage: string;
  readonly range: { readonly start: { readonly line: number; readonly column: number } } | undefined;
}

function problemsOf(errors: readonly ParserError[]): readonly SourceProblem[] {
  return errors.map(({ rawMessage, range }) => ({
    message: rawMessage,
    line: range?.start.line,
    column: range?.start.column,
  }));
}
