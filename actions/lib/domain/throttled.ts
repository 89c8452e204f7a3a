/**
 * AWS refused a call because there were too many, even after the usual repetitions. Nothing was done. A read that ends like this is
 * to be tried again, however long it takes; it says nothing about what it asked for.
 */
export class Throttled extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(`${what} was throttled`, options);
    this.name = "Throttled";
  }
}
