/** The commands explained: all in a table, or one in full. The same words stand in replies and in the documentation. */

import { kinds } from "../domain/command/argument-kinds.ts";
import { type Danger, ruleOf, type VerbRule } from "../domain/command/grammar.ts";
import { patience } from "../domain/command/rule.ts";
import { type CommandVerb, commandVerbs } from "../domain/command/verbs.ts";
import { usage, withKeyword } from "../domain/command/write-command.ts";
import { bullets, document, heading, paragraph, table } from "./block.ts";
import { names } from "./enumeration.ts";
import { type Block, code, type Inline, md } from "./markdown.ts";

const confirmedWhen: Readonly<Record<Danger, string>> = {
  "enterprise tenant": "the tenant is of tier enterprise",
  "across a migration": "it goes back across a migration",
  "holder is alive": "the holder of the lease is alive",
};

const effects: Readonly<Record<VerbRule["effect"], string>> = {
  explains: "Explains",
  looks: "Looks, changes nothing",
  acts: "Changes what runs",
  settles: "Decides about an operation",
};

/** Every command in a table, and how they are written. */
export function allCommands(): readonly Block[] {
  return [
    table(
      [md`Command`, md`What it does`],
      commandVerbs.map((verb) => [code(usage(verb)), md`${ruleOf(verb).summary}${secondPerson(ruleOf(verb))}`]),
    ),
    paragraph(
      md`A command is the first line of a new comment on a pull request, and one comment is one command. Words in brackets can be left out; a tenant never can, where it is not in brackets.`,
    ),
  ];
}

/** One command in full. */
export function oneCommand(verb: CommandVerb): readonly Block[] {
  const rule = ruleOf(verb);
  return [
    paragraph(md`${code(usage(verb))}`, md`${rule.summary}`),
    ...(rule.arguments.length === 0
      ? []
      : [
          bullets(
            rule.arguments.map(
              (argument) =>
                md`${code(withKeyword(argument, kinds[argument.kind].form))} ${argument.need}. ${ours(kinds[argument.kind].meaning)}`,
            ),
          ),
        ]),
    paragraph(
      md`For example: ${code(rule.example)}`,
      md`${effects[rule.effect]}.${consequence(rule)}${secondPerson(rule)}`,
    ),
  ];
}

/** The documentation of all commands, as one page. */
export function commandsPage(): string {
  return document([
    heading(1, md`Commands`),
    ...allCommands(),
    ...commandVerbs.flatMap((verb) => [heading(2, md`${code(verb)}`), ...oneCommand(verb)]),
  ]);
}

function consequence({ consequence: what }: VerbRule): Inline {
  return what === undefined ? md`` : md` To know: ${what}.`;
}

function secondPerson({ confirmedWhen: when }: VerbRule): Inline {
  if (when.length === 0) return md``;
  return md` A second person confirms within ${patience} minutes when ${names(when.map((danger) => confirmedWhen[danger]))}.`;
}

/** Our own sentences may have Markdown of their own: the grammar is no foreign text. */
function ours(sentence: string): Inline {
  return { inline: sentence };
}
