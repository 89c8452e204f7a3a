/** What a roll does to the services of a tenant, in words. */

import type { ServiceChange, TenantPlan } from "../domain/plan.ts";
import { names } from "./enumeration.ts";
import { code, type Inline, join, md } from "./markdown.ts";

/** For a table cell: `django and celery roll v1.4.0 → v1.5.0, django scales`; `no change`. */
export function servicesInWords({ services }: Pick<TenantPlan, "services">): Inline {
  if (services.length === 0) return md`no change`;
  const parts = [...Map.groupBy(services, inShort)].map(([what, same]) => {
    const who = [...new Set(same.map(({ service }) => service))];
    return md`${who.length > 3 ? md`${who.length} services` : names(who.map((service) => md`${service}`))} ${what}`;
  });
  return join(parts, ", ");
}

/** One line per change, before → after. Services that do the very same are one line. */
export function serviceLines(services: readonly ServiceChange[]): readonly Inline[] {
  const lines = services.map((change) => ({ service: change.service, what: inFull(change) }));
  return [...Map.groupBy(lines, ({ what }) => what.inline)].map(([, same]) => {
    const [first] = same;
    return md`${names(same.map(({ service }) => code(service)))} ${first?.what ?? md``}`;
  });
}

function inShort(change: ServiceChange): string {
  switch (change.kind) {
    case "create":
      return `new at ${change.to}`;
    case "roll":
      return `to ${change.to}`;
    case "reconfigure":
      return `${change.property} changes`;
    case "scale":
      return `scale ${change.from} → ${change.to}`;
    case "remove":
      return "removed";
  }
}

function inFull(change: ServiceChange): Inline {
  switch (change.kind) {
    case "create":
      return md`+ create at ${code(change.to)}, tasks: ${change.count}`;
    case "roll":
      return md`~ roll ${code(change.from)} → ${code(change.to)}`;
    case "reconfigure":
      return md`~ ${code(change.property)}: ${code(change.from)} → ${code(change.to)}`;
    case "scale":
      return md`~ tasks: ${code(change.from)} → ${code(change.to)}`;
    case "remove":
      return md`− remove (runs ${code(change.from)})`;
  }
}
