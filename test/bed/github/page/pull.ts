import { log } from "../git/commits.ts";
import { changedFiles } from "../git/diff.ts";
import { pullBase } from "../operations/pull-state.ts";
import { latestChecks, mergeBlock } from "../operations/requirements.ts";
import type { Repository } from "../records.ts";
import { isPull, issueOf, type PullIssue, type World } from "../world.ts";
import { checkReports, mergeBox } from "./checks.ts";
import { conversation, deploymentsOf, reviewers } from "./conversation.ts";
import { diffView } from "./diff.ts";
import { moment, nameOf, page, plural, titleText } from "./frame.ts";
import { type Html, html } from "./html.ts";
import { icon } from "./icons.ts";

/** The page of an issue or pull request: all of it on one page, so a written file shows everything. */
export async function issuePage(world: World, repository: Repository, number: number): Promise<string> {
  const issue = issueOf(repository, number);
  if (isPull(issue)) return pullPage(world, repository, issue);
  const state = issue.state === "open" ? "open" : "merged";
  const body = html`<h1 class="title">${titleText(issue.title)} <span class="number">#${issue.number}</span></h1>
<div class="meta"><span class="state ${state}">${icon("issue")} ${issue.state === "open" ? "Open" : "Closed"}</span><span>${nameOf(issue.author)} opened this issue ${moment(issue.createdAt)}</span></div>
<div style="height:24px"></div>
<div class="columns"><div>${conversation(world, repository, issue)}</div><aside>${labels(repository, [...issue.labels])}</aside></div>`;
  return page({ title: `${issue.title} · Issue #${number} · ${repository.fullName}`, repository, body });
}

async function pullPage(world: World, repository: Repository, issue: PullIssue): Promise<string> {
  const { pull, number } = issue;
  const base = await pullBase(repository, issue);
  const [files, commits, block] = await Promise.all([
    changedFiles(repository.dir, base, pull.headSha),
    log(repository.dir, ["-250", `${base}..${pull.headSha}`]),
    mergeBlock(world, repository, { issue }),
  ]);
  const checks = latestChecks(repository, pull.headSha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  const source = pull.headRepository === repository.fullName ? pull.headRef : `${pull.headRepository}:${pull.headRef}`;
  const verb = pull.merged === undefined ? "wants to merge" : "merged";
  const actor = pull.merged?.by ?? issue.author;
  const body = html`<h1 class="title">${titleText(issue.title)} <span class="number">#${number}</span></h1>
<div class="meta">${stateBadge(issue)}<span>${nameOf(actor)} ${verb} ${plural(commits.length, "commit")} into <span class="ref">${pull.baseRef}</span> from <span class="ref">${source}</span>${pull.merged !== undefined && html` ${moment(pull.merged.at)}`}</span></div>
<nav class="tabs"><a href="#conversation">Conversation</a><a href="#commits">Commits <span class="count">${commits.length}</span></a><a href="#checks">Checks <span class="count">${checks.length}</span></a><a href="#files">Files changed <span class="count">${files.length}</span></a><span class="right" style="padding:8px 0"><span class="ok">+${additions}</span> <span class="bad">−${deletions}</span></span></nav>
<div class="columns"><div id="conversation">${conversation(world, repository, issue)}${mergeBox(repository, issue, block)}</div>
<aside><section><h4>Reviewers</h4>${reviewers(world, repository, issue)}</section>${labels(repository, [...issue.labels])}${environments(repository, issue)}</aside></div>
<h2 class="part" id="commits">Commits</h2>
<div class="list">${[...commits].reverse().map((commit) => html`<a class="item" href="#files"><span class="mono dim">${commit.sha.slice(0, 7)}</span><span>${commit.message.split("\n")[0]}</span><span class="right dim">${commit.author.name}</span></a>`)}</div>
<h2 class="part" id="checks">Checks</h2>
${checkReports(repository, issue)}
<h2 class="part" id="files">Files changed</h2>
${diffView(
  files,
  checks.flatMap((check) => check.annotations),
)}`;
  return page({ title: `${issue.title} · Pull Request #${number} · ${repository.fullName}`, repository, body });
}

function stateBadge({ state, pull }: PullIssue): Html {
  if (pull.merged !== undefined) return html`<span class="state merged">${icon("merged")} Merged</span>`;
  if (state === "closed") return html`<span class="state closed">${icon("closed")} Closed</span>`;
  if (pull.draft) return html`<span class="state draft">${icon("open")} Draft</span>`;
  return html`<span class="state open">${icon("open")} Open</span>`;
}

function labels(repository: Repository, names: readonly string[]): Html {
  const tags = names.map((name) => {
    const color = repository.labels.get(name)?.color ?? "ededed";
    return html`<span class="tag" style="border-color:#${color.replace(/[^0-9a-f]/gi, "")}">${name}</span>`;
  });
  return html`<section><h4>Labels</h4>${tags.length === 0 ? html`<p class="dim">None yet</p>` : tags}</section>`;
}

function environments(repository: Repository, issue: PullIssue): Html {
  const rows = deploymentsOf(repository, issue).map((deployment) => {
    const state = deployment.statuses.at(-1)?.state ?? "pending";
    const tone = state === "success" ? "ok" : state === "failure" || state === "error" ? "bad" : "wait";
    return html`<p><span class="${tone}">${icon("rocket")}</span> ${deployment.environment} <span class="dim">${state.replace("_", " ")}</span></p>`;
  });
  if (rows.length === 0) return html``;
  return html`<section><h4>Deployments</h4>${rows}</section>`;
}
