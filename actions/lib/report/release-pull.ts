/** What a release's pull request says of itself, and the step that opened it. The plan's comment says the rest. */
import type { ReleaseProposal } from "../domain/release-proposal.ts";
import { bullets, document, paragraph } from "./block.ts";
import { names } from "./enumeration.ts";
import { code, md } from "./markdown.ts";
import { counted } from "./resource-area.ts";
import { clip, oneLine } from "./visible.ts";

/**
 * Title and body of the pull request that raises a release.
 *
 * @param by login of who asked for it
 */
export function releasePull(proposal: ReleaseProposal, by: string): { readonly title: string; readonly body: string } {
  const { name, from, to, file, moves, pinned } = proposal;
  const title = clip(oneLine(`Release ${to} to ${name}`), 200);
  const body = document([
    paragraph(md`${code(name)} moves from ${code(from)} to ${code(to)}: ${counted(moves.length, "tenant")}.`),
    bullets([
      md`The plan in the comment below shows every tenant that moves, and in which wave.`,
      md`Merging builds what is missing, migrates each database and rolls the services, wave by wave.`,
      ...(pinned.length === 0
        ? []
        : [
            md`These stay, because their files pin a release: ${names(
              pinned.map(({ tenant, release }) => `${tenant} (${release})`),
              20,
            )}.`,
          ]),
      md`Changed: \`release\` in ${code(file)}. Asked for by ${by}.`,
    ]),
  ]);
  return { title, body };
}

/** The step's summary. */
export function releaseSummary(end: {
  readonly outcome: "opened" | "updated" | "unchanged";
  readonly proposal: ReleaseProposal;
  readonly number?: number;
  readonly url?: string;
}): string {
  const { name, to } = end.proposal;
  if (end.outcome === "unchanged") return document([paragraph(md`${code(name)} is at ${code(to)} already.`)]);
  return document([
    paragraph(md`Pull request #${end.number ?? 0} for ${code(to)} in ${code(name)} was ${end.outcome}.`),
  ]);
}
