/** A drill on a run's page: whether the backup is good, how long a restore takes, how much would be lost. */
import type { DrillRecord } from "../domain/restore-drill.ts";
import { alert, document, heading, paragraph, table } from "./block.ts";
import { duration, moment, second } from "./figures.ts";
import { causeText, code, link, md, small, strong, text } from "./markdown.ts";

/** The step summary of one drill. */
export function drillSummary(record: DrillRecord, links: { readonly run: string }): string {
  const { tenant, outcome, cause, restoredTo, rtoMinutes, rpoMinutes, phases, found, earlier } = record;
  return document([
    heading(3, md`Restore drill of ${tenant}: ${outcome}`),
    ...(cause === undefined ? [] : [alert("CAUTION", [paragraph(causeText(cause))])]),
    ...(restoredTo === undefined
      ? []
      : [
          paragraph(
            md`${strong("RTO")} ${minutes(rtoMinutes)}: from the wish until the running release had read the data`,
            md`${strong("RPO")} ${minutes(rpoMinutes)}: the newest moment that could be restored was ${second(restoredTo)}`,
            ...(found === undefined ? [] : [md`${strong("Found")} ${code(found)}`]),
          ),
        ]),
    table(
      [md`phase`, md`took`],
      Object.entries(phases).map(([phase, took]) => [text(phase), text(duration(took))]),
    ),
    ...(earlier.length === 0
      ? []
      : [
          table(
            [md`earlier`, md`outcome`, md`RTO`],
            earlier.map((one) => [text(moment(one.at)), text(one.outcome), text(minutes(one.rtoMinutes))]),
          ),
        ]),
    paragraph(small(link("run", links.run))),
  ]);
}

function minutes(value: number | undefined): string {
  return value === undefined ? "–" : duration(value * 60_000);
}
