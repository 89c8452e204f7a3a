/** A command that was carried out: what changed, what is true now, and where git has it. */

import type { Recorded, ReplyState } from "../domain/command/reply.ts";
import { bullets, heading, paragraph, table } from "./block.ts";
import type { Section } from "./budget.ts";
import { inWords } from "./command-words.ts";
import { duration, moment } from "./figures.ts";
import { type Block, causeText, code, type Inline, link, md } from "./markdown.ts";
import { short } from "./plan-title.ts";

/** Head and sections of the reply to a command that succeeded. */
export function carriedOut(reply: Extract<ReplyState, { readonly state: "done" }>): {
  readonly head: readonly Block[];
  readonly sections: readonly Section[];
} {
  const { command, changes, running, durationMs, recorded, until, confirmedBy, notes } = reply;
  const [only] = changes.length === 1 ? changes : [];
  return {
    head: [
      heading(
        3,
        md`${inWords(command, "done")}${only === undefined ? md`` : md`: ${short(only.what)} ${short(only.before)} → ${short(only.after)}`} in ${duration(durationMs)}`,
      ),
      paragraph(
        md`**Now:** ${running}`,
        md`**Recorded:** ${whereRecorded(recorded)}`,
        ...(until === undefined ? [] : [md`**Until:** ${moment(until)}, then it returns by itself`]),
        ...(confirmedBy === undefined ? [] : [md`**Confirmed by:** ${short(confirmedBy)}`]),
      ),
    ],
    sections: [
      ...(changes.length < 2
        ? []
        : [
            {
              what: "changes",
              priority: 800,
              forms: [
                [
                  table(
                    [md`What`, md`Before`, md`After`],
                    changes.map(({ what, before, after }) => [md`${what}`, code(before), code(after)]),
                  ),
                ],
              ],
            },
          ]),
      ...listed("notes", notes),
    ],
  };
}

function whereRecorded(recorded: Recorded): Inline {
  switch (recorded.where) {
    case "branch":
      return md`in ${code(recorded.file)} on this branch, ${link(recorded.commit.slice(0, 7), recorded.address)}`;
    case "pull request":
      return md`in ${code(recorded.file)} by ${link(`pull request ${recorded.number}`, recorded.address)}, which ${recorded.merge === "automatic" ? "merges by itself when its checks pass" : "somebody has to merge"}. Until then plans and deployments keep the change as an override.`;
    case "not yet":
      return md`not yet; until then plans and deployments keep the change as an override`;
    case "nowhere":
      return md`not in git: ${recorded.because}`;
    case "failed":
      return md`**not in git**: ${causeText(recorded.cause)}. Plans and deployments keep the change as an override; edit ${code(recorded.file)} by pull request.`;
  }
}

/** Lines of one kind as a list that gets shorter from its old end; nothing of none. */
export function listed(what: string, lines: readonly string[]): readonly Section[] {
  if (lines.length === 0) return [];
  const form = (most: number): readonly Block[] => [bullets(lines.slice(-most).map((line) => causeText(line)))];
  return [{ what, priority: 700, forms: [form(lines.length), form(10), form(3)] }];
}
