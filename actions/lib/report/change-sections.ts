/** What a plan changes, from the overview down to single properties, with tenants that change alike told once. */

import type { TenantPlan } from "../domain/plan.ts";
import { bullets, details, paragraph, table } from "./block.ts";
import type { Section } from "./budget.ts";
import { countsInWords } from "./change-word.ts";
import { names } from "./enumeration.ts";
import { costDelta, money } from "./figures.ts";
import { type Block, causeText, type Inline, join, md, strong, text } from "./markdown.ts";
import { releaseSections } from "./release-sections.ts";
import { counted } from "./resource-area.ts";
import { areasTable, briefly, resourceBlocks } from "./resource-blocks.ts";
import { serviceLines, servicesInWords } from "./service-words.ts";
import { concerns, groupPlans, type TenantGroup } from "./tenant-group.ts";

/** Rows of the overview that are seen without a click. */
const rowsShown = 30;

const columns = [md`Tenants`, md`Stack`, md`Services`, md`USD a month`] as const;

/** Overview table, notes, one section of details per group, and the tenants that turned out unchanged. */
export function changeSections(plans: readonly TenantPlan[]): readonly Section[] {
  const groups = groupPlans(plans);
  const changing = groups.filter(({ concern }) => concern !== "unchanged");
  return [
    ...overview(changing),
    ...releaseSections(plans),
    ...notes(plans),
    ...changing.map(groupDetails),
    ...unchanged(groups),
  ];
}

/** The name of a group: the tenant, or how many are alike. */
export function groupName({ plans, shown }: TenantGroup): Inline {
  return plans.length === 1 ? strong(shown.tenant) : strong(`${counted(plans.length, "tenant")}, same change`);
}

function overview(groups: readonly TenantGroup[]): readonly Section[] {
  if (groups.length === 0) return [];
  const row = (group: TenantGroup): readonly Inline[] => [
    md`${groupName(group)}${group.plans.length === 1 ? md` <br>${group.shown.tier}, ${group.shown.environment}` : md` <br>${group.shown.environment}`}`,
    stackCell(group),
    servicesInWords(group.shown),
    text(groupMoney(group)),
  ];
  const all = (): readonly Block[] => {
    const rest = groups.slice(rowsShown);
    if (rest.length < 3) return form(groups.length);
    const more = groups.slice(rowsShown).reduce((sum, { plans }) => sum + plans.length, 0);
    const listed = table(columns, rest.map(row));
    return [
      ...form(rowsShown).slice(0, 1),
      details(md`${counted(more, "more tenant")} in ${counted(rest.length, "group")}`, [listed]),
    ];
  };
  const form = (most: number): readonly Block[] => [
    table(columns, groups.slice(0, most).map(row)),
    ...(groups.length > most
      ? [
          paragraph(
            md`… and ${counted(
              groups.slice(most).reduce((sum, { plans }) => sum + plans.length, 0),
              "more tenant",
            )} in ${counted(groups.length - most, "group")}`,
          ),
        ]
      : []),
  ];
  return [{ what: "overview of tenants", priority: 800, forms: [all(), form(rowsShown), form(12), form(3)] }];
}

function stackCell({ concern, shown }: TenantGroup): Inline {
  const counts = shown.resources.length === 0 ? "no change" : countsInWords(shown.resources);
  switch (concern) {
    case "refused":
    case "data goes":
      return md`${strong("data at risk")} · ${counts}`;
    case "leaves":
      return md`${strong("leaves")} · ${counts}`;
    case "new":
      return md`${strong("new")} · ${counts}`;
    case "access":
      return md`${strong("access")} · ${counts}`;
    case "removed or replaced":
    case "modified":
    case "services only":
    case "unchanged":
      return text(counts);
  }
}

function groupMoney({ plans }: TenantGroup): string {
  const each = new Set(plans.map((plan) => money(costDelta([plan])).replace(" USD", "")));
  const [first] = each;
  if (each.size !== 1 || first === undefined) return `${money(costDelta(plans)).replace(" USD", "")} together`;
  return plans.length > 1 && first !== "no change" ? `${first} each` : first;
}

function groupDetails(group: TenantGroup): Section {
  const { plans, shown, concern } = group;
  const summary = md`${groupName(group)}: ${stackAndServices(shown)}`;
  const who = plans.length === 1 ? [] : [paragraph(names(plans.map(({ tenant }) => tenant)))];
  const fewer =
    plans.length === 1
      ? []
      : [
          paragraph(
            names(
              plans.map(({ tenant }) => tenant),
              20,
            ),
          ),
        ];
  const services = shown.services.length === 0 ? [] : [bullets(serviceLines(shown.services))];
  const gets = shown.kind === "create" ? [areasTable(shown.resources)] : [];
  const complete = resourceBlocks(shown.resources);
  const listed =
    shown.kind === "create" && complete.length > 0
      ? [details(md`All ${counted(shown.resources.length, "resource")}`, complete)]
      : complete;
  return {
    what: plans.length === 1 ? `changes of ${shown.tenant}` : `changes of ${counted(plans.length, "tenant")}`,
    priority: 500 - concerns.indexOf(concern),
    forms: [
      [details(summary, [...who, ...gets, ...services, ...listed])],
      [details(summary, [...fewer, ...gets, ...services, ...(gets.length > 0 ? [] : briefly(shown.resources))])],
    ],
  };
}

function stackAndServices(plan: TenantPlan): Inline {
  const parts = [
    ...(plan.resources.length > 0 ? [md`${countsInWords(plan.resources)}`] : []),
    ...(plan.services.length > 0 ? [servicesInWords(plan)] : []),
  ];
  return join(parts, "; ");
}

function notes(plans: readonly TenantPlan[]): readonly Section[] {
  const tenants = new Map<string, string[]>();
  for (const { tenant, notes: own } of plans) {
    for (const note of new Set(own)) tenants.set(note, [...(tenants.get(note) ?? []), tenant]);
  }
  if (tenants.size === 0) return [];
  const lines = [...tenants].map(([note, who]) => ({ note, who: who.map((tenant) => text(tenant)) }));
  const form = (most: number, named: number): readonly Block[] => [
    paragraph(strong("To know")),
    bullets([
      ...lines.slice(0, most).map(({ note, who }) => md`${names(who, named)}: ${causeText(note)}`),
      ...(lines.length > most ? [md`… and ${counted(lines.length - most, "more note")}`] : []),
    ]),
  ];
  return [
    { what: counted(lines.length, "note"), priority: 700, forms: [form(lines.length, 20), form(20, 5), form(5, 2)] },
  ];
}

function unchanged(groups: readonly TenantGroup[]): readonly Section[] {
  const tenants = groups.filter(({ concern }) => concern === "unchanged").flatMap(({ plans }) => plans);
  if (tenants.length === 0) return [];
  const line = (most: number): readonly Block[] => [
    paragraph(
      md`No change after all: ${names(
        tenants.map(({ tenant }) => tenant),
        most,
      )}`,
    ),
  ];
  return [{ what: "names of unchanged tenants", priority: 300, forms: [line(40), line(5)] }];
}
