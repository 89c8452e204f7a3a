/** The health check of a task definition, carried out in the container. */

/**
 * Asks again and again whether a container is well, and tells when the answer changes. It is taken for unwell until its check passed
 * for the first time.
 *
 * @param command the health check of the task definition; without one, or with `NONE`, nothing is asked
 * @param on.ask runs words in the container; a rejection is a check that failed
 * @returns ends the asking
 */
export function watchDockerHealth(
  command: readonly string[] | undefined,
  everyMs: number,
  on: { readonly ask: (words: readonly string[]) => Promise<void>; readonly tell: (healthy: boolean) => void },
): () => void {
  const [form, ...words] = command ?? ["NONE"];
  if (form === "NONE") return () => {};
  const asked = form === "CMD-SHELL" ? ["/bin/sh", "-c", ...words] : words;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  let last = false;
  const look = async (): Promise<void> => {
    const healthy = await on.ask(asked).then(
      () => true,
      () => false,
    );
    if (over) return;
    if (healthy !== last) on.tell(healthy);
    last = healthy;
    timer = setTimeout(look, everyMs);
  };
  on.tell(false);
  timer = setTimeout(look, everyMs);
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
