import type { Repository, RunJob, WorkflowRun } from "../records.ts";
import type { World } from "../world.ts";
import { moment, page } from "./frame.ts";
import { type Html, html } from "./html.ts";
import { icon } from "./icons.ts";
import { renderMarkdown } from "./markdown.ts";

/** The index: every repository with what is open in it. */
export function indexPage(world: World): string {
  const rows = [...world.repositories.values()].map((repository) => {
    const open = [...repository.issues.values()].filter((issue) => issue.state === "open").length;
    return html`<a class="item" href="/${repository.fullName}"><b>${repository.fullName}</b><span class="right dim">${open} open</span></a>`;
  });
  return page({ title: "Rehearsal", body: html`<h1 class="title">Repositories</h1><div class="list">${rows}</div>` });
}

/** A repository: pull requests, issues and the last workflow runs. */
export function repositoryPage(repository: Repository): string {
  const issues = [...repository.issues.values()].reverse();
  const of = (kind: "pull" | "issues"): Html => {
    const rows = issues
      .filter((issue) => (issue.pull !== undefined) === (kind === "pull"))
      .map((issue) => {
        const name = issue.pull === undefined ? "issue" : issue.pull.merged !== undefined ? "merged" : issue.state;
        const color = name === "merged" ? "color:var(--violet)" : "";
        const tone = issue.state === "open" ? "ok" : name === "closed" ? "bad" : "off";
        return html`<a class="item" href="/${repository.fullName}/${kind}/${issue.number}"><span class="${tone}" style="${color}">${icon(name)}</span><span><b>${issue.title}</b><br><span class="dim">#${issue.number} by ${issue.author.login}, ${moment(issue.createdAt)}</span></span></a>`;
      });
    return rows.length === 0 ? html`<p class="dim">None.</p>` : html`<div class="list">${rows}</div>`;
  };
  const runs = [...repository.runs.values()].reverse().slice(0, 50);
  const body = html`<h1 class="title">${repository.fullName}</h1>
<h2 class="part">Pull requests</h2>${of("pull")}
<h2 class="part">Issues</h2>${of("issues")}
<h2 class="part">Workflow runs</h2>${runs.length === 0 ? html`<p class="dim">None.</p>` : html`<div class="list">${runs.map((run) => runRow(repository, run))}</div>`}`;
  return page({ title: repository.fullName, repository, body });
}

/** A workflow run: its jobs, and what they wrote into the step summary. */
export function runPage(repository: Repository, run: WorkflowRun): string {
  const jobs = run.jobs.filter((job) => job.attempt === run.attempt);
  const body = html`<h1 class="title">${run.title} <span class="number">#${run.runNumber}</span></h1>
<div class="meta"><span class="${toneOf(run)}">${icon(iconOf(run))}</span><span>${run.workflowName} · ${run.event} · ${run.actor.login} · attempt ${run.attempt} · ${run.conclusion ?? run.status} · ${moment(run.startedAt)}</span></div>
<h2 class="part">Jobs</h2><div class="list">${jobs.map((job) => html`<a class="item" href="#job-${job.id}"><span class="${toneOf(job)}">${icon(iconOf(job))}</span><b>${job.name}</b><span class="right dim">${job.conclusion ?? job.status}</span></a>`)}</div>
${jobs.map(
  (job) => html`<h2 class="part" id="job-${job.id}">${job.name}</h2>
${job.summary !== "" && html`<div class="card"><header><b>Summary</b></header><div class="markdown">${renderMarkdown(job.summary)}</div></div>`}
${job.log !== "" && html`<details class="file"><summary>Log</summary><div class="markdown"><pre><code>${job.log}</code></pre></div></details>`}`,
)}`;
  return page({ title: `${run.title} · ${run.workflowName} · ${repository.fullName}`, repository, body });
}

function runRow(repository: Repository, run: WorkflowRun): Html {
  return html`<a class="item" href="/${repository.fullName}/actions/runs/${run.id}"><span class="${toneOf(run)}">${icon(iconOf(run))}</span><span><b>${run.title}</b><br><span class="dim">${run.workflowName} #${run.runNumber} · ${run.event} · ${run.actor.login}</span></span><span class="right dim">${moment(run.createdAt)}</span></a>`;
}

function toneOf({ conclusion }: WorkflowRun | RunJob): "ok" | "bad" | "wait" | "off" {
  if (conclusion === undefined) return "wait";
  if (conclusion === "success") return "ok";
  return conclusion === "skipped" || conclusion === "neutral" || conclusion === "cancelled" ? "off" : "bad";
}

function iconOf(subject: WorkflowRun | RunJob): "check" | "cross" | "dot" | "skip" {
  return ({ ok: "check", bad: "cross", wait: "dot", off: "skip" } as const)[toneOf(subject)];
}
