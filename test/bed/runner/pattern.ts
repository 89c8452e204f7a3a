/** GitHub's filter patterns for branches, tags and paths (docs.github.com, "Filter pattern cheat sheet"). */

/**
 * Whether a name passes a list of patterns. They are read in order and the last that matches decides; `!` excludes.
 */
export function passes(patterns: readonly string[], name: string): boolean {
  let passed = false;
  for (const pattern of patterns) {
    if (pattern.startsWith("!")) {
      if (toRegExp(pattern.slice(1)).test(name)) passed = false;
    } else if (toRegExp(pattern).test(name)) {
      passed = true;
    }
  }
  return passed;
}

function toRegExp(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (pattern.startsWith("**/", at) && (at === 0 || pattern.charAt(at - 1) === "/")) {
      source += "(?:.*/)?";
      at += 2;
    } else if (pattern.startsWith("**", at)) {
      source += ".*";
      at += 1;
    } else if (character === "*") {
      source += "[^/]*";
    } else if (character === "?" || character === "+") {
      // In these patterns they repeat the character or class before them, as in a regular expression.
      source += character;
    } else if (character === "[") {
      const end = pattern.indexOf("]", at);
      if (end < 0) throw new Error(`the filter pattern ${pattern} has an unclosed [`);
      source += pattern.slice(at, end + 1);
      at = end;
    } else if (character === "\\") {
      at += 1;
      source += escapeLiteral(pattern.charAt(at));
    } else {
      source += escapeLiteral(character);
    }
  }
  return new RegExp(`^${source}$`, "s");
}

function escapeLiteral(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
