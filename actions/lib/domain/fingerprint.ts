/** Content hashes: equal fingerprint means equal content, whatever the order of keys. */
import { createHash } from "node:crypto";

/**
 * A value as JSON with sorted keys and without undefined members, so that equal values give equal text.
 *
 * @param value anything JSON can hold
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (member === null || typeof member !== "object" || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/**
 * Sixteen hexadecimal digits that stand for a value's content: short enough for a change set's name, and with 64 bits far from
 * colliding among the few thousand plans that ever exist at once.
 */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 16);
}
