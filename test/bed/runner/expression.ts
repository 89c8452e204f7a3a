/** Values of `${{ }}` and of conditions, computed by GitHub's own evaluator. */
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { FunctionDefinition, FunctionInfo } from "@actions/expressions/funcs/info";
import { truthy } from "@actions/expressions/result";
import { ensureStatusFunction } from "@actions/workflow-parser/model/converter/if-condition";
import { splitAllowedContext } from "@actions/workflow-parser/templates/allowed-context";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
} from "@actions/workflow-parser/templates/tokens/type-guards";
import type { Json, JsonObject } from "./host.ts";

/** The answers of `success()`, `failure()`, `cancelled()` at this point. */
export interface StatusAnswers {
  readonly success: boolean;
  readonly failure: boolean;
  readonly cancelled: boolean;
}

export interface Scope {
  readonly contexts: JsonObject;
  readonly status: StatusAnswers;
  /** `hashFiles()`; only steps have files. */
  readonly hashFiles?: (patterns: readonly string[]) => string;
}

/** Evaluates the value of a token of a workflow or action file, nested mappings and lists included. Throws for a bad expression. */
export function evaluate(token: TemplateToken, scope: Scope): Json {
  if (isBasicExpression(token)) return plain(run(token.expression, token, scope));
  if (isString(token)) return token.value;
  if (isBoolean(token) || isNumber(token)) return token.value;
  if (isSequence(token)) return [...token].map((item) => evaluate(item, scope));
  if (isMapping(token)) {
    return Object.fromEntries([...token].map(({ key, value }) => [evaluateText(key, scope), evaluate(value, scope)]));
  }
  if (token.isExpression) throw new Error(`the runner does not model ${token.toString()}`);
  return null;
}

/** Evaluates a token where text is wanted, with GitHub's conversions (true → "true", null → ""). A list or mapping is an error. */
export function evaluateText(token: TemplateToken, scope: Scope): string {
  return asText(evaluate(token, scope));
}

/** GitHub's conversion of a value to text; throws for a list or a mapping. */
export function asText(value: Json): string {
  if (typeof value === "object" && value !== null) {
    throw new Error(`${Array.isArray(value) ? "a sequence" : "a mapping"} was not expected`);
  }
  return revive(value).coerceString();
}

/** Evaluates a mapping of names to text, e.g. `env` and `with`; nothing gives an empty mapping. */
export function evaluateTexts(token: TemplateToken | undefined, scope: Scope): Readonly<Record<string, string>> {
  if (token === undefined) return {};
  const value = evaluate(token, scope);
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new Error("a mapping was expected");
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asText(item)]));
}

/** The outcome of an `if`; a condition without a status function also demands success, and no condition means just that. */
export function holds(condition: TemplateToken | undefined, scope: Scope): boolean {
  if (condition === undefined) return scope.status.success;
  const written = isBasicExpression(condition) ? condition.expression : condition.toString().trim();
  if (written === "") return scope.status.success;
  const expression = ensureStatusFunction(written, condition.definitionInfo);
  return truthy(run(expression, condition, scope));
}

/** Evaluates `pre-if` and `post-if`, which stand alone: no status function is added. */
export function holdsAsWritten(condition: string, scope: Scope): boolean {
  const expression = condition.replace(/^\s*\$\{\{([\s\S]*)\}\}\s*$/, "$1");
  return truthy(evaluateExpression(expression, Object.keys(scope.contexts), [...STATUS_FUNCTIONS, HASH_FILES], scope));
}

const STATUS_FUNCTIONS: readonly FunctionInfo[] = ["success", "failure", "cancelled", "always"].map((name) => ({
  name,
  minArgs: 0,
  maxArgs: 0,
}));
const HASH_FILES: FunctionInfo = { name: "hashFiles", minArgs: 1, maxArgs: 255 };

function run(expression: string, token: TemplateToken, scope: Scope): data.ExpressionData {
  const { namedContexts, functions } = splitAllowedContext(token.definitionInfo?.allowedContext ?? []);
  return evaluateExpression(expression, namedContexts, functions, scope);
}

function evaluateExpression(
  expression: string,
  allowed: readonly string[],
  functions: readonly FunctionInfo[],
  scope: Scope,
): data.ExpressionData {
  const tree = new Parser(new Lexer(expression).lex().tokens, [...allowed], [...functions]).parse();
  const contexts = new data.Dictionary(...allowed.map((key) => ({ key, value: revive(scope.contexts[key] ?? null) })));
  return new Evaluator(tree, contexts, implementations(scope)).evaluate();
}

function implementations({ status, hashFiles }: Scope): Map<string, FunctionDefinition> {
  const answer = (name: string, value: boolean): [string, FunctionDefinition] => [
    name,
    { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) },
  ];
  return new Map<string, FunctionDefinition>([
    answer("success", status.success),
    answer("failure", status.failure),
    answer("cancelled", status.cancelled),
    answer("always", true),
    [
      "hashfiles",
      {
        ...HASH_FILES,
        call: (...patterns) => {
          if (hashFiles === undefined) throw new Error("hashFiles() has no files here");
          return new data.StringData(hashFiles(patterns.map((pattern) => pattern.coerceString())));
        },
      },
    ],
  ]);
}

function revive(value: Json): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver) as data.ExpressionData;
}

function plain(value: data.ExpressionData): Json {
  return JSON.parse(JSON.stringify(value, data.replacer)) as Json;
}
