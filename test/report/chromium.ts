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

/**
 * How wide a page's content is where it has a given width, in pixels: more than that width has to be scrolled sideways. Windows are never
 * narrower than 500, so the page stands in a frame.
 */
export async function contentWidth(visit: Visit & { readonly width: number }): Promise<number> {
  const { hash = "", page, width } = visit;
  const source = page.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const measure = `addEventListener("load", () => {
    const inside = document.querySelector("iframe").contentWindow;
    inside.location.hash = ${JSON.stringify(hash)};
    setTimeout(() => { document.title = "width " + inside.document.documentElement.scrollWidth; }, 500);
  });`;
  const frame = `<!doctype html><iframe width="${width}" height="844" style="border:0" srcdoc="${source}"></iframe><script>${measure}</script>`;
  const dom = await visiting({ chromium: visit.chromium, page: frame }, async (address, flags) => {
    const wait = ["--virtual-time-budget=5000", "--dump-dom"];
    const { stdout } = await promisify(execFile)(visit.chromium, [...flags, ...wait, address], { maxBuffer: 2 ** 26 });
    return stdout;
  });
  const [, found] = /<title>width (\d+)<\/title>/.exec(dom) ?? [];
  if (found === undefined) throw new Error("the page was not measured");
  return Number(found);
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
