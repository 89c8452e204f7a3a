/** Our rules for workflow files, beyond what GitHub demands (reasons in each message). */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { isBasicExpression, isMapping, isSequence } from "@actions/workflow-parser/templates/tokens/type-guards";
import { member, members, texts } from "../workflow.ts";
import type { Finding } from "./finding.ts";

export interface Source {
  readonly file: string;
  readonly lines: readonly string[];
  readonly root: TemplateToken;
}

/** Checks one workflow file. */
export function checkWorkflowRules(source: Source): readonly Finding[] {
  const { root } = source;
  const on = member(root, "on");
  const events = on !== undefined && isMapping(on) ? members(on).map(([name]) => name) : texts(on);
  const findings: Finding[] = [];
  if (events.includes("pull_request_target")) {
    findings.push(
      at(source, on, {
        rule: "no-pull-request-target",
        message: "pull_request_target runs with secrets on behalf of strangers; use pull_request",
      }),
    );
  }
  const permissions = member(root, "permissions");
  if (permissions === undefined || !isMapping(permissions) || permissions.count > 0) {
    findings.push(
      at(source, permissions ?? root, {
        rule: "no-permissions-at-top",
        message: "write `permissions: {}` at the top and grant per job",
      }),
    );
  }
  for (const [id, job] of members(member(root, "jobs"))) findings.push(...checkJob(source, id, job));
  return findings;
}

/** Checks the steps of a job or of a composite action: pins and scripts. */
export function checkSteps(source: Source, steps: TemplateToken | undefined): readonly Finding[] {
  if (steps === undefined || !isSequence(steps)) return [];
  return [...steps].flatMap((step) => [
    ...checkAlwaysTrue(source, member(step, "if")),
    ...checkUses(source, member(step, "uses")),
    ...checkScript(source, member(step, "run")),
  ]);
}

function checkJob(source: Source, id: string, job: TemplateToken): readonly Finding[] {
  const findings: Finding[] = [];
  const calls = member(job, "uses");
  if (calls === undefined && member(job, "timeout-minutes") === undefined) {
    findings.push(
      at(source, job, { rule: "timeout", message: `job ${id} has no timeout-minutes, so it may run for six hours` }),
    );
  }
  const permissions = member(job, "permissions");
  if (permissions !== undefined && !isMapping(permissions)) {
    findings.push(
      at(source, permissions, {
        rule: "permission-reason",
        message: `job ${id} asks for everything; name each permission with its reason`,
      }),
    );
  }
  for (const [scope, level] of members(permissions)) {
    if (!/#\s*\S{2,}/.test(lineOf(source, level))) {
      const message = `job ${id} asks for ${scope}: ${level.toString()} without a reason; write it as a comment on the line`;
      findings.push(at(source, level, { rule: "permission-reason", message }));
    }
  }
  findings.push(...checkAlwaysTrue(source, member(job, "if")));
  return [...findings, ...checkUses(source, calls), ...checkSteps(source, member(job, "steps"))];
}

/**
 * GitHub's parser makes an expression with text around it, be it the indentation of a block of several lines, one text; and a text that is
 * not empty is true.
 */
function checkAlwaysTrue(source: Source, condition: TemplateToken | undefined): readonly Finding[] {
  if (condition === undefined || !isBasicExpression(condition)) return [];
  if (!condition.expression.startsWith("format('")) return [];
  const message = "text around an expression makes this condition true, always; write it without the braces";
  return [at(source, condition, { rule: "always-true", message })];
}

function checkUses(source: Source, uses: TemplateToken | undefined): readonly Finding[] {
  if (uses === undefined) return [];
  const text = uses.toString();
  if (text.startsWith("./") || text.startsWith("$/")) return [];
  const [name = text, ref = ""] = text.split("@");
  if (!/^[0-9a-f]{40}$/.test(ref)) {
    return [
      at(source, uses, {
        rule: "pinned-actions",
        message: `${name} is not pinned: use the full commit SHA instead of ${ref || "nothing"}`,
      }),
    ];
  }
  if (!/#\s*v?\d+(\.\d+)*/.test(lineOf(source, uses))) {
    return [
      at(source, uses, {
        rule: "pinned-actions",
        message: `${name} is pinned without its version; write it as a comment: # v1.2.3`,
      }),
    ];
  }
  return [];
}

function checkScript(source: Source, run: TemplateToken | undefined): readonly Finding[] {
  if (run === undefined || !isBasicExpression(run)) return [];
  return [
    at(source, run, {
      rule: "no-expression-in-script",
      message: "an expression inside run: is pasted into the shell; pass it through env",
    }),
  ];
}

function lineOf(source: Source, token: TemplateToken): string {
  return source.lines[(token.line ?? 1) - 1] ?? "";
}

/** A finding at a token. */
export function at(
  source: Pick<Source, "file">,
  token: TemplateToken | undefined,
  { rule, message }: Pick<Finding, "rule" | "message">,
): Finding {
  return { file: source.file, line: token?.line ?? 1, column: token?.col ?? 1, rule, message };
}
