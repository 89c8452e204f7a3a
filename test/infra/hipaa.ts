/** Findings of the HIPAA Security pack of cdk-nag on a specialised template. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { HIPAASecurityChecks } from "cdk-nag";
import type { Section } from "../bed/aws/cloudformation/template/value.ts";

/** `LogicalId RuleName`, the pack's prefix left out. */
export type Finding = string;

/** Runs the pack over a template; findings sorted. A rule that could not decide is a finding too. */
export function hipaaFindings(document: Section): readonly Finding[] {
  const folder = mkdtempSync(join(tmpdir(), "mate-hipaa-"));
  try {
    const file = join(folder, "template.json");
    writeFileSync(file, JSON.stringify(document));
    const stack = new Stack(new App({ outdir: join(folder, "out") }), "Checked");
    new CfnInclude(stack, "Template", { templateFile: file });
    const { violations } = new HIPAASecurityChecks(stack).validateScope(stack);
    return violations
      .flatMap(({ ruleName, description, violatingResources }) =>
        violatingResources.map(({ constructPath }) => {
          const rule = ruleName.replace(/^HIPAA\.Security-/, "");
          const undecided = description.startsWith("Rule threw") ? " (could not decide)" : "";
          return `${constructPath?.split("/").at(-1)} ${rule}${undecided}`;
        }),
      )
      .sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Exceptions that resources declare under `Metadata.<pack>`, each with its reason, in the form of findings. */
export function declaredExceptions(document: Section, pack: "hipaa" | "guard"): ReadonlyMap<Finding, string> {
  const resources = (document.Resources ?? {}) as Section;
  return new Map(
    Object.entries(resources).flatMap(([id, resource]) => {
      const metadata = ((resource as Section).Metadata ?? {}) as Section;
      return Object.entries((metadata[pack] ?? {}) as Section).map(([rule, reason]): [string, string] => [
        `${id} ${rule}`,
        String(reason),
      ]);
    }),
  );
}
