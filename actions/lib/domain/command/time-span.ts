/** Spans of time as commands say them: `15m`, `3h`, `2d`. */

import { show } from "../wording.ts";
import type { ReadWord } from "./argument-kinds.ts";

const minutesOf = { m: 1, h: 60, d: 1440 } as const;
type Unit = keyof typeof minutesOf;

/** A span in minutes, or why the word is none. `least` and `most` are themselves written as spans. */
export function readTime(
  word: string,
  { what, least, most }: { readonly what: string; readonly least: string; readonly most: string },
): ReadWord<number> {
  const minutes = minutesIn(word);
  if (minutes === undefined) {
    return { problem: `${what} takes a time such as 30m, 3h or 2d, got ${show(word)}`, instead: meant(word) };
  }
  const [low, high] = [minutesIn(least) ?? 0, minutesIn(most) ?? 0];
  if (minutes < low) return { problem: `${what} is at least ${least}, got ${word}`, instead: least };
  if (minutes > high) return { problem: `${what} is at most ${most}, got ${word}`, instead: most };
  return { value: minutes };
}

/** Minutes as the word that reads as them, in the largest unit that is exact. */
export function writeTime(minutes: number): string {
  const unit: Unit = minutes % 1440 === 0 ? "d" : minutes % 60 === 0 ? "h" : "m";
  return `${minutes / minutesOf[unit]}${unit}`;
}

function minutesIn(word: string): number | undefined {
  const [, number, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(word) ?? [];
  return number === undefined ? undefined : Number(number) * minutesOf[unit as Unit];
}

/** `3H`, `30min`, `2days` say plainly what they mean. */
function meant(word: string): string | undefined {
  const [, number, unit] = /^0{0,3}([1-9]\d{0,4})(m|h|d)(?:ins?|inutes?|rs?|ours?|ays?)?$/i.exec(word) ?? [];
  return number === undefined || unit === undefined ? undefined : `${number}${unit.toLowerCase()}`;
}
