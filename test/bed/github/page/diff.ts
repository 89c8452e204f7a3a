import type { ChangedFile } from "../git/diff.ts";
import type { Annotation } from "../records.ts";
import { annotationNote } from "./checks.ts";
import { type Html, html } from "./html.ts";

/** "Files changed": each file's hunks with line numbers, and the checks' annotations at their lines. */
export function diffView(files: readonly ChangedFile[], annotations: readonly Annotation[]): Html {
  return html`${files.map((file) => {
    const name = file.previousPath === undefined ? file.path : `${file.previousPath} → ${file.path}`;
    const notes = annotations.filter((annotation) => annotation.path === file.path);
    return html`<details class="file" open><summary><span class="mono">${name}</span><span class="right"><span class="ok">+${file.additions}</span> <span class="bad">−${file.deletions}</span></span></summary>${file.patch === undefined ? html`<p class="dim" style="padding:0 14px">No text to compare.</p>` : html`<table>${lines(file.patch, notes)}</table>`}</details>`;
  })}`;
}

function lines(patch: string, annotations: readonly Annotation[]): readonly Html[] {
  let before = 0;
  let after = 0;
  const rows: Html[] = [];
  for (const line of patch.split("\n")) {
    const [, oldStart, newStart] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line) ?? [];
    if (oldStart !== undefined && newStart !== undefined) {
      before = Number(oldStart);
      after = Number(newStart);
      rows.push(html`<tr class="hunk"><td colspan="3">${line}</td></tr>`);
      continue;
    }
    const sign = line.charAt(0);
    if (sign === "\\") rows.push(html`<tr><td class="n"></td><td class="n"></td><td class="t dim">${line}</td></tr>`);
    else if (sign === "-") rows.push(codeRow("del", { before: before++, after: undefined, line }));
    else if (sign === "+") rows.push(codeRow("add", { before: undefined, after, line }));
    else rows.push(codeRow("", { before: before++, after, line }));
    if (sign !== "-" && sign !== "\\") {
      const here = annotations.filter((annotation) => annotation.end_line === after);
      rows.push(...here.map((each) => html`<tr><td colspan="3">${annotationNote(each)}</td></tr>`));
      after += 1;
    }
  }
  return rows;
}

function codeRow(
  kind: "add" | "del" | "",
  {
    before,
    after,
    line,
  }: { readonly before: number | undefined; readonly after: number | undefined; readonly line: string },
): Html {
  return html`<tr class="${kind}"><td class="n">${before}</td><td class="n">${after}</td><td class="t">${line}</td></tr>`;
}
