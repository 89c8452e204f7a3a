/** Checks every workflow and action of a repository: GitHub's parser, actionlint, and our own rules. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ParsedSource, parseActionSource, parseWorkflowSource } from "../github-parser.ts";
import { member, members } from "../workflow.ts";
import { actionlint } from "./actionlint.ts";
import type { Finding } from "./finding.ts";
import { checkCalledWorkflow, checkLocalActions } from "./local-references.ts";
import { checkLostWork } from "./lost-work-rules.ts";
import { checkSteps, checkWorkflowRules, type Source } from "./rules.ts";

/**
 * Everything that is wrong with `.github/workflows/*.yml` and `actions/<name>/action.yml` below a folder, in the order of files
 * and lines. Throws if there is no workflow at all: nothing checked is not a pass.
 */
export async function checkWorkflows(root: string): Promise<readonly Finding[]> {
  const folder = join(root, ".github/workflows");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];
  if (names.length === 0) throw new Error(`there are no workflows in ${folder}`);
  const findings: Finding[] = [];
  for (const name of names) findings.push(...(await checkWorkflow(root, join(".github/workflows", name))));
  for (const file of actionFiles(root)) findings.push(...checkAction(root, file));
  return findings.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

async function checkWorkflow(root: string, file: string): Promise<readonly Finding[]> {
  const text = readFileSync(join(root, file), "utf8");
  const parsed = await parseWorkflowSource(file, text);
  const findings = [...syntax(file, parsed), ...(await actionlint(file, text))];
  if (parsed.root === undefined) return findings;
  const source: Source = { file, lines: text.split("\n"), root: parsed.root };
  findings.push(...checkWorkflowRules(source), ...checkLostWork(source));
  for (const [, job] of members(member(parsed.root, "jobs"))) {
    findings.push(...checkLocalActions(root, source, member(job, "steps")), ...checkCalledWorkflow(root, source, job));
  }
  return findings;
}

function checkAction(root: string, file: string): readonly Finding[] {
  const text = readFileSync(join(root, file), "utf8");
  const parsed = parseActionSource(file, text);
  if (parsed.root === undefined) return syntax(file, parsed);
  const source: Source = { file, lines: text.split("\n"), root: parsed.root };
  const steps = member(member(parsed.root, "runs"), "steps");
  return [...syntax(file, parsed), ...checkSteps(source, steps), ...checkLocalActions(root, source, steps)];
}

function syntax(file: string, { problems }: ParsedSource): readonly Finding[] {
  return problems.map(({ message, line, column }) => ({
    file,
    line: line ?? 1,
    column: column ?? 1,
    rule: "syntax",
    message,
  }));
}

function actionFiles(root: string): readonly string[] {
  const folder = join(root, "actions");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => [join("actions", name, "action.yml"), join("actions", name, "action.yaml")])
    .filter((file) => existsSync(join(root, file)));
}
