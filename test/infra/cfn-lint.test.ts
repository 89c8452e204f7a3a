import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { specialised, templateFile, templateNames } from "./templates.ts";

const installed = spawnSync("cfn-lint", ["--version"]).status === 0;
if (!installed) console.info("skipped: cfn-lint; install it with pip install cfn-lint==1.51.0");

/** Findings as `file: id message`. cfn-lint ends with 2, 4, 6, 8 or more when there are any. */
function findings(files: readonly string[], options: readonly string[] = []): readonly string[] {
  const { stdout, stderr, status } = spawnSync("cfn-lint", ["--format", "json", ...options, "--", ...files], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === null || status === 1) throw new Error(`cfn-lint broke: ${stderr}`);
  const matches = JSON.parse(stdout === "" ? "[]" : stdout) as readonly {
    readonly Filename: string;
    readonly Message: string;
    readonly Rule: { readonly Id: string };
  }[];
  return matches.map(({ Filename, Rule, Message }) => `${Filename}: ${Rule.Id} ${Message}`);
}

test.skipIf(!installed)("cfn-lint finds nothing in the templates as written", { timeout: 240_000 }, () => {
  expect(findings(templateNames.map(templateFile))).toEqual([]);
});

test.skipIf(!installed)("cfn-lint finds nothing in what a tenant of each tier gets", { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "mate-lint-"));
  try {
    const files = specialised.map(({ name, document }) => {
      const file = join(folder, `${name.replace("/", "-")}.json`);
      writeFileSync(file, JSON.stringify(document));
      return file;
    });
    // W3010: zones are named on purpose, because the order in which AWS lists them can change.
    expect(findings(files, ["--ignore-checks", "W3010"])).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
