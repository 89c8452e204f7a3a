/** The files through which a step speaks: GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE (`name=value` or heredoc), GITHUB_PATH. */

/**
 * Reads `name=value` lines and `name<<DELIMITER` blocks; the last value of a name wins.
 * Throws GitHub's words for a line that is neither, or a block without its end.
 */
export function readPairs(content: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const lines = content.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      pairs.set(line.slice(0, equals), line.slice(equals + 1));
    } else if (heredoc >= 0) {
      const name = line.slice(0, heredoc);
      const delimiter = line.slice(heredoc + 2);
      if (name === "" || delimiter === "") {
        throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
      }
      const end = lines.indexOf(delimiter, at + 1);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      pairs.set(name, lines.slice(at + 1, end).join("\n"));
      at = end;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return pairs;
}

/** Folders written to GITHUB_PATH; the last written comes first in the search. */
export function readPaths(content: string): readonly string[] {
  return content
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .reverse();
}
