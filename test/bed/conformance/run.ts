/** Prints how far the bed agrees with recordings of AWS: `node test/bed/conformance/run.ts [part of a case's id]`. */
import { recordingsFolder } from "./folder.ts";
import { readCases } from "./recording.ts";
import { type Replayed, replay } from "./replay.ts";
import { conformanceReport } from "./report.ts";

const folder = recordingsFolder();
if (folder === undefined) {
  console.log("skipped: no recordings here. Set MATE_RECORDINGS to a folder of recorded cases.");
} else {
  const [wanted = ""] = process.argv.slice(2);
  const replayed: Replayed[] = [];
  for (const recording of readCases(folder).filter(({ id }) => id.includes(wanted)))
    replayed.push(await replay(recording));
  console.log(conformanceReport(replayed));
  if (wanted !== "") for (const { checks } of replayed) console.log(JSON.stringify(checks, undefined, 1));
}
