/**
 * Foreign text made harmless: names, values, log lines and error messages come from files and services that others write. What
 * leaves here cannot start Markdown or HTML, ping anybody, link anywhere, or hide characters from the reader.
 */

/**
 * Characters that change how text reads without being seen: controls, bidirectional overrides, zero-width and tag characters, lone
 * surrogates, private use, line separators, spaces that look like the one we know, variation selectors, and the fillers that render as
 * nothing (Unicode TR36, "Trojan Source" CVE-2021-42574). Where only these differ, before and after would read the same.
 */
const hidden =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Zl}|\p{Zp}|(?! )\p{Zs}|\p{Variation_Selector}|[\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0]/gu;

/** Everything that means something in CommonMark, GFM, GitHub's math or HTML, wherever it stands. */
const significant = /[\\`*_[\]<>|~&$]/g;

/** Only at the start of a line: bullets, numbered items, setext underlines. A heading's `#` is dealt with everywhere. */
const lineStart = /^(?:[-+=]|\d+(?=[.)]))/;

/** One line: line breaks become a space and hidden characters their code point, `⟨U+202E⟩`. */
export function oneLine(value: string): string {
  return reveal(value.replace(/\s*(?:\r\n|[\n\r\u0085\u2028\u2029])\s*/g, " ").replace(/\t/g, " "));
}

/** Hidden characters as their code point; nothing else changes. */
export function reveal(value: string): string {
  return value.replace(hidden, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `⟨U+${point.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/**
 * Text as entities, so that it stands as it is in paragraphs, table cells, quotes, link texts and HTML alike. (Backslash escapes would
 * not hold in HTML, and pipes in tables need another escape than elsewhere.) `@name`, `#1`, `GH-1`, `www.` and `scheme://` are broken
 * by a zero-width space: GitHub looks for them in the rendered text, where an entity is the character again.
 */
export function entities(value: string): string {
  return oneLine(value)
    .trim()
    .replace(significant, entity)
    .replace(lineStart, (start) => [...start].map(entity).join(""))
    .replace(/@/g, "@&#8203;")
    .replace(/(?<!&)#/g, "&#35;&#8203;")
    .replace(/(gh-)(?=\d|$)/gi, "$1&#8203;")
    .replace(/(www)(?=\.)/gi, "$1&#8203;")
    .replace(/:(?=\/\/)/g, ":&#8203;")
    .replace(/(mailto|xmpp):/gi, "$1&#8203;:");
}

/**
 * At most so many characters (code points, so that no pair is torn); what is left out is counted, not silently dropped.
 *
 * @param most at least 1
 */
export function clip(value: string, most: number): string {
  // A code point is at most two units: short texts need no counting.
  if (value.length <= most) return value;
  const points = [...value.slice(0, 2 * most + 2)];
  if (points.length <= most) return value;
  const kept = points.slice(0, most).join("");
  return `${kept}… (${(value.length - kept.length).toLocaleString("en-US")} more characters)`;
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
