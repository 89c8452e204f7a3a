/**
 * Findings of AWS Guard rules on a specialised template, by the engine that aws-cdk-lib brings along. The engine also holds templates
 * against the published resource schemas and AWS's own checks; those findings come out too, under their own ids (E3002, W3010, …).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { App, CloudFormationValidatePlugin } from "aws-cdk-lib";
import type { Section } from "../bed/aws/cloudformation/template/value.ts";
import { account, region } from "./templates.ts";

export interface GuardRule {
  /** Name of the rule in the registry. */
  readonly rule: string;
  /** Name the rule reports itself under. */
  readonly control: string;
  readonly content: string;
}

/** The HIPAA rules that npm carries; `infra/rules/guard-controls.json` says which. */
export function packagedRules(): readonly GuardRule[] {
  const table = JSON.parse(readFileSync(new URL("../../infra/rules/guard-controls.json", import.meta.url), "utf8")) as {
    readonly controls: readonly { readonly rule: string; readonly control: string; readonly file: string }[];
  };
  const manifest = createRequire(import.meta.url).resolve("@cdklabs/cdk-validator-cfnguard/package.json");
  const folder = join(dirname(manifest), "rules/control-tower/cfn-guard");
  return table.controls.map(({ rule, control, file }) => ({
    rule,
    control,
    content: readFileSync(join(folder, file), "utf8"),
  }));
}

/**
 * The whole HIPAA Security set from a checkout of github.com/aws-cloudformation/aws-guard-rules-registry, which no package carries.
 *
 * @param checkout folder with `mappings/` and `rules/`
 */
export function registryRules(checkout: string): readonly GuardRule[] {
  const mapping = JSON.parse(readFileSync(join(checkout, "mappings/rule_set_hipaa_security.json"), "utf8")) as {
    readonly mappings: readonly { readonly guardFilePath: string }[];
  };
  return mapping.mappings.map(({ guardFilePath }) => {
    const content = readFileSync(join(checkout, guardFilePath), "utf8");
    const [, rule = guardFilePath] = /^rule\s+(\w+)/m.exec(content) ?? [];
    return { rule, control: rule, content };
  });
}

/** This rule blames every resource of a template in which one secret has no schedule; only what it says of secrets means something. */
const blamesEverybody = "SECRETSMANAGER_ROTATION_ENABLED_CHECK";

/** A checker made once (its engine compiles the rules) and asked for each template: `LogicalId RULE`, sorted, each once. */
export function guardChecker(rules: readonly GuardRule[]): (document: Section) => readonly string[] {
  const plugin = new CloudFormationValidatePlugin({
    guardRules: rules.map(({ control, content }) => ({ name: control, content })),
  });
  const names = new Map(rules.map(({ rule, control }) => [control, rule]));
  return (document) => {
    const folder = mkdtempSync(join(tmpdir(), "mate-guard-"));
    try {
      const templatePath = join(folder, "template.json");
      writeFileSync(templatePath, JSON.stringify(document));
      const { violations } = plugin.validate({
        templatePaths: [templatePath],
        stackTemplates: [{ templatePath, stackConstructPath: "Checked", accountId: account, region }],
        appConstruct: new App({ outdir: join(folder, "out") }),
      });
      const found = violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ resourceLogicalId }) => `${resourceLogicalId} ${names.get(ruleName) ?? ruleName}`),
      );
      const secrets = new Set(ofType(document, "AWS::SecretsManager::Secret").map((id) => `${id} ${blamesEverybody}`));
      return [...new Set(found)].filter((one) => !one.endsWith(` ${blamesEverybody}`) || secrets.has(one)).sort();
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

function ofType(document: Section, type: string): readonly string[] {
  return Object.entries((document.Resources ?? {}) as Section).flatMap(([id, resource]) =>
    (resource as Section).Type === type ? [id] : [],
  );
}
