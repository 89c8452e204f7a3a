/** Golden pictures: what a report looked like when somebody last looked at it and was pleased. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

const folder = new URL("../fixtures/report/", import.meta.url);

/**
 * Compares a report with its picture in test/fixtures/report. `UPDATE_PICTURES=1` paints the pictures anew; look at the difference
 * before committing it.
 */
export function expectPicture(name: string, text: string): void {
  const file = new URL(`${name}.md`, folder);
  if (process.env.UPDATE_PICTURES === "1") {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}
