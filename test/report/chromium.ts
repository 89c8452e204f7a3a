/** Pages in a real browser, where one is installed. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** The browser, or undefined after saying so. */
export function findChromium(): string | undefined {
  const found = places.find((place) => existsSync(place));
  if (found === undefined) console.log("skipped: no chromium in /usr/bin (apt install chromium)");
  return found;
}

export interface Visit {
  readonly chromium: string;
  readonly page: string;
  /** What stands behind # in the address. */
  readonly hash?: string;
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** The document after its script ran, as HTML. */
export async function renderedPage(visit: Visit): Promise<string> {
  return await visiting(visit, async (address, flags) => {
    const { stdout } = await promisify(execFile)(visit.chromium, [...flags, "--dump-dom", address], {
      maxBuffer: 2 ** 26,
    });
    return stdout;
  });
}

/** A picture of the page as PNG. */
export async function photograph(visit: Visit, file: string): Promise<void> {
  await visiting(visit, async (address, flags) => {
    await promisify(execFile)(visit.chromium, [...flags, `--screenshot=${file}`, address]);
  });
}

async function visiting<T>(
  { page, hash, dark, width = 1280, height = 800 }: Visit,
  look: (address: string, flags: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "page-"));
  try {
    const file = join(folder, "fleet.html");
    await writeFile(file, page);
    return await look(`file://${file}${hash === undefined ? "" : `#${hash}`}`, [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--hide-scrollbars",
      `--user-data-dir=${folder}`,
      `--window-size=${width},${height}`,
      ...(dark === true ? ["--force-dark-mode"] : []),
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
