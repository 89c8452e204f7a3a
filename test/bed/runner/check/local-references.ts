/** Local actions and called workflows: that they exist, and that they are given what they take. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { isSequence } from "@actions/workflow-parser/templates/tokens/type-guards";
import { readAction } from "../action.ts";
import { member, members } from "../workflow.ts";
import type { Finding } from "./finding.ts";
import { at, type Source } from "./rules.ts";

/** Checks every local `uses` of a list of steps against the action's own file. */
export function checkLocalActions(root: string, source: Source, steps: TemplateToken | undefined): readonly Finding[] {
  if (steps === undefined || !isSequence(steps)) return [];
  return [...steps].flatMap((step) => checkStep(root, source, step));
}

/** Checks a job that calls a workflow of this repository: the file is there and can be called. */
export function checkCalledWorkflow(root: string, source: Source, job: TemplateToken): readonly Finding[] {
  const uses = member(job, "uses");
  const path = localPath(uses);
  if (uses === undefined || path === undefined || existsSync(join(root, path))) return [];
  return [at(source, uses, { rule: "local-workflow", message: `there is no workflow ${path}` })];
}

function checkStep(root: string, source: Source, step: TemplateToken): readonly Finding[] {
  const uses = member(step, "uses");
  const path = localPath(uses);
  if (uses === undefined || path === undefined) return [];
  const rule = "local-action";
  let action: ReturnType<typeof readAction>;
  try {
    action = readAction(join(root, path), uses.toString());
  } catch (error) {
    return [at(source, uses, { rule, message: (error as Error).message })];
  }
  const findings: Finding[] = [];
  const given = new Map(members(member(step, "with")).map(([name, value]) => [name.toLowerCase(), value]));
  for (const { name, required, fallback } of action.inputs) {
    if (required && fallback === undefined && !given.has(name.toLowerCase())) {
      findings.push(at(source, uses, { rule, message: `${path} needs the input ${name}` }));
    }
    given.delete(name.toLowerCase());
  }
  for (const [name, value] of given) {
    const known = action.inputs.map((input) => input.name).join(", ");
    findings.push(at(source, value, { rule, message: `${path} has no input ${name}; it has ${known || "none"}` }));
  }
  if (action.runs.kind === "node") {
    for (const file of [action.runs.pre, action.runs.main, action.runs.post]) {
      if (file === undefined || existsSync(join(root, path, file))) continue;
      const message = `${path} runs ${file}, which is not in ${dirname(join(path, file))}`;
      findings.push(at(source, uses, { rule, message }));
    }
  }
  return findings;
}

function localPath(uses: TemplateToken | undefined): string | undefined {
  return /^(?:\.|\$)\/(.+)$/.exec(uses?.toString() ?? "")?.[1];
}
