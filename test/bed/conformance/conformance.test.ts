import { expect, test } from "vitest";
import { recordingsFolder } from "./folder.ts";
import { readCases } from "./recording.ts";
import { type Replayed, replay } from "./replay.ts";
import { conformanceReport, tally } from "./report.ts";

const folder = recordingsFolder();
if (folder === undefined)
  console.log("skipped: no recordings of AWS beside this checkout, and MATE_RECORDINGS is not set");

test.skipIf(folder === undefined)(
  "the bed answers as AWS did, in everything that was recorded, in at least 95 of 100 cases",
  { timeout: 120_000 },
  async () => {
    const replayed: Replayed[] = [];
    for (const recording of readCases(folder ?? "")) replayed.push(await replay(recording));

    console.log(conformanceReport(replayed));
    const { agrees } = tally(replayed);
    expect(agrees / replayed.length).toBeGreaterThanOrEqual(0.95);
  },
);
