/**
 * From an offset in a text to the line and column an editor shows.
 */

export interface Place {
  /** Both from 1; a column counts UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

/** A function from offsets to places. Lines end with `\n`, `\r\n` or `\r`, as in YAML. */
export function lineIndex(text: string): (offset: number) => Place {
  let starts: readonly number[] | undefined;
  return (offset) => {
    // Most files are never asked: only the wrong ones are worth the scan.
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (match) => match.index + match[0].length)];
}
