/** Filter patterns of CloudWatch Logs: terms, `"exact phrases"`, `?either`, `-without`, `%regex%` and `{ $.json = "value" }`. */
import { AwsError } from "../../kernel.ts";

/**
 * A test for messages.
 *
 * @throws AwsError InvalidParameterException for a pattern that is wrong or of a kind not listed above
 */
export function eventFilter(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return jsonFilter(text);
  if (text.startsWith("["))
    throw new AwsError("InvalidParameterException", "the bed has no space-delimited filter patterns");
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))/g)].map(
    ([, sign = "", phrase, regex, word]) => ({ sign, test: termTest(phrase, regex, word) }),
  );
  const all = terms.filter(({ sign }) => sign === "");
  const any = terms.filter(({ sign }) => sign === "?");
  const none = terms.filter(({ sign }) => sign === "-");
  return (message) =>
    all.every(({ test }) => test(message)) &&
    (any.length === 0 || any.some(({ test }) => test(message))) &&
    !none.some(({ test }) => test(message));
}

function termTest(
  phrase: string | undefined,
  regex: string | undefined,
  word: string | undefined,
): (message: string) => boolean {
  if (regex !== undefined) {
    const compiled = new RegExp(regex);
    return (message) => compiled.test(message);
  }
  const wanted = phrase?.replace(/\\(.)/g, "$1") ?? word ?? "";
  return (message) => message.includes(wanted);
}

interface Comparison {
  readonly path: readonly string[];
  readonly operator: string;
  readonly value: string;
}

/** Comparisons of members joined by && or by ||. */
function jsonFilter(text: string): (message: string) => boolean {
  const inner = /^\{(.*)\}$/s.exec(text)?.[1] ?? "";
  const isAny = inner.includes("||");
  if (isAny && inner.includes("&&")) throw unreadable(text);
  const comparisons = inner.split(isAny ? "||" : "&&").map((part): Comparison => {
    const [, path, operator, quoted, bare] =
      /^\s*\(?\s*\$\.([\w.-]+)\s*(=|!=|<=|>=|<|>)\s*(?:"([^"]*)"|([^\s")]+))\s*\)?\s*$/.exec(part) ?? [];
    if (path === undefined || operator === undefined) throw unreadable(text);
    return { path: path.split("."), operator, value: quoted ?? bare ?? "" };
  });
  return (message) => {
    const json = parsed(message);
    if (json === undefined) return false;
    const holds = (comparison: Comparison): boolean => compare(comparison, json);
    return isAny ? comparisons.some(holds) : comparisons.every(holds);
  };
}

function compare({ path, operator, value }: Comparison, json: object): boolean {
  const found = path.reduce<unknown>(
    (at, name) => (typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[name] : undefined),
    json,
  );
  if (found === undefined) return false;
  const isEqual = wildcard(value).test(String(found));
  switch (operator) {
    case "=":
      return isEqual;
    case "!=":
      return !isEqual;
    case "<":
      return Number(found) < Number(value);
    case ">":
      return Number(found) > Number(value);
    case "<=":
      return Number(found) <= Number(value);
    default:
      return Number(found) >= Number(value);
  }
}

function wildcard(value: string): RegExp {
  return new RegExp(`^${value.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
}

function parsed(message: string): object | undefined {
  if (!message.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    // A line that only looks like JSON matches no JSON pattern.
    return undefined;
  }
}

function unreadable(pattern: string): AwsError {
  return new AwsError("InvalidParameterException", `Invalid filter pattern: ${pattern}`);
}
