import type { Comment, Issue, Reaction, Review, TimelineEntry } from "../issue-records.ts";
import { latestReviews } from "../operations/requirements.ts";
import type { Deployment, Repository, User } from "../records.ts";
import { associationOf } from "../shapes/issue.ts";
import { isPull, type World } from "../world.ts";
import { avatar, moment, nameOf } from "./frame.ts";
import { type Html, html } from "./html.ts";
import { type IconName, icon } from "./icons.ts";
import { renderMarkdown } from "./markdown.ts";

/** Everything said and done about an issue or pull request, in order. */
export function conversation(world: World, repository: Repository, issue: Issue): Html {
  const opening = card(world, repository, {
    author: issue.author,
    at: issue.createdAt,
    verb: "opened",
    body: issue.body === null || issue.body.trim() === "" ? "*No description provided.*" : issue.body,
    reactions: issue.reactions,
  });
  const comments = [...repository.comments.values()]
    .filter((comment) => comment.issue === issue.number)
    .map((comment) => ({ at: comment.createdAt, order: comment.id, html: commentCard(world, repository, comment) }));
  const reviews = (issue.pull?.reviews ?? []).map((review) => ({
    at: review.submittedAt,
    order: review.id,
    html: reviewEntry(world, repository, review),
  }));
  const happenings = issue.timeline.map((entry) => ({ at: entry.at, order: 0, html: event(entry) }));
  const deployments = deploymentsOf(repository, issue).map((deployment) => ({
    at: deployment.createdAt,
    order: deployment.id,
    html: deployed(deployment),
  }));
  const all = [...comments, ...reviews, ...happenings, ...deployments];
  all.sort((one, other) => one.at - other.at || one.order - other.order);
  return html`<div class="timeline">${opening}${all.map((each) => each.html)}</div>`;
}

/** Who reviewed, as the side column says it. */
export function reviewers(world: World, repository: Repository, issue: Issue): Html {
  if (!isPull(issue)) return html``;
  const verdicts = latestReviews(world, repository, issue).map(
    (review) =>
      html`<p>${avatar(review.author, "small")} ${review.author.login} <span class="${review.state === "APPROVED" ? "ok" : "bad"}">${review.state === "APPROVED" ? "approved" : "requests changes"}</span></p>`,
  );
  const asked = [...issue.pull.requestedReviewers].map(
    (login) => html`<p>${login} <span class="wait">asked</span></p>`,
  );
  return html`${verdicts.length + asked.length === 0 ? html`<p class="dim">No reviews</p>` : [...verdicts, ...asked]}`;
}

/** Deployments of the pull request's head or of what it became on the base branch. */
export function deploymentsOf(repository: Repository, issue: Issue): readonly Deployment[] {
  const shas = new Set([issue.pull?.headSha, issue.pull?.mergeCommit]);
  return [...repository.deployments.values()].filter((deployment) => shas.has(deployment.sha));
}

interface Card {
  readonly author: User;
  readonly at: number;
  readonly verb: string;
  readonly body: string;
  /** How often it was edited. */
  readonly edits?: number;
  readonly reactions: readonly Reaction[];
  readonly anchor?: string;
}

function card(world: World, repository: Repository, shown: Card): Html {
  const association = associationOf(world, repository, shown.author);
  const edits = shown.edits ?? 0;
  const relation = association === "NONE" ? undefined : association.charAt(0) + association.slice(1).toLowerCase();
  return html`<article class="entry" id="${shown.anchor}">
${avatar(shown.author)}
<div class="card"><header>${nameOf(shown.author)} ${shown.verb} ${moment(shown.at)}${edits > 0 && html` · edited${edits > 1 && ` ${edits} times`}`}${relation !== undefined && html`<span class="label right">${relation}</span>`}</header>
<div class="markdown">${renderMarkdown(shown.body)}</div>${reactionBar(shown.reactions)}</div>
</article>`;
}

function commentCard(world: World, repository: Repository, comment: Comment): Html {
  const shown = card(world, repository, {
    author: comment.author,
    at: comment.createdAt,
    verb: "commented",
    body: comment.body,
    edits: comment.versions.length - 1,
    reactions: comment.reactions,
    anchor: `issuecomment-${comment.id}`,
  });
  if (comment.minimized === undefined) return shown;
  const reason = comment.minimized.toLowerCase().replace("_", " ");
  return html`<details class="minimized"><summary>${comment.author.login}: this comment was marked as ${reason}.</summary>${shown}</details>`;
}

const EMOJI: Readonly<Record<Reaction["content"], string>> = {
  "+1": "👍",
  "-1": "👎",
  laugh: "😄",
  confused: "😕",
  heart: "❤️",
  hooray: "🎉",
  rocket: "🚀",
  eyes: "👀",
};

function reactionBar(reactions: readonly Reaction[]): Html {
  if (reactions.length === 0) return html``;
  const counts = new Map<Reaction["content"], number>();
  for (const { content } of reactions) counts.set(content, (counts.get(content) ?? 0) + 1);
  return html`<div class="reactions">${[...counts].map(([content, count]) => html`<span>${EMOJI[content]} ${count}</span>`)}</div>`;
}

function reviewEntry(world: World, repository: Repository, review: Review): Html {
  const approved = review.state === "APPROVED";
  const words = { APPROVED: "approved these changes", CHANGES_REQUESTED: "requested changes" } as const;
  const text =
    review.state in words ? words[review.state as keyof typeof words] : `reviewed (${review.state.toLowerCase()})`;
  const line = html`<div class="event ${approved ? "approved" : review.state === "CHANGES_REQUESTED" ? "rejected" : ""}"><span class="badge">${icon(approved ? "check" : "eye")}</span><span>${nameOf(review.author)} ${text} ${moment(review.submittedAt)}</span></div>`;
  if (review.body.trim() === "") return line;
  const body = {
    author: review.author,
    at: review.submittedAt,
    verb: "left a review",
    body: review.body,
    reactions: [],
  };
  return html`${line}${card(world, repository, body)}`;
}

const ENTRY: Readonly<Record<TimelineEntry["kind"], { readonly icon: IconName; readonly text: string }>> = {
  pushed: { icon: "commit", text: "pushed" },
  "force-pushed": { icon: "commit", text: "force-pushed" },
  merged: { icon: "merged", text: "merged as" },
  closed: { icon: "closed", text: "closed this" },
  reopened: { icon: "open", text: "reopened this" },
  renamed: { icon: "commit", text: "changed the title:" },
  labeled: { icon: "dot", text: "added the label" },
  "auto-merge": { icon: "merged", text: "" },
};

function event(entry: TimelineEntry): Html {
  const { icon: name, text } = ENTRY[entry.kind];
  const detail = entry.kind === "merged" ? entry.text.slice(0, 7) : entry.text;
  return html`<div class="event ${entry.kind}"><span class="badge">${icon(name)}</span><span>${avatar(entry.by, "small")} ${nameOf(entry.by)} ${text} <span class="mono">${detail}</span> ${moment(entry.at)}</span></div>`;
}

function deployed(deployment: Deployment): Html {
  const last = deployment.statuses.at(-1);
  const state = last?.state ?? "pending";
  const tone = state === "success" ? "ok" : state === "failure" || state === "error" ? "bad" : "wait";
  return html`<div class="event"><span class="badge">${icon("rocket")}</span><span>${nameOf(deployment.creator)} deployed to <b>${deployment.environment}</b> <span class="${tone}">${state.replace("_", " ")}</span>${last !== undefined && last.description !== "" && html` · ${last.description}`} ${moment(deployment.createdAt)}</span></div>`;
}
