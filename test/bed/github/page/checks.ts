import { latestChecks, latestStatuses, type MergeBlock } from "../operations/requirements.ts";
import type { Annotation, CheckRun, Repository, Status } from "../records.ts";
import type { PullIssue } from "../world.ts";
import { plural } from "./frame.ts";
import { type Html, html } from "./html.ts";
import { type IconName, icon } from "./icons.ts";
import { renderMarkdown } from "./markdown.ts";

type Tone = "ok" | "bad" | "wait" | "off";

/** The box at the end of the conversation: what the checks say, and whether it can be merged. */
export function mergeBox(repository: Repository, issue: PullIssue, block: MergeBlock | undefined): Html {
  const checks = latestChecks(repository, issue.pull.headSha);
  const statuses = latestStatuses(repository, issue.pull.headSha);
  const tones = [...checks.map(checkTone), ...statuses.map(statusTone)];
  const bad = tones.filter((tone) => tone === "bad").length;
  const waiting = tones.filter((tone) => tone === "wait").length;
  const required = new Set(repository.protections.get(issue.pull.baseRef)?.requiredChecks ?? []);
  const reported = new Set([...checks.map((check) => check.name), ...statuses.map((status) => status.context)]);
  const expected = issue.state === "open" ? [...required].filter((name) => !reported.has(name)) : [];
  const headline =
    tones.length === 0
      ? html`<div><h3 class="dim">No checks have reported yet</h3></div>`
      : html`<div><h3 class="${bad > 0 ? "bad" : waiting > 0 ? "wait" : "ok"}">${bad > 0 ? "Some checks were not successful" : waiting > 0 ? "Some checks haven’t completed yet" : "All checks have passed"}</h3><p>${plural(tones.length, "check")}${bad > 0 && `, ${bad} failing`}${waiting > 0 && `, ${waiting} waiting`}</p></div>`;
  const rows = [
    ...checks.map((check) => checkRow(check, required)),
    ...statuses.map((status) => row(statusTone(status), status.context, status.description ?? "", required)),
    ...expected.map((name) => row("wait", name, "expected, waiting for it to be reported", required)),
  ];
  return html`<section class="box ${block === undefined ? "good" : "stop"}">${headline}${rows}${verdict(issue, block)}</section>`;
}

/** The "Checks" part: each check's own report with its annotations. */
export function checkReports(repository: Repository, issue: PullIssue): Html {
  const checks = latestChecks(repository, issue.pull.headSha);
  if (checks.length === 0) return html`<p class="dim">No check has run on ${issue.pull.headSha.slice(0, 7)}.</p>`;
  return html`${checks.map((check) => {
    const tone = checkTone(check);
    const text = [check.summary, check.text].filter((part) => part !== null && part !== "").join("\n\n");
    return html`<details class="file"${tone === "bad" && html` open`}><summary><span class="${tone}">${icon(ICONS[tone])}</span><b>${check.name}</b><span class="dim">${check.title ?? wordsFor(check)}</span></summary>${text !== "" && html`<div class="markdown">${renderMarkdown(text)}</div>`}${check.annotations.length > 0 && html`<div class="markdown">${check.annotations.map(annotationNote)}</div>`}</details>`;
  })}`;
}

/** One annotation with its place. */
export function annotationNote(annotation: Annotation): Html {
  const column = annotation.start_column === null ? "" : `:${annotation.start_column}`;
  return html`<div class="annotation ${annotation.annotation_level}"><b>${annotation.title ?? annotation.annotation_level}</b> <span class="dim mono">${annotation.path}:${annotation.start_line}${column}</span>
${annotation.message}</div>`;
}

function verdict(issue: PullIssue, block: MergeBlock | undefined): Html {
  if (issue.pull.merged !== undefined)
    return html`<div class="row"><span style="color:var(--violet)">${icon("merged")}</span><div class="grow"><h3>Pull request merged</h3></div></div>`;
  if (issue.state === "closed")
    return html`<div class="row"><span class="bad">${icon("closed")}</span><div class="grow"><h3>Closed with unmerged commits</h3></div></div>`;
  const auto = issue.pull.autoMerge !== undefined && html`<p>Auto-merge is on (${issue.pull.autoMerge.method}).</p>`;
  if (block === undefined)
    return html`<div class="row"><span class="ok">${icon("check")}</span><div class="grow"><h3>No conflicts with base branch</h3><p>Merging can be performed.</p>${auto}</div></div>`;
  const title = block.kind === "conflict" ? "This branch has conflicts that must be resolved" : "Merging is blocked";
  return html`<div class="row"><span class="bad">${icon("cross")}</span><div class="grow"><h3>${title}</h3><p>${block.message}</p>${auto}</div></div>`;
}

const ICONS: Readonly<Record<Tone, IconName>> = { ok: "check", bad: "cross", wait: "dot", off: "skip" };

function checkRow(check: CheckRun, required: ReadonlySet<string>): Html {
  return row(checkTone(check), check.name, check.title ?? wordsFor(check), required);
}

function row(tone: Tone, name: string, text: string, required: ReadonlySet<string>): Html {
  return html`<div class="row"><span class="${tone}">${icon(ICONS[tone])}</span><span class="grow"><b>${name}</b> <span class="dim">${text}</span></span>${required.has(name) && html`<span class="label">Required</span>`}</div>`;
}

function wordsFor(check: CheckRun): string {
  if (check.status !== "completed") return check.status.replace("_", " ");
  const seconds =
    check.completedAt === undefined ? undefined : Math.round((check.completedAt - check.startedAt) / 1000);
  return `${(check.conclusion ?? "").replace("_", " ")}${seconds === undefined ? "" : ` in ${seconds}s`}`;
}

function checkTone(check: CheckRun): Tone {
  if (check.status !== "completed") return "wait";
  if (check.conclusion === "success") return "ok";
  return check.conclusion === "neutral" || check.conclusion === "skipped" ? "off" : "bad";
}

function statusTone(status: Status): Tone {
  return status.state === "success" ? "ok" : status.state === "pending" ? "wait" : "bad";
}
