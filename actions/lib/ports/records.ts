/**
 * The environment's bucket: plans, what is settled, the journal, leases. Small JSON objects under keys; conditional writes are
 * how two runs keep out of each other's way.
 */
export interface Records {
  /** The object and its version tag, or undefined. */
  get(key: string): Promise<{ readonly value: unknown; readonly tag: string } | undefined>;

  /**
   * Writes an object. With `ifAbsent` or `ifTag` it writes only if nothing, or exactly that version, is there.
   *
   * @returns the new version tag, or undefined if the condition did not hold and nothing was written
   */
  put(
    key: string,
    value: unknown,
    condition?: { readonly ifAbsent: true } | { readonly ifTag: string },
  ): Promise<string | undefined>;

  delete(key: string): Promise<void>;

  /** All keys under a prefix, in order. One call reads a thousand. */
  list(prefix: string): Promise<readonly string[]>;
}
