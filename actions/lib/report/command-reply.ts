/** The one reply to a command: written within seconds, then edited until it says how things ended. */

import type { Command } from "../domain/command/grammar.ts";
import { ruleOf } from "../domain/command/grammar.ts";
import type { CommandReply, ReplyState } from "../domain/command/reply.ts";
import { patience, type Rule } from "../domain/command/rule.ts";
import { writeCommand } from "../domain/command/write-command.ts";
import { alert, heading, marker, paragraph, table } from "./block.ts";
import { limits, render, type Section } from "./budget.ts";
import { carriedOut, listed } from "./command-done.ts";
import { allCommands, oneCommand } from "./command-help.ts";
import { inWords, ruleWords } from "./command-words.ts";
import { evidenceSection } from "./deploy-summary.ts";
import { moment } from "./figures.ts";
import { type Block, causeText, code, type Inline, join, link, md, small, strong, text } from "./markdown.ts";
import { short } from "./plan-title.ts";
import { counted } from "./resource-area.ts";

/** The text of the reply, to create it or to edit it. */
export function commandReply(input: CommandReply): string {
  const { head, sections = [] } = content(input.reply);
  return render(
    {
      head,
      sections,
      foot: [paragraph(origin(input)), replyMarker(input.comment)],
      shortened: () => [paragraph(md`Shortened here; ${link("the run", input.run)} has it all.`)],
    },
    limits.comment,
  );
}

/** Whether a text is the reply to this comment. Ask for the author as well: anybody can write this line. */
export function isCommandReply(body: string, comment: number): boolean {
  return body.trimEnd().split(/\r?\n/).at(-1) === replyMarker(comment).block;
}

interface Content {
  readonly head: readonly Block[];
  readonly sections?: readonly Section[];
}

function content(reply: ReplyState): Content {
  switch (reply.state) {
    case "help":
      return reply.about === undefined
        ? { head: [heading(3, md`Commands`), ...allCommands()] }
        : { head: [heading(3, md`How to ${code(reply.about)}`), ...oneCommand(reply.about)] };
    case "near-miss":
      return nearMiss(reply);
    case "refused":
      return refused(reply);
    case "held":
      return {
        head: [
          heading(3, md`Not run: somebody else works on it`),
          paragraph(
            md`${reply.holder} holds the lease since ${moment(reply.since)}${reply.run === undefined ? md`` : md` (${link("its run", reply.run)})`}. Nothing was changed.`,
            md`**Next:** when it is through, write the command again: ${code(writeCommand(reply.command))}`,
          ),
        ],
      };
    case "waiting":
      return waiting(reply);
    case "dropped":
      return {
        head: [
          heading(3, md`Not run: ${reply.how}${reply.by === undefined ? md`` : md` by ${short(reply.by)}`}`),
          paragraph(md`Nothing was changed. To ask again: ${code(writeCommand(reply.command))}`),
        ],
      };
    case "working":
      return {
        head: [heading(3, md`${inWords(reply.command, "doing")} …`), paragraph(md`${reply.what}`)],
        sections: listed("progress", reply.progress),
      };
    case "done":
      return carriedOut(reply);
    case "unchanged":
      return {
        head: [
          heading(3, md`Nothing to do: ${inWords(reply.command, "to do")}`),
          paragraph(md`It is so already: ${reply.running}.`),
        ],
      };
    case "answered":
      return answered(reply);
    case "failed":
      return failed(reply);
  }
}

function nearMiss({ answer }: Extract<ReplyState, { readonly state: "near-miss" }>): Content {
  const { because, suggestion, usage, verb } = answer;
  return {
    head: [
      heading(3, md`Not run: not quite a command`),
      paragraph(
        ...(suggestion === undefined ? [] : [md`**Did you mean** ${code(suggestion)}`]),
        ...(suggestion !== undefined || usage === undefined ? [] : [md`**Usage:** ${code(usage)}`]),
        md`Nothing was changed. To run something, write a new comment. Help: ${code(verb === undefined ? "/help" : `/help ${verb}`)}`,
      ),
    ],
    sections: listed("problems", because),
  };
}

