/** Methods that all answer later. */
type Answering = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/**
 * Something whose making is put off until it is first used: an action that can do several things loads only the SDK clients of the one it
 * does, and its bundle keeps the rest in files of their own. All its methods have to answer with promises, as those of ports do.
 */
export function lazily<T extends object>(make: () => Promise<T>): T {
  let made: Promise<T> | undefined;
  return new Proxy({} as T, {
    get: (_target, name) => {
      // Otherwise an `await` of the whole would take it for a promise.
      if (name === "then" || typeof name === "symbol") return undefined;
      return async (...given: never[]): Promise<unknown> => {
        made ??= make();
        const methods = (await made) as unknown as Answering;
        const method = methods[name];
        if (method === undefined) throw new TypeError(`there is no ${name}`);
        return await method(...given);
      };
    },
  });
}
