/** What must be seen before a merge: data that would go, tenants that could not be planned, files that are wrong. Never collapsed. */

import { fingerprint } from "../domain/fingerprint.ts";
import type { Danger, TenantPlan } from "../domain/plan.ts";
import { inReadingOrder, type Problem } from "../domain/problem.ts";
import { alert, bullets, heading, paragraph, table } from "./block.ts";
import type { Section } from "./budget.ts";
import { names } from "./enumeration.ts";
import { type Block, causeText, code, type Inline, join, link, md, strong } from "./markdown.ts";
import { missingTenants, type PlanComment } from "./plan-view.ts";
import { counted, typeInWords } from "./resource-area.ts";
import { contrast } from "./value-diff.ts";

/** Everything that keeps a plan from being green or a reader from being calm, gravest first. */
export function dangerSections(input: PlanComment): readonly Section[] {
  const plans = input.plan?.plans ?? [];
  return [
    ...dangers(plans, "refused"),
    ...dangers(plans, "allowed"),
    ...failures(input),
    ...missing(input),
    ...problems(input.problems),
    ...unsettled(input),
  ];
}

/** Resources named where there is no room for their tenants. */
const resourcesShown = 40;

interface SameDanger {
  readonly danger: Danger;
  readonly plans: readonly TenantPlan[];
  /** The property values that force it, `before → after`. */
  readonly forcedBy: readonly Inline[];
}

function dangers(plans: readonly TenantPlan[], which: "refused" | "allowed"): readonly Section[] {
  const same = sameDangers(plans, (danger) => (danger.allowedBecause === undefined) === (which === "refused"));
  if (same.length === 0) return [];
  const tenants = new Set(same.flatMap((entry) => entry.plans.map(({ tenant }) => tenant)));
  const resources = same.reduce((sum, entry) => sum + entry.plans.length, 0);
  const what = `${counted(resources, "danger")} in ${counted(tenants.size, "tenant")}`;
  const kind = which === "refused" ? "CAUTION" : "WARNING";
  const close =
    which === "refused"
      ? [paragraph(md`Not allowed by the tenant file: the check fails, and a merge would not apply this.`)]
      : [];
  return [
    {
      what,
      priority: which === "refused" ? 1000 : 990,
      forms: [
        [alert(kind, [bullets(same.map((entry) => dangerLine(entry, Number.POSITIVE_INFINITY))), ...close])],
        [alert(kind, [bullets(same.map((entry) => dangerLine(entry, 5))), ...close])],
        [alert(kind, [paragraph(strong(what)), bullets(byResource(same)), ...close])],
        [alert(kind, [paragraph(strong(what)), ...close])],
      ],
    },
  ];
}

function sameDangers(plans: readonly TenantPlan[], wanted: (danger: Danger) => boolean): readonly SameDanger[] {
  const groups = new Map<string, { danger: Danger; plans: TenantPlan[]; forcedBy: readonly Inline[] }>();
  for (const plan of plans) {
    for (const danger of plan.dangers.filter(wanted)) {
      const forcedBy = forces(plan, danger);
      const key = fingerprint([danger, forcedBy]);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { danger, plans: [plan], forcedBy });
      else known.plans.push(plan);
    }
  }
  return [...groups.values()];
}

