/** The issue of a tenant that is not what its file says: one per tenant, rewritten in place until the pipeline closes it. */

import { isUnsettled, type TenantOutcome } from "../domain/outcome.ts";
import { bullets, details, heading, marker, paragraph, table } from "./block.ts";
import { limits, render, type Section } from "./budget.ts";
import { culprit, evidenceFence } from "./deploy-summary.ts";
import { names } from "./enumeration.ts";
import { duration, moment } from "./figures.ts";
import { type Block, causeText, code, type Inline, link, md, small, strong } from "./markdown.ts";
import type { HistoryEntry } from "./plan-view.ts";
import { clip, oneLine } from "./visible.ts";

export interface UnsettledIssue {
  readonly outcome: TenantOutcome;
  /** ISO 8601: since when it is not settled; the first failure's time, kept over later ones. */
  readonly since: string;
  /** Release its file asks for. */
  readonly release: string;
  /** Newest last or first, as it comes; shown newest first. */
  readonly history: readonly HistoryEntry[];
  readonly links: {
    readonly run: string;
    /** Address of the pull request whose merge it was, if it was one. */
    readonly pull?: string;
  };
}

/** Title and body of the issue, to create or to rewrite it. GitHub takes titles up to 256 characters. */
export function unsettledIssue(input: UnsettledIssue): { readonly title: string; readonly body: string } {
  const { outcome, links } = input;
  const body = render(
    {
      head: [...head(input), paragraph(md`**Next:** ${nextStep(outcome)}`)],
      sections: [...evidence(outcome), ...stagesOf(outcome), ...history(input)],
      foot: [paragraph(origin(links)), unsettledMarker(outcome)],
      shortened: (what) => [
        paragraph(md`Shortened here: ${names(what, 4)}. ${link("The run", links.run)} has it all.`),
      ],
    },
    limits.comment,
  );
  return { title: clip(oneLine(issueTitle(outcome)), 200), body };
}

/** Whether an issue's text is the unsettled issue of this tenant. Ask for the author as well: anybody can write this line. */
export function isUnsettledIssue(body: string, tenant: Pick<TenantOutcome, "tenant" | "environment">): boolean {
  return body.trimEnd().split(/\r?\n/).at(-1) === unsettledMarker(tenant).block;
}

/** The last comment before the pipeline closes the issue. */
export function settledComment(input: {
  readonly tenant: string;
  readonly since: string;
  /** ISO 8601. */
  readonly at: string;
  /** What settled it: `the deployment of #57`, `/retry by ada`. */
  readonly by: string;
  /** What runs now: `4 of 4 services run v1.5.0`. */
  readonly running: string;
  readonly links: { readonly run: string };
}): string {
  const took = duration(Math.max(0, Date.parse(input.at) - Date.parse(input.since)));
  return render(
    {
      head: [
        paragraph(
          md`${strong(`${input.tenant} is settled`)} since ${moment(input.at)}, after ${took}: ${input.running}.`,
          md`Settled by ${input.by} (${link("run", input.links.run)}). Closed by the pipeline.`,
        ),
      ],
      sections: [],
      foot: [],
      shortened: () => [],
    },
    limits.comment,
  );
}

function issueTitle({ tenant, environment }: TenantOutcome): string {
  return `${tenant} is not settled (${environment})`;
}

function head({ outcome, since, release }: UnsettledIssue): readonly Block[] {
  const stage = culprit(outcome);
  const held = stage?.outcome === "held";
  return [
    heading(
      3,
      stage === undefined ? md`Not settled` : held ? md`Held before ${stage.stage}` : md`Failed at ${stage.stage}`,
    ),
    bullets([
      md`**Cause:** ${causeText(stage?.cause ?? "no cause was found; see the run's log")}`,
      stage?.running === undefined
        ? md`**Now:** not known; ${code(`/status ${outcome.tenant}`)} on any pull request looks`
        : md`**Now:** ${stage.running}`,
      md`**Asked for:** ${code(release)}`,
      md`**Since:** ${moment(since)}`,
      ...(stage?.reasonCode === undefined ? [] : [md`**Reason code:** ${code(stage.reasonCode)}`]),
    ]),
  ];
}

function nextStep(outcome: TenantOutcome): Inline {
  const command = culprit(outcome)?.next ?? `/retry ${outcome.tenant}`;
  // Commands are read on pull requests only: what is written below an issue starts nothing, and nobody answers it.
  return md`mend the cause, then ${code(command)} as a comment on any pull request. The next merge that touches the tenant tries again as well; other tenants go on.`;
}

function evidence(outcome: TenantOutcome): readonly Section[] {
  const lines = culprit(outcome)?.evidence ?? [];
  if (lines.length === 0) return [];
  return [
    {
      what: "evidence",
      priority: 900,
      forms: [evidenceFence(lines), evidenceFence(lines, 15), evidenceFence(lines, 3)],
    },
  ];
}

function stagesOf(outcome: TenantOutcome): readonly Section[] {
  if (!isUnsettled(outcome)) return [];
  const rows = outcome.stages.map(({ stage, outcome: result, what, cause, durationMs }) => [
    md`${stage}`,
    md`${result}`,
    md`${what ?? cause ?? ""}`,
    md`${duration(durationMs)}`,
  ]);
  return [{ what: "stages", priority: 500, forms: [[table([md`Stage`, md`Outcome`, md`What`, md`Took`], rows)]] }];
}

function history({ history: all }: UnsettledIssue): readonly Section[] {
  if (all.length === 0) return [];
  const newest = all.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const form = (most: number): readonly Block[] => [
    details(md`History (${all.length})`, [
      bullets(newest.slice(0, most).map(({ at, what }) => md`${moment(at)}: ${what}`)),
    ]),
  ];
  return [{ what: "history", priority: 200, forms: [form(50), form(5)] }];
}

function origin({ run, pull }: UnsettledIssue["links"]): Inline {
  const from = pull === undefined ? md`` : md` of ${link("this pull request", pull)}`;
  return small(
    md`Found by ${link("a run", run)}${from}. Kept up to date and closed by the pipeline; edits to this text are overwritten.`,
  );
}

function unsettledMarker({ tenant, environment }: Pick<TenantOutcome, "tenant" | "environment">): Block {
  return marker(["mate:unsettled", tenant, environment]);
}

/** The same for whoever opens the issues of one run. */
export function issueWriting(
  run: string,
): (outcome: TenantOutcome, context: Omit<UnsettledIssue, "outcome" | "links">) => ReturnType<typeof unsettledIssue> {
  return (outcome, context) => unsettledIssue({ ...context, outcome, links: { run } });
}
