/** Long lists in pages with a token for the next one, as nearly every List and Describe operation gives them. */
import { AwsError } from "../kernel.ts";

export interface Page<T> {
  readonly items: readonly T[];
  /** To ask for what follows; undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * One page of a list that is always in the same order.
 *
 * @param asked the token of the page before, how many items at most, and the code of the error for a token nobody issued
 */
export function pageOf<T>(
  all: readonly T[],
  asked: { readonly token: string | undefined; readonly most: number; readonly badToken?: string },
): Page<T> {
  const from = asked.token === undefined ? 0 : Number(Buffer.from(asked.token, "base64url").toString("utf8"));
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError(asked.badToken ?? "InvalidNextTokenException", "The specified nextToken is invalid.");
  const end = from + asked.most;
  const next = end < all.length ? Buffer.from(String(end)).toString("base64url") : undefined;
  return { items: all.slice(from, end), next };
}