function refused({ command, rules }: Extract<ReplyState, { readonly state: "refused" }>): Content {
  const instead = rules.find((rule) => rule.instead !== undefined)?.instead;
  const row = ({ rule, ok, why }: Rule): readonly Inline[] => [
    ok ? md`${ruleWords[rule]}` : strong(ruleWords[rule]),
    ok ? md`✔ yes` : md`✘ no`,
    md`${why}`,
  ];
  const columns = [md`Rule`, md`Kept`, md`Because`];
  const broken = rules.filter(({ ok }) => !ok);
  const first = broken.slice(0, 1);
  return {
    head: [
      heading(3, md`Not run: refused to ${inWords(command, "to do")}`),
      paragraph(md`Nothing was changed.${instead === undefined ? md`` : md` **Instead:** ${code(instead)}`}`),
    ],
    sections: [
      {
        what: "rules",
        priority: 900,
        forms: [[table(columns, rules.map(row))], [table(columns, broken.map(row))], [table(columns, first.map(row))]],
      },
    ],
  };
}

function waiting(reply: Extract<ReplyState, { readonly state: "waiting" }>): Content {
  const { command, operation, because, what, until } = reply;
  const { consequence } = ruleOf(command.verb);
  return {
    head: [
      heading(3, md`Waiting for a second person to ${inWords(command, "to do")}`),
      alert("WARNING", [
        paragraph(
          md`It ${what}${consequence === undefined ? md`` : md`: ${consequence}`}. **Nothing has changed yet.**`,
          md`Another operator confirms until ${moment(until)}: ${code(`/confirm ${operation}`)}`,
          md`To drop it: ${code(`/cancel ${operation}`)}`,
        ),
      ]),
      paragraph(
        md`Needs two people, because ${join(
          because.slice(0, 3).map((each) => text(each)),
          " and ",
        )}. After ${patience} minutes it is dropped by itself.`,
      ),
    ],
  };
}

function answered(reply: Extract<ReplyState, { readonly state: "answered" }>): Content {
  const { command, summary, facts, lines, next } = reply;
  const rows = facts.map(({ what, is, instead }) => [
    strong(what),
    md`${causeText(is)}${instead === undefined ? md`` : md`<br>${causeText(instead)}`}`,
  ]);
  const columns = [md`What`, md`Is`];
  const form = (most: number): readonly Block[] => [
    table(columns, rows.slice(0, most)),
    ...(rows.length > most ? [paragraph(md`… and ${counted(rows.length - most, "more line")}`)] : []),
  ];
  return {
    head: [heading(3, md`${inWords(command, "done")}`), paragraph(causeText(summary), ...nextStep(next))],
    sections: [
      ...(rows.length === 0 ? [] : [{ what: "facts", priority: 800, forms: [form(rows.length), form(50), form(10)] }]),
      ...evidenceSection(lines, Number.POSITIVE_INFINITY),
    ],
  };
}

function failed(reply: Extract<ReplyState, { readonly state: "failed" }>): Content {
  const { command, cause, evidence, running, next, reasonCode } = reply;
  return {
    head: [
      heading(3, md`Failed to ${inWords(command, "to do")}`),
      paragraph(
        md`**Cause:** ${causeText(cause)} (${code(reasonCode)})`,
        running === undefined ? md`**Now:** not known` : md`**Now:** ${running}`,
        ...nextStep(next),
      ),
    ],
    sections: evidenceSection(evidence),
  };
}

function nextStep(next: readonly Command[]): readonly Inline[] {
  if (next.length === 0) return [];
  return [
    md`**Next:** ${join(
      next.slice(0, 3).map((command) => code(writeCommand(command))),
      " · ",
    )}`,
  ];
}

function origin({ by, run, ignoredLines, reply }: CommandReply): Inline {
  const parts = [
    ...("command" in reply ? [md`${code(writeCommand(reply.command))} by ${short(by)}`] : [md`For ${short(by)}`]),
    ...("operation" in reply ? [md`${reply.operation}`] : []),
    link("run", run),
    ...(ignoredLines > 0 ? [md`only the first line was read: one comment is one command`] : []),
  ];
  return small(join(parts, " · "));
}

function replyMarker(comment: number): Block {
  return marker(["mate:command", String(comment)]);
}
