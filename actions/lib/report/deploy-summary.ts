/** What became of a deployment: for the run's step summary, and as a part of the pull request's comment. */

import { byTenant, isUnsettled, type Outcome, type StageOutcome, type TenantOutcome } from "../domain/outcome.ts";
import { details, fence, heading, paragraph, table } from "./block.ts";
import { limits, render, type Section } from "./budget.ts";
import { names } from "./enumeration.ts";
import { duration } from "./figures.ts";
import { type Block, causeText, code, type Inline, join, link, md, small, strong, text } from "./markdown.ts";
import { counted } from "./resource-area.ts";

export interface DeploySummary {
  /** What was done, as a title: `Deploy`, `Roll of wave 2`. */
  readonly what: string;
  readonly environment: string;
  readonly outcomes: readonly StageOutcome[];
  readonly durationMs: number;
  /** Why later tenants were not started; undefined when all had their turn. */
  readonly stoppedBecause?: string;
  readonly links: { readonly run: string };
}

/** Evidence lines shown of one tenant; the log holds the rest. The last ones, for the end is where it broke. */
const evidenceShown = 50;

/** The step summary of a deployment or of one of its stages, at most 1 MiB. */
export function deploySummary(input: DeploySummary): string {
  const tenants = byTenant(input.outcomes);
  const title = md`${input.what} in ${input.environment}: ${stateInWords(tenants)}`;
  return render(
    {
      head: [
        heading(3, title),
        paragraph(
          join([countsOf(tenants), md`${duration(input.durationMs)}`], " · "),
          ...(input.stoppedBecause === undefined ? [] : [md`${strong("Stopped")} because ${input.stoppedBecause}`]),
        ),
      ],
      sections: outcomeSections(input.outcomes, input.links),
      foot: [paragraph(small(link("run", input.links.run)))],
      shortened: (what) => [paragraph(md`Shortened here: ${names(what, 4)}. The run's log has it all.`)],
    },
    limits.stepSummary,
  );
}

/** Who was not started is not settled either: its file was not carried out. */
function stateInWords(tenants: readonly TenantOutcome[]): string {
  const unsettled = tenants.filter(isUnsettled).length;
  const waiting = tenants.filter(({ outcome }) => outcome === "skipped").length;
  if (unsettled > 0) return `${counted(unsettled, "tenant")} not settled`;
  if (waiting > 0) return `${counted(waiting, "tenant")} not started`;
  return tenants.length === 0 ? "nothing to do" : "settled";
}

/** What went wrong first, with cause, evidence and next command; then who waits; then what was done. */
export function outcomeSections(
  outcomes: readonly StageOutcome[],
  links: { readonly run: string },
): readonly Section[] {
  const tenants = byTenant(outcomes);
  const unsettled = tenants.filter(isUnsettled);
  return [
    ...unsettledTable(unsettled),
    ...unsettled.flatMap((tenant, index) => evidenceOf(tenant, index, links)),
    ...waiting(tenants),
    ...done(tenants),
  ];
}

/** `12 changed · 1 failed · 4 not started`, worst first; `no tenant` of none. */
export function countsOf(tenants: readonly TenantOutcome[]): Inline {
  const words: Readonly<Record<Outcome, string>> = {
    failed: "failed",
    held: "held for a review",
    skipped: "not started",
    changed: "changed",
    unchanged: "unchanged",
  };
  const parts = (["failed", "held", "skipped", "changed", "unchanged"] as const).flatMap((outcome) => {
    const count = tenants.filter((tenant) => tenant.outcome === outcome).length;
    return count === 0 ? [] : [md`${count} ${words[outcome]}`];
  });
  return parts.length === 0 ? md`no tenant` : join(parts, " · ");
}

/** The stage that made a tenant unsettled: its first failed or held one. */
export function culprit(tenant: TenantOutcome): StageOutcome | undefined {
  return tenant.stages.find(({ outcome }) => outcome === "failed" || outcome === "held");
}

/** Proof as it was logged, at most `evidenceShown` lines. */
export function evidenceFence(lines: readonly string[], most: number = evidenceShown): readonly Block[] {
  const all = lines.flatMap((line) => line.split(/\r\n|[\n\r]/));
  const shown = all.slice(-most);
  if (shown.length === 0) return [];
  const left = all.length - shown.length;
  return [fence([...(left > 0 ? [`… ${counted(left, "earlier line")} in the log`] : []), ...shown])];
}

