/** The questions of a new tenant, each asked until its answer is right. */
import {
  answered,
  answerFindings,
  type Declared,
  type Draft,
  nextQuestion,
  type Question,
} from "../../actions/lib/domain/provision.ts";
import type { Finding } from "../../actions/lib/domain/schema.ts";
import { either } from "../../actions/lib/domain/wording.ts";
import type { Terminal } from "./terminal.ts";

/**
 * A complete draft: given flags are taken as answers, the rest is asked. A flag that is wrong is said and asked for like any other.
 *
 * @param flags answers by flag
 */
export async function interview(
  flags: Readonly<Record<string, string | undefined>>,
  declared: Declared,
  terminal: Terminal,
): Promise<Draft> {
  const given = new Map(Object.entries(flags));
  let draft: Draft = {};
  for (;;) {
    const question = nextQuestion(draft, declared);
    if (question === undefined) return draft;
    const flag = given.get(question.flag);
    given.delete(question.flag);
    const answer = flag ?? ((await terminal.ask(promptOf(question))) || (question.suggestion ?? ""));
    if (flag === undefined && /^(\?|help)$/i.test(answer)) {
      terminal.say(`  ${helpFor(question)}`);
      continue;
    }
    if (answer === "") {
      terminal.say("  ✗ an answer is needed; ? explains the question");
      continue;
    }
    const next = answered(draft, question.path, answer);
    const findings = answerFindings(next, declared);
    if (findings.length === 0) draft = next;
    else for (const finding of findings) terminal.say(`  ✗ ${inWords(finding)}`);
  }
}

function promptOf({ prompt, options, suggestion }: Question): string {
  const choice = options === undefined ? "" : ` (${options.join(", ")})`;
  return `${prompt}${choice}${suggestion === undefined ? "" : ` [${suggestion}]`}: `;
}

function inWords({ message, hint }: Finding): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

function helpFor({ path, options }: Question): string {
  const choice = options === undefined ? "" : ` It is ${either(options)}.`;
  return `It is written as ${path.join(".")} in the tenant's file; tenants/README.md says what it means.${choice}`;
}
