/** A revert on a run's page: what would be put back, or what became of it. */

import type { RevertPlan } from "../domain/drift-revert.ts";
import type { Danger, ResourceChange } from "../domain/plan.ts";
import { alert, bullets, document, heading, paragraph } from "./block.ts";
import { type Block, causeText, code, type Inline, md, strong } from "./markdown.ts";
import { counted } from "./resource-area.ts";
import { resourceBlocks } from "./resource-blocks.ts";

/** What mode plan-revert, and the look before a revert, write. @param look.plan undefined: nothing differs */
export function revertLookSummary(look: { readonly tenant: string; readonly plan: RevertPlan | undefined }): string {
  const { tenant, plan } = look;
  const title = heading(3, md`Reverting the drift of ${tenant}`);
  if (plan === undefined) {
    return document([
      title,
      paragraph(
        md`The stack is what git says; there is nothing to revert. Services are brought back by ${code(`/retry ${tenant}`)}.`,
      ),
    ]);
  }
  return document([
    title,
    ...(plan.refusals.length === 0
      ? []
      : [
          alert("CAUTION", [
            paragraph(strong("Not possible like this")),
            bullets(plan.refusals.map((why) => causeText(why))),
          ]),
        ]),
    ...(plan.dangers.length === 0 ? [] : [alert("WARNING", [bullets(plan.dangers.map(dangerLine))])]),
    paragraph(
      md`${counted(plan.changes.length, "resource")} of ${code(plan.stack)} would be put back to what git says. Before is what is there now, after is what git says.`,
    ),
    ...changesOf(plan.changes),
    paragraph(nextStep(plan)),
  ]);
}

function dangerLine({ logicalId, what, allowedBecause }: Danger): Inline {
  const allowed = allowedBecause === undefined ? md`` : md`; allowed because: ${causeText(allowedBecause)}`;
  return md`${code(logicalId)} would be ${what}${allowed}`;
}

function nextStep({ tenant, refusals, dangers }: RevertPlan): Inline {
  if (refusals.length > 0) return md`Nothing is reverted until this is settled.`;
  const second = dangers.length > 0 ? md` A second person has to approve it.` : md``;
  return md`To do it, start this form again with mode ${code("revert")} and ${code(tenant)} in confirm; exactly this is done, or nothing.${second}`;
}

/** What became of a revert. */
export function revertSummary(end: {
  readonly tenant: string;
  readonly outcome: "reverted" | "unchanged" | "held" | "failed";
  readonly changes: readonly ResourceChange[];
  readonly notes: readonly string[];
  readonly failure?: { readonly cause: string; readonly evidence: readonly string[] };
}): string {
  const { tenant, changes, notes, failure } = end;
  const about = heading(3, md`Reverting the drift of ${tenant}`);
  switch (end.outcome) {
    case "reverted":
      return document([
        about,
        paragraph(
          md`${strong("Put back")}: ${counted(changes.length, "resource")} ${changes.length === 1 ? "is" : "are"} what git says again.`,
        ),
        ...changesOf(changes),
        ...(notes.length === 0 ? [] : [bullets(notes.map((note) => causeText(note)))]),
      ]);
    case "unchanged":
      return document([about, paragraph(md`The stack is what git says by now; nothing was left to do.`)]);
    case "held":
    case "failed":
      return document([
        about,
        alert("CAUTION", [
          paragraph(
            md`${strong(end.outcome === "held" ? "Held, nothing was done" : "Failed")}: ${causeText(failure?.cause ?? "no reason given")}`,
          ),
          ...(failure === undefined || failure.evidence.length === 0
            ? []
            : [bullets(failure.evidence.slice(0, 20).map((line) => causeText(line)))]),
        ]),
      ]);
  }
}

function changesOf(changes: readonly ResourceChange[]): readonly Block[] {
  return resourceBlocks(changes);
}
