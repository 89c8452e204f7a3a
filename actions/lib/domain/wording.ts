/**
 * How values and lists read in a message.
 */

/** A value as it is shown in a message: short, on one line, unmistakably a quotation. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = (JSON.stringify(value) ?? String(value)).replace(invisible, escaped);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Characters that break lines or change how the rest of a line reads without being seen; JSON leaves them as they are. */
const invisible = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A list as people read it: `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
