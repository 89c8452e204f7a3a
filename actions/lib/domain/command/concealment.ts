/** Characters that are not what they look like. A line that has one is never run: what a person saw is not what it says. */

/**
 * What is not seen, or is seen as a space: controls, bidirectional and zero-width characters, tags, lone surrogates, private use,
 * separators, spaces other than the one on the keyboard, variation selectors, and fillers that show as nothing (Unicode TR36,
 * "Trojan Source" CVE-2021-42574).
 */
const concealed = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const everyConcealed = new RegExp(concealed, "gu");
const looksLikeSpace = /[\t\p{Zs}\u2800]/gu;

/** Other characters that people and keyboards take for a slash at the start. */
const looksLikeSlash = /^[\\\u2044\u2215\u29F8\uFF0F\uFF3C\u27CB\u1735\u3033]/u;

/** The first such character as people can look it up, and at which column from 1, in code points. */
export function concealment(line: string): { readonly character: string; readonly column: number } | undefined {
  const found = concealed.exec(line);
  if (found === null) return undefined;
  const point = found[0].codePointAt(0) ?? 0;
  return {
    character: `U+${point.toString(16).toUpperCase().padStart(4, "0")}`,
    column: [...line.slice(0, found.index)].length + 1,
  };
}

/** The line as the reader takes it: hidden characters gone, wide and special forms as the plain ones. Only ever suggested, never run. */
export function asSeen(line: string): string {
  return line
    .replace(looksLikeSpace, " ")
    .replace(everyConcealed, "")
    .normalize("NFKC")
    .replace(/ {2,}/g, " ")
    .trim()
    .replace(looksLikeSlash, "/");
}
