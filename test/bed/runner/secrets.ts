/** Hides secret values in whatever a job prints. */

export class SecretMask {
  readonly #values = new Set<string>();

  /** Hides a value from now on; of a value with several lines, each line too. Blank values hide nothing. */
  add(value: string): void {
    for (const part of [value, ...value.split(/\r?\n/)]) {
      if (part.trim() !== "") this.#values.add(part);
    }
  }

  /** The text with `***` for every secret in it; the longest secrets first, so that no tail of one stays visible. */
  hide(text: string): string {
    let hidden = text;
    for (const value of [...this.#values].sort((a, b) => b.length - a.length)) hidden = hidden.replaceAll(value, "***");
    return hidden;
  }

  /** Whether a text holds a secret. */
  touches(text: string): boolean {
    return this.hide(text) !== text;
  }
}
