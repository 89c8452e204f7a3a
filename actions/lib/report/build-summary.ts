import type { BuiltRelease } from "../domain/built-release.ts";
import { type ScanVerdict, scanCounts } from "../domain/scan.ts";
import { document, heading, paragraph, table } from "./block.ts";
import { duration } from "./figures.ts";
import { code, type Inline, md, text } from "./markdown.ts";

/** The images of a release, for the run's step summary. */
export function buildSummary({ release, revision, images }: BuiltRelease, environment: string): string {
  const built = images.filter(({ outcome }) => outcome === "built").length;
  const copied = images.some(({ outcome }) => outcome === "copied");
  const title = copied
    ? md`Images of ${release} in ${environment}: taken over from where they were built`
    : built === 0
      ? md`Images of ${release} in ${environment}: all there`
      : md`Images of ${release} in ${environment}: ${built} of ${images.length} built`;
  return document([
    heading(3, title),
    paragraph(md`from revision ${code(revision)}`),
    table(
      [md`Image`, md`Digest`, md`Outcome`, md`Scan`],
      images.map((image) => [
        code(image.repository),
        code(image.digest),
        outcomeText(image),
        image.scan === undefined ? md`when it was built` : scanText(image.scan),
      ]),
    ),
  ]);
}

function outcomeText({ outcome, durationMs }: BuiltRelease["images"][number]): Inline {
  switch (outcome) {
    case "present":
      return md`was there`;
    case "copied":
      return md`copied`;
    case "built":
      return md`built in ${duration(durationMs)}`;
  }
}

function scanText(scan: ScanVerdict): Inline {
  switch (scan.verdict) {
    case "not-asked":
      return md`not asked for`;
    case "passed":
      return text(scanCounts(scan.counts));
    case "refused":
      return text(scan.because);
  }
}
