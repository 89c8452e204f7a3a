import { keyText, type Scalar, scalarText } from "./scalar-text.ts";

/**
 * A new tenant file's text: one key a line in the order of the draft, mappings of one entry on their key's line.
 *
 * @param draft values of a tenant file that were found right: texts, numbers, truth values, and mappings of them
 */
export function writeTenant(draft: Readonly<Record<string, unknown>>): string {
  return `# yaml-language-server: $schema=./schema.json\n${entries(draft, "")}`;
}

function entries(mapping: Readonly<Record<string, unknown>>, indent: string): string {
  return Object.entries(mapping)
    .map(([key, value]) => {
      if (typeof value !== "object" || value === null)
        return `${indent}${keyText(key)}: ${scalarText(value as Scalar)}\n`;
      const inside = Object.entries(value);
      const [only] = inside;
      if (inside.length === 1 && only !== undefined && typeof only[1] !== "object") {
        return `${indent}${keyText(key)}: { ${keyText(only[0])}: ${scalarText(only[1] as Scalar)} }\n`;
      }
      return `${indent}${keyText(key)}:\n${entries(Object.fromEntries(inside), `${indent}  `)}`;
    })
    .join("");
}
