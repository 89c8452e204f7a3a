/** `.dockerignore`: patterns of paths from the top of the context, `!` takes back, `**` is any number of folders. */

/** @returns whether a path of the context is left out of the build */
export function ignorer(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const keeps = line.startsWith("!");
      const pattern = (keeps ? line.slice(1) : line).replace(/^\.?\/+|\/+$/g, "");
      return { keeps, pattern: globPattern(pattern, "within") };
    });
  return (path) => rules.reduce((ignored, { keeps, pattern }) => (pattern.test(path) ? !keeps : ignored), false);
}

/**
 * A glob as Docker reads it (Go's filepath.Match, and `**`).
 *
 * @param reach `within` also matches everything below a folder that matches
 */
export function globPattern(glob: string, reach: "exact" | "within"): RegExp {
  const parts = glob.split("/");
  const source = parts
    .map((part, index) => {
      const last = index === parts.length - 1;
      if (part === "**") return last ? ".*" : "(?:.*/)?";
      const escaped = part.replace(/[.+^${}()|\\]/g, "\\$&");
      const open = escaped.replace(/\*\*|\*|\?/g, (wild) => (wild === "**" ? ".*" : wild === "*" ? "[^/]*" : "[^/]"));
      return last ? open : `${open}/`;
    })
    .join("");
  return new RegExp(`^${source}${reach === "within" ? "(?:/.*)?" : ""}$`);
}
