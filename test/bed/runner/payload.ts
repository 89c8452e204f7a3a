/** Reading of webhook payloads and other plain JSON by path. */
import type { Json } from "./host.ts";

/** The value at a path of keys, or `undefined`. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let current = value;
  for (const key of path) {
    if (current === undefined || current === null || typeof current !== "object" || Array.isArray(current))
      return undefined;
    current = (current as { readonly [key: string]: Json })[key];
  }
  return current;
}

/** The text at a path; an absent one is the empty string. Throws if something else is there. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  if (found === undefined || found === null) return "";
  if (typeof found === "object") throw new Error(`${path.join(".")} of the payload is not text`);
  return String(found);
}
