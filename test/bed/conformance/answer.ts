import type { Json } from "./recording.ts";

/**
 * Turns an answer of the bed into the form that the recorder wrote: plain JSON, texts that hold JSON parsed, dates as ISO text.
 * Members that are undefined are left out.
 */
export function asRecorded(value: unknown): Json {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "string") return parsedText(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (Array.isArray(value)) return value.map(asRecorded);
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(entries.map(([key, entry]) => [key, asRecorded(entry)]));
  }
  throw new Error(`an answer holds a ${typeof value}`);
}

/** The recorder parses every text that starts with a brace and is JSON. */
function parsedText(text: string): Json {
  // IAM hands policies out URL-encoded, and boto3 decodes them.
  if (text.startsWith("%7B")) return parsedText(decodeURIComponent(text));
  if (!text.startsWith("{")) return text;
  try {
    return asRecorded(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof SyntaxError) return text;
    throw cause;
  }
}

/** True for a mapping. */
export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