function unsettledTable(unsettled: readonly TenantOutcome[]): readonly Section[] {
  if (unsettled.length === 0) return [];
  const row = (tenant: TenantOutcome): readonly Inline[] => {
    const stage = culprit(tenant);
    const outcome = stage?.outcome === "held" ? "held at" : "failed at";
    return [
      md`${strong(tenant.tenant)}<br>${outcome} ${stage?.stage ?? "apply"}`,
      md`${causeText(stage?.cause ?? "no cause was found; see the log")}${stage?.reasonCode === undefined ? md`` : md`<br>${code(stage.reasonCode)}`}`,
      stage?.running === undefined ? md`not known` : text(stage.running),
      stage?.next === undefined ? md`` : code(stage.next),
    ];
  };
  const form = (most: number): readonly Block[] => [
    table([md`Not settled`, md`Cause`, md`Now`, md`Next`], unsettled.slice(0, most).map(row)),
    ...(unsettled.length > most
      ? [
          paragraph(
            md`… and ${counted(unsettled.length - most, "more tenant")}: ${names(
              unsettled.slice(most).map(({ tenant }) => tenant),
              20,
            )}`,
          ),
        ]
      : []),
  ];
  return [
    {
      what: counted(unsettled.length, "unsettled tenant"),
      priority: 970,
      forms: [form(unsettled.length), form(20), form(5)],
    },
  ];
}

function evidenceOf(tenant: TenantOutcome, index: number, links: { readonly run: string }): readonly Section[] {
  const stage = culprit(tenant);
  const lines = stage?.evidence ?? [];
  if (stage === undefined || lines.length === 0) return [];
  const summary = md`Evidence: ${strong(tenant.tenant)}, ${stage.stage}`;
  // The first failure is what the reader came for.
  const first = index === 0 ? "open" : "closed";
  const form = (most: number): readonly Block[] => [details(summary, evidenceFence(lines, most), first)];
  return [
    {
      what: `evidence of ${tenant.tenant}`,
      priority: index === 0 ? 900 : 650,
      forms: [
        form(evidenceShown),
        form(10),
        [paragraph(md`Evidence of ${strong(tenant.tenant)}: see ${link("the run", links.run)}`)],
      ],
    },
  ];
}

function waiting(tenants: readonly TenantOutcome[]): readonly Section[] {
  const skipped = tenants.filter(({ outcome }) => outcome === "skipped");
  if (skipped.length === 0) return [];
  const line = (most: number): readonly Block[] => [
    paragraph(
      md`${strong("Not started")}, the next deployment takes them up: ${names(
        skipped.map(({ tenant }) => tenant),
        most,
      )}`,
    ),
  ];
  return [{ what: "names of tenants not started", priority: 660, forms: [line(skipped.length), line(20), line(3)] }];
}

function done(tenants: readonly TenantOutcome[]): readonly Section[] {
  const changed = tenants.filter(({ outcome }) => outcome === "changed");
  const unchanged = tenants.filter(({ outcome }) => outcome === "unchanged");
  const same =
    unchanged.length === 0
      ? []
      : [
          paragraph(
            md`Unchanged: ${names(
              unchanged.map(({ tenant }) => tenant),
              40,
            )}`,
          ),
        ];
  if (changed.length === 0)
    return same.length === 0 ? [] : [{ what: "unchanged tenants", priority: 250, forms: [same] }];
  const cell = (tenant: TenantOutcome): Inline =>
    join(
      tenant.stages.flatMap(({ stage, outcome, what }) =>
        outcome === "changed" ? [md`${stage}${what === undefined ? md`` : md`: ${what}`}`] : [],
      ),
      " · ",
    );
  const form = (most: number): readonly Block[] => [
    details(md`Done: ${counted(changed.length, "tenant")}`, [
      table(
        [md`Tenant`, md`What`, md`Took`],
        changed.slice(0, most).map((tenant) => [text(tenant.tenant), cell(tenant), md`${duration(tenant.durationMs)}`]),
      ),
      ...(changed.length > most ? [paragraph(md`… and ${counted(changed.length - most, "more tenant")}`)] : []),
      ...same,
    ]),
  ];
  return [{ what: "tenants that changed", priority: 350, forms: [form(changed.length), form(40), form(10)] }];
}

/**
 * Evidence of a failure that concerns no single tenant, or lines that somebody asked for.
 *
 * @param most lines of it, as far as there is room
 */
export function evidenceSection(lines: readonly string[], most: number = evidenceShown): readonly Section[] {
  if (lines.length === 0) return [];
  const forms = [most, ...(most > evidenceShown ? [evidenceShown] : []), 10].map((shown) =>
    evidenceFence(lines, shown),
  );
  return [{ what: "evidence", priority: 900, forms }];
}