function forces(plan: TenantPlan, danger: Danger): readonly Inline[] {
  const properties = plan.resources.find(({ logicalId }) => logicalId === danger.logicalId)?.properties ?? [];
  return danger.because.map((name) => {
    const property = properties.find(({ path }) => path.replace(/^\/Properties\//, "") === name);
    return property === undefined ? code(name) : md`${code(name)} ${beforeAfter(property)}`;
  });
}

function dangerLine({ danger, plans, forcedBy }: SameDanger, most: number): Inline {
  const who = names(
    plans.map(({ tenant }) => strong(tenant)),
    most,
  );
  const why =
    forcedBy.length === 0
      ? md``
      : md` Forced by ${join(forcedBy.slice(0, 8), ", ")}${forcedBy.length > 8 ? md` and ${forcedBy.length - 8} more` : md``}.`;
  const allowed = danger.allowedBecause === undefined ? md`` : md` Allowed in the file: “${danger.allowedBecause}”`;
  return md`${who}: ${typeInWords(danger.type)} ${code(danger.logicalId)} would be ${strong(danger.what)}.${why}${allowed}`;
}

function byResource(same: readonly SameDanger[]): readonly Inline[] {
  const counts = new Map<string, number>();
  for (const { danger, plans } of same) {
    const key = `${danger.logicalId}: ${danger.what}`;
    counts.set(key, (counts.get(key) ?? 0) + plans.length);
  }
  const lines = [...counts].map(([key, count]) => md`${key} (${counted(count, "tenant")})`);
  const rest = lines.length - resourcesShown;
  return rest > 0 ? [...lines.slice(0, resourcesShown), md`… and ${counted(rest, "more resource")}`] : lines;
}

/** `` `before` → `after` `` with the words for nothing, long texts cut down to where they differ. */
export function beforeAfter({ before, after }: { readonly before?: string; readonly after?: string }): Inline {
  if (before === undefined) return after === undefined ? md`changes` : md`(none) → ${code(after)}`;
  if (after === undefined) return md`${code(contrast(before, "").before)} → (none)`;
  const cut = contrast(before, after);
  return md`${code(cut.before)} → ${code(cut.after)}`;
}

function failures({ plan }: PlanComment): readonly Section[] {
  const failed = plan?.failures ?? [];
  if (failed.length === 0) return [];
  const title = heading(4, md`${counted(failed.length, "tenant")} could not be planned`);
  const form = (most: number): readonly Block[] => [
    title,
    table(
      [md`Tenant`, md`Cause`, md`File`],
      failed
        .slice(0, most)
        .map(({ tenant, cause, source }) => [strong(tenant), causeText(cause), code(`${source.file}:${source.line}`)]),
    ),
    ...andMore(failed.length - most, "tenant"),
  ];
  return [
    {
      what: counted(failed.length, "failed plan"),
      priority: 950,
      forms: [
        form(failed.length),
        form(25),
        [
          title,
          paragraph(
            names(
              failed.map(({ tenant }) => tenant),
              25,
            ),
          ),
        ],
        [title],
      ],
    },
  ];
}

function missing(input: PlanComment): readonly Section[] {
  const lost = missingTenants(input);
  if (lost.length === 0) return [];
  const form = (most: number): readonly Block[] => [
    alert("WARNING", [
      paragraph(md`${strong(`Expected but not planned: ${counted(lost.length, "tenant")}`)}`, names(lost, most)),
    ]),
  ];
  return [
    { what: "names of tenants that were not planned", priority: 960, forms: [form(lost.length), form(25), form(3)] },
  ];
}

function problems(all: readonly Problem[]): readonly Section[] {
  if (all.length === 0) return [];
  const sorted = inReadingOrder(all);
  const title = heading(4, md`${counted(all.length, "file problem")}`);
  const form = (most: number): readonly Block[] => [
    title,
    table(
      [md`Where`, md`Problem`],
      sorted
        .slice(0, most)
        .map(({ file, line, column, message, hint }) => [
          code(`${file}:${line}:${column}`),
          hint === undefined ? causeText(message) : md`${message} (${hint})`,
        ]),
    ),
    ...andMore(all.length - most, "problem"),
  ];
  return [
    {
      what: counted(all.length, "file problem"),
      priority: 940,
      forms: [form(all.length), form(50), form(10), [title]],
    },
  ];
}

function unsettled(input: PlanComment): readonly Section[] {
  const all = input.unsettled;
  if (all.length === 0) return [];
  const title = heading(4, md`Not settled since an earlier deployment`);
  const form = (most: number): readonly Block[] => [
    title,
    bullets(
      all
        .slice(0, most)
        .map(({ tenant, cause, issue }) =>
          issue === undefined
            ? md`${strong(tenant)}: ${cause}`
            : md`${strong(tenant)}: ${cause} (${link("its issue", issue)})`,
        ),
    ),
    ...andMore(all.length - most, "tenant"),
  ];
  return [
    {
      what: counted(all.length, "unsettled tenant"),
      priority: 930,
      forms: [form(all.length), form(20), form(5), [title]],
    },
  ];
}

function andMore(rest: number, noun: string): readonly Block[] {
  return rest > 0 ? [paragraph(md`… and ${counted(rest, `more ${noun}`)}`)] : [];
}
