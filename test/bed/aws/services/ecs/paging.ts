/** Pages of a list, as ECS cuts them. */
import { invalidParameter } from "./failures.ts";

/** One page of at most 100 items, and the token of the next one if there is any. */
export function page<T>(
  all: readonly T[],
  {
    nextToken,
    maxResults = 100,
  }: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  if (maxResults < 1 || maxResults > 100) throw invalidParameter("maxResults must be between 1 and 100.");
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, "base64url").toString());
  if (!Number.isInteger(from)) throw invalidParameter("Invalid token.");
  const to = from + maxResults;
  return {
    items: all.slice(from, to),
    nextToken: to < all.length ? Buffer.from(String(to)).toString("base64url") : undefined,
  };
}
