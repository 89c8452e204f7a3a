/** Words of an instruction: quotes, the JSON form, flags, and variables. */

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; `\$` stays a dollar. */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$(\w+)|\$\{(\w+)(?:(:[-+])([^}]*))?\}/g,
    (whole, plain?: string, braced?: string, operator?: string, word = "") => {
      if (whole === "\\$") return "$";
      const value = variables.get(plain ?? braced ?? "");
      if (operator === ":-") return value === undefined || value === "" ? String(word) : value;
      if (operator === ":+") return value === undefined || value === "" ? "" : String(word);
      return value ?? "";
    },
  );
}

/** Splits at spaces outside of quotes and takes the quotes off. */
export function split(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  return words.map(unquote);
}

/** `["a", "b"]`, or undefined if the text is not in the JSON form. */
export function jsonForm(text: string): readonly string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) && value.every((member) => typeof member === "string") ? value : undefined;
  } catch (error) {
    // Docker takes what is not valid JSON as a shell command.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Flags in front of the arguments: `--from=build --chown=1:1 a b`. */
export function leadingFlags(text: string): { readonly flags: ReadonlyMap<string, string>; readonly rest: string } {
  const flags = new Map<string, string>();
  let rest = text;
  for (
    let match = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(rest);
    match !== null;
    match = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(rest)
  ) {
    flags.set(match[1] ?? "", match[2] ?? "true");
    rest = rest.slice(match[0].length);
  }
  return { flags, rest };
}

/** `a=1 b="two words"` or the old `a 1`. */
export function pairs(text: string): readonly (readonly [string, string])[] {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  if (!(words[0] ?? "").includes("=")) {
    const [name = "", value = ""] = text.split(/\s+(.*)/s);
    return [[name, value]];
  }
  return words.map((word) => {
    const [name = "", value = ""] = word.split(/=(.*)/s);
    return [unquote(name), unquote(value)] as const;
  });
}

function unquote(word: string): string {
  return word.replace(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
    (_whole, double?: string, single?: string, escaped?: string) =>
      double === undefined ? (single ?? escaped ?? "") : double.replace(/\\(.)/g, "$1"),
  );
}
