import type { Clock } from "../../ports/clock.ts";
import { batches } from "./batches.ts";

/** How long a question waits for others to share its call; many at a time wait longer, for their calls are what is scarce. */
const fewMs = 50;
const manyMs = 500;
const many = 5;

/**
 * Answers questions about single things with calls about as many as fit. Questions about the same thing share an answer; a call
 * that fails fails the questions it was made for.
 *
 * @param batch.most things one call can ask about
 * @param batch.load one call; things it does not know are missing in its answer
 */
export function coalesce<K extends string, V>(
  clock: Clock,
  batch: { readonly most: number; readonly load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>> },
): (keys: readonly K[]) => Promise<ReadonlyMap<K, V>> {
  let open: Map<K, PromiseWithResolvers<V | undefined>> | undefined;
  let size = 0;
  const flush = async (asked: Map<K, PromiseWithResolvers<V | undefined>>): Promise<void> => {
    await clock.sleep(size > many ? manyMs : fewMs);
    open = undefined;
    size = asked.size;
    await Promise.all(
      batches([...asked.keys()], batch.most).map(async (keys) => {
        try {
          const found = await batch.load(keys);
          for (const key of keys) asked.get(key)?.resolve(found.get(key));
        } catch (error) {
          for (const key of keys) asked.get(key)?.reject(error);
        }
      }),
    );
  };
  const ask = (key: K): Promise<V | undefined> => {
    if (open === undefined) {
      open = new Map();
      void flush(open);
    }
    const known = open.get(key) ?? Promise.withResolvers<V | undefined>();
    open.set(key, known);
    return known.promise;
  };
  return async (keys) => {
    const answers = await Promise.all(keys.map(async (key) => [key, await ask(key)] as const));
    return new Map(answers.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
  };
}
