/** The questions of a new tenant, each asked until its answer is right. */
import * as z from "zod";
import {
  answered,
  answerFindings,
  type Declared,
  type Draft,
  nextQuestion,
  type Question,
} from "../../actions/lib/domain/provision.ts";
import type { Finding } from "../../actions/lib/domain/schema.ts";
import { tenantFile } from "../../actions/lib/domain/tenant-file.ts";
import { either } from "../../actions/lib/domain/wording.ts";
import { type Field, meanings } from "../docs/field-table.ts";
import type { Terminal } from "./terminal.ts";

/**
 * A complete draft: given flags are taken as answers, the rest is asked. A flag that is wrong is said and asked for like any other, and
 * one that such a tenant is not asked for is said at the end: who gave a trial --sso saml must not believe that it has one.
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
    if (question === undefined) {
      for (const [flag, value] of given) {
        if (value !== undefined && value !== "none")
          terminal.say(`  ✗ --${flag} ${value} is left out: ${whyNot(draft)}`);
      }
      return draft;
    }
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

function whyNot({ tier, sso }: Draft): string {
  const signIn = (sso as { readonly type?: string } | undefined)?.type ?? "none";
  return `tenants of tier ${String(tier)} with sign-in ${signIn} have no such thing`;
}

function promptOf({ prompt, options, suggestion }: Question): string {
  const choice = options === undefined ? "" : ` (${options.join(", ")})`;
  return `${prompt}${choice}${suggestion === undefined ? "" : ` [${suggestion}]`}: `;
}

function inWords({ message, hint }: Finding): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

function helpFor({ path, options }: Question): string {
  const key = path.join(".");
  const meaning = meanings(z.toJSONSchema(tenantFile, { io: "input" }) as Field).get(key) ?? "";
  const choice = options === undefined ? "" : ` It is ${either(options)}.`;
  return `${meaning}${choice} It is written as ${key} in the tenant's file; tenants/README.md has more about it.`;
}
