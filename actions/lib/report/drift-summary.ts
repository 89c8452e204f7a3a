/** What a night's look for drift found, for the run's summary. */
import { bullets, details, document, heading, paragraph } from "./block.ts";
import { causeText, code, md } from "./markdown.ts";

/** Most subjects that are listed with all their findings; a summary ends at 1 MiB. */
const most = 200;

/** @param results one for each tenant and environment that was looked at */
export function driftSummary(
  results: readonly { readonly subject: string; readonly findings: readonly string[]; readonly issue: string }[],
): string {
  const drifted = results.filter(({ findings }) => findings.length > 0);
  const closed = results.filter(({ issue }) => issue === "closed");
  return document([
    heading(2, md`Drift`),
    paragraph(
      drifted.length === 0
        ? md`Nothing differs from what git says in ${results.length} looks.`
        : md`${drifted.length} of ${results.length} differ from what git says.`,
    ),
    ...drifted
      .slice(0, most)
      .map(({ subject, findings }) =>
        details(md`${code(subject)}: ${findings.length}`, [
          bullets(findings.slice(0, 20).map((what) => causeText(what))),
        ]),
      ),
    ...(drifted.length > most ? [paragraph(md`and ${drifted.length - most} more; each has its issue.`)] : []),
    ...(closed.length > 0
      ? [paragraph(md`Ended since the last look: ${closed.map(({ subject }) => subject).join(", ")}.`)]
      : []),
  ]);
}
