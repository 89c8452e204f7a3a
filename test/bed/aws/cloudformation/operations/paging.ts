import { refuse } from "../template/read.ts";

/**
 * One page of a list. The token says where the next page begins.
 *
 * @param size entries per page
 */
export function page<T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
): { readonly entries: readonly T[]; readonly NextToken?: string } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(from) || from < 0 || from > all.length) refuse("NextToken is invalid");
  const to = from + size;
  return {
    entries: all.slice(from, to),
    ...(to < all.length && { NextToken: Buffer.from(String(to)).toString("base64url") }),
  };
}
