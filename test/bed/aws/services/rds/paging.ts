/** Pages of a list, as RDS and ElastiCache cut them. */

/** One page of at most `MaxRecords` (100 unless given), and the marker of the next one if there is any. */
export function rdsPage<T>(
  all: readonly T[],
  { Marker, MaxRecords = 100 }: { readonly Marker?: string | undefined; readonly MaxRecords?: number | undefined },
): { readonly items: readonly T[]; readonly Marker: string | undefined } {
  const from = Number(Marker ?? 0);
  const to = from + MaxRecords;
  return { items: all.slice(from, to), Marker: to < all.length ? String(to) : undefined };
}
