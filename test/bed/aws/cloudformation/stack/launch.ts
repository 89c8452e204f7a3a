/** Lets work go on in the background. What AWS would call an internal error ends the bed instead of passing unseen. */
export function launch(work: Promise<void>): void {
  work.catch((cause: unknown) => {
    queueMicrotask(() => {
      throw cause;
    });
  });
}
