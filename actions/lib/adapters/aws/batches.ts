/** A list in slices of at most so many, as the batch limits of AWS operations ask for. */
export function batches<T>(list: readonly T[], size: number): readonly T[][] {
  const slices: T[][] = [];
  for (let start = 0; start < list.length; start += size) slices.push(list.slice(start, start + size));
  return slices;
}
