/** What a night's look for drift found, for the run's summary. */
import { bullets, details, heading, paragraph } from "./block.ts";
import { limits, render } from "./budget.ts";
import { type Block, causeText, code, md } from "./markdown.ts";

/** Most subjects that are listed, and most findings of one; where all differ, each of them is shown less of. */
const most = 200;
const forms = [20, 5, 1];

/** @param results one for each tenant and environment that was looked at */
export function driftSummary(
  results: readonly { readonly subject: string; readonly findings: readonly string[]; readonly issue: string }[],
): string {
  const drifted = results.filter(({ findings }) => findings.length > 0);
  const closed = results.filter(({ issue }) => issue === "closed");
  const listed = (shown: number): readonly Block[] =>
    drifted.slice(0, most).map(({ subject, findings }) => {
      const rest = findings.length - shown;
      const lines = findings.slice(0, shown).map((what) => causeText(what));
      return details(md`${code(subject)}: ${findings.length}`, [
        bullets([...lines, ...(rest > 0 ? [md`and ${rest} more`] : [])]),
      ]);
    });
  return render(
    {
      head: [
        heading(2, md`Drift`),
        paragraph(
          drifted.length === 0
            ? md`Nothing differs from what git says in ${results.length} looks.`
            : md`${drifted.length} of ${results.length} differ from what git says.`,
        ),
      ],
      sections: [{ what: "findings", priority: 500, forms: forms.map(listed) }],
      foot: [
        ...(drifted.length > most ? [paragraph(md`and ${drifted.length - most} more; each has its issue.`)] : []),
        ...(closed.length > 0
          ? [paragraph(md`Ended since the last look: ${closed.map(({ subject }) => subject).join(", ")}.`)]
          : []),
      ],
      shortened: () => [paragraph(md`Shortened here; each has its issue, with all that differs.`)],
    },
    limits.stepSummary,
  );
}
