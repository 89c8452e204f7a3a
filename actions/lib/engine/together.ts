/**
 * Runs a piece of work for each of many, so many at a time, and gives the results in the order of the list. One that throws
 * does not keep the others from being finished; the first error is thrown at the end.
 *
 * @param most how many at the same time, at least 1
 */
export async function together<T, R>(
  list: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const errors: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < list.length) {
      const index = next++;
      try {
        results[index] = await work(list[index] as T);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, list.length) }, worker));
  if (errors.length > 0) throw errors[0];
  return results;
}
