/** Lists of names within a sentence. */

import { type Inline, join, md } from "./markdown.ts";

/** `hospital-a, hospital-b and 10 more`; all of them when no bound is given. One more than the bound is named, not counted. */
export function names(all: readonly (string | Inline)[], most: number = all.length): Inline {
  const pieces = all.slice(0, most + 1).map((name) => md`${name}`);
  const rest = all.length - most;
  if (rest > 1) return md`${join(pieces.slice(0, most), ", ")} and ${rest} more`;
  if (pieces.length < 2) return join(pieces, "");
  return md`${join(pieces.slice(0, -1), ", ")} and ${join(pieces.slice(-1), "")}`;
}
