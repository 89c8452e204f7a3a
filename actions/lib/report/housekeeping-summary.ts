/** What housekeeping removed, or would remove, for the run's summary. */
import type { Removal } from "../domain/housekeeping.ts";
import { document, heading, paragraph, table } from "./block.ts";
import { code, md } from "./markdown.ts";

/** Most rows; a summary ends at 1 MiB, and the output has everything. */
const most = 500;

export function housekeepingSummary(done: readonly (Removal & { readonly outcome: "removed" | "kept" })[]): string {
  if (done.length === 0) return document([heading(2, md`Housekeeping`), paragraph(md`There was nothing to remove.`)]);
  return document([
    heading(2, md`Housekeeping`),
    table(
      [md`What`, md`Name`, md`Why`, md`Outcome`],
      done
        .slice(0, most)
        .map(({ what, name, because, outcome }) => [md`${what}`, code(name), md`${because}`, md`${outcome}`]),
    ),
    ...(done.length > most ? [paragraph(md`and ${done.length - most} more`)] : []),
  ]);
}
