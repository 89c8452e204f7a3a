/** The issue about a tenant's drift: what differs, and the two ways to end it. */
import { type DriftFinding, type DriftKind, driftLabel } from "../domain/drift.ts";
import { alert, bullets, heading, marker, paragraph } from "./block.ts";
import { limits, render, type Section } from "./budget.ts";
import { moment } from "./figures.ts";
import { causeText, code, type Inline, link, md, small } from "./markdown.ts";
import { clip, oneLine } from "./visible.ts";

/** In the order they are told: what may cost data first. */
const titles: Readonly<Record<DriftKind, string>> = {
  unchecked: "Could not be looked at",
  backup: "Backups",
  stack: "Changed outside the stack",
  undeployed: "Not deployed",
  service: "Services",
  scaling: "Number of tasks",
  stopped: "Stopped databases",
  override: "Live changes git does not record yet",
  orphan: "Belongs to nobody",
};

/** What ends each kind of finding; `subject` is the tenant, `form` the address of the drift form. */
function nextStep(kind: DriftKind, subject: string, form: string): Inline {
  switch (kind) {
    case "stack":
      return md`Revert: ${link("the drift form", form)} with tenant ${code(subject)}; mode ${code("plan-revert")} shows what would be put back, mode ${code("revert")} with ${code(subject)} in confirm does it. ${adopting(subject, form)}`;
    case "service":
    case "scaling":
      return md`Revert: ${code(`/retry ${subject}`)} as a comment on any pull request, or the deploy workflow by hand with tenant ${code(subject)}. ${adopting(subject, form)}`;
    case "undeployed":
      return md`Approve the deployment that waits, or start one: ${code("/retry TENANT")} as a comment on any pull request, or the deploy workflow by hand, which without a tenant takes all. The next look after it closes this.`;
    case "override":
      return md`Merge the pull request that records it; ${code(`/status ${subject}`)} as a comment on any pull request names it. Nothing reverts it meanwhile.`;
    case "backup":
      return md`Look at the instance's events in RDS; until this is mended it cannot be restored to a recent moment.`;
    case "stopped":
      return md`${code(`/resume ${subject}`)} as a comment on any pull request starts it in order. To keep it stopped, stop it again after AWS started it.`;
    case "unchecked":
      return md`Mend what is named; the next night looks again.`;
    case "orphan":
      return md`Nothing removes these by itself but empty shells. What a restore put away goes with its form, mode ${code("discard")}; remove the rest by hand when nobody misses it.`;
  }
}

function adopting(subject: string, form: string): Inline {
  return md`Adopt: ${link("the form", form)} with mode ${code("adopt")} opens a pull request that writes what is there into ${code(`tenants/${subject}.yml`)}, and says what has no place in it. In a terminal: ${code(`gh workflow run drift.yml -f tenant=${subject} -f mode=adopt`)}.`;
}

/** `…/actions/runs/1` → `…/actions/workflows/drift.yml`, where the form is. */
function formOf(run: string): string {
  return run.replace(/\/runs\/\d+$/, "/workflows/drift.yml");
}

/**
 * Title and body of the issue.
 *
 * @param drift.subject a tenant, or an environment for what belongs to nobody
 * @param drift.at ISO 8601
 */
export function driftIssue(
  drift: { readonly subject: string; readonly findings: readonly DriftFinding[]; readonly at: string },
  run: string,
): { readonly title: string; readonly body: string } {
  const { subject, findings, at } = drift;
  const kinds = (Object.keys(titles) as readonly DriftKind[]).filter((kind) =>
    findings.some((one) => one.kind === kind),
  );
  const count = findings.length === 1 ? "1 difference" : `${findings.length} differences`;
  const body = render(
    {
      head: [
        paragraph(md`${code(subject)} differs from what git says in ${count}; looked at ${moment(at)}.`),
        ...(kinds.includes("backup") || kinds.includes("unchecked")
          ? [
              alert("WARNING", [
                paragraph(md`Something here may cost data or hides what is true: see the first parts.`),
              ]),
            ]
          : []),
      ],
      sections: kinds.map((kind) => section(kind, drift, formOf(run))),
      foot: [
        paragraph(
          small(
            md`Found by ${link("a run", run)}. Kept up to date and closed by the pipeline; what is known and harmless is listed in ${code("infra/known-drift.yml")}.`,
          ),
        ),
        marker(["mate", driftLabel(subject)]),
      ],
      shortened: () => [paragraph(md`Shortened here; ${link("the run", run)} has it all.`)],
    },
    limits.comment,
  );
  return { title: clip(oneLine(`${subject}: drift (${count})`), 200), body };
}

function section(
  kind: DriftKind,
  { subject, findings }: { readonly subject: string; readonly findings: readonly DriftFinding[] },
  form: string,
): Section {
  const lines = findings.filter((one) => one.kind === kind).map(({ what }) => md`${causeText(what)}`);
  const written = (most: number) => [
    heading(3, md`${titles[kind]}`),
    bullets([...lines.slice(0, most), ...(lines.length > most ? [md`and ${lines.length - most} more`] : [])]),
    paragraph(nextStep(kind, subject, form)),
  ];
  return { what: titles[kind], priority: 500, forms: [written(lines.length), written(20), written(3)] };
}

/** The same for whoever opens the issues of one run. */
export function driftWriting(run: string): (drift: Parameters<typeof driftIssue>[0]) => ReturnType<typeof driftIssue> {
  return (drift) => driftIssue(drift, run);
}
