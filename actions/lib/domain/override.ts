/**
 * Live changes that git does not record yet. A command acts at once and is recorded afterwards; until then every plan, deploy and
 * drift report takes the tenant as its file says with these on top, so that nothing puts back what an operator just did.
 */

import * as z from "zod";
import { operationPattern } from "./command/operation-id.ts";
import { countInWords } from "./command/scaling.ts";
import { releaseName } from "./release-name.ts";
import type { Fixed } from "./schema.ts";
import type { Tenant } from "./tenant.ts";
import { namePattern } from "./tenant-name.ts";

const tasks = z.int().min(1).max(1000);
const common = {
  tenant: z.string().regex(namePattern).max(24),
  since: z.iso.datetime().describe("When it took effect."),
  by: z.string().min(1).max(39).describe("GitHub login of who asked for it."),
  operation: z.string().regex(operationPattern),
  until: z.iso.datetime().describe("When it ends by itself.").exactOptional(),
  reason: z.string().max(200).exactOptional(),
  inFile: z
    .string()
    .max(64)
    .describe("What the file said of it then. Once the file says anything else, git has spoken since, and that holds.")
    .exactOptional(),
  pull: z.int().describe("The pull request that would write it into git.").exactOptional(),
};

const liveOverride = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("scale"),
    service: z.literal(["django", "celery"]),
    count: z.strictObject({ min: tasks, max: tasks }).refine(({ min, max }) => min <= max, "min is above max"),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("suspend"),
    databaseStartsBy: z.iso.datetime().describe("When AWS starts the database that was stopped too.").exactOptional(),
  }),
  /** A file that says `state: suspended` would stop again what was resumed. */
  z.strictObject({ ...common, kind: z.literal("resume") }),
  /** A file that follows its environment's release would go forward again. */
  z.strictObject({ ...common, kind: z.literal("rollback"), release: releaseName }),
]);

/** The record of one tenant, under `overrideKey`: at most one override of each aspect. */
export const overrideRecord = z.strictObject({ overrides: z.array(liveOverride).max(4) });

export type Override = Fixed<z.infer<typeof liveOverride>>;
export type OverrideRecord = Fixed<z.infer<typeof overrideRecord>>;

/** All records of overrides stand under this prefix: one listing finds every tenant that has some. */
export const overridePrefix = "overrides/";

/** `overrides/hospital-a.json` */
export function overrideKey(tenant: string): string {
  return `${overridePrefix}${tenant}.json`;
}

/** The tenant as it is to run at `now`: its file, with its overrides that still hold on top. Those of other tenants are not looked at. */
export function withOverrides(tenant: Tenant, overrides: readonly Override[], now: Date): Tenant {
  return holding(overrides, now)
    .filter((override) => override.tenant === tenant.name && !isOutdated(tenant, override))
    .toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since))
    .reduce(withOverride, tenant);
}

/** Those that have not ended. */
export function holding(overrides: readonly Override[], now: Date): readonly Override[] {
  return overrides.filter(({ until }) => until === undefined || now.getTime() < Date.parse(until));
}

/** Those that still make a difference: git does not say the same, and they have not ended. The others can be forgotten. */
export function unrecorded(tenant: Tenant, overrides: readonly Override[], now: Date): readonly Override[] {
  return holding(overrides, now).filter(
    (override) => override.tenant === tenant.name && !isRecorded(tenant, override) && !isOutdated(tenant, override),
  );
}

/** What a file says of the aspect that an override changes, as text that can be compared; for `inFile`. */
export function saidInFile(
  file: Tenant,
  override: Pick<Override, "kind"> & { readonly service?: "django" | "celery" },
): string {
  switch (override.kind) {
    case "scale":
      return countInWords(file.services[override.service ?? "django"].count);
    case "suspend":
    case "resume":
      return file.state;
    case "rollback":
      return file.release ?? "";
  }
}

/** The overrides after one more: it takes the place of an earlier one of the same aspect. */
export function withNext(overrides: readonly Override[], next: Override): readonly Override[] {
  return [...overrides.filter((known) => aspect(known) !== aspect(next)), next];
}

/**
 * The overrides after that of `operation` was taken back: what it took the place of holds again, if it is among `earlier`, those of
 * before. What other operations changed in the meantime stays.
 */
export function withTakenBack(
  overrides: readonly Override[],
  operation: string,
  earlier: readonly Override[],
): readonly Override[] {
  const own = overrides.find((override) => override.operation === operation);
  if (own === undefined) return overrides;
  const replaced = earlier.filter((one) => aspect(one) === aspect(own) && one.operation !== operation);
  return [...overrides.filter((one) => one !== own), ...replaced];
}

/** `django 4-10 instead of 2-10 since 2026-11-23 03:12 UTC by ada (op-1b3c), until …`, for plans and status. One line. */
export function describeOverride(override: Override, file: Tenant): string {
  const { since, by, operation, until, reason } = override;
  const end = until === undefined ? "" : `, until ${minute(until)}`;
  const why = reason === undefined ? "" : `, because ${reason}`;
  return `${change(override, file)} since ${minute(since)} by ${by} (${operation})${end}${why}`;
}

function withOverride(tenant: Tenant, override: Override): Tenant {
  switch (override.kind) {
    case "scale": {
      const { service, count } = override;
      const services =
        service === "django"
          ? { ...tenant.services, django: { ...tenant.services.django, count } }
          : { ...tenant.services, celery: { ...tenant.services.celery, count } };
      return { ...tenant, services };
    }
    case "suspend":
      return { ...tenant, state: "suspended" };
    case "resume":
      return { ...tenant, state: "active" };
    case "rollback":
      return { ...tenant, release: override.release };
  }
}

/** Whether the file was changed in this aspect since: also when it was recorded, so that an old override never comes back. */
function isOutdated(file: Tenant, override: Override): boolean {
  return override.inFile !== undefined && override.inFile !== saidInFile(file, override);
}

function isRecorded(tenant: Tenant, override: Override): boolean {
  switch (override.kind) {
    case "scale": {
      const { min, max } = tenant.services[override.service].count;
      return min === override.count.min && max === override.count.max;
    }
    case "suspend":
      return tenant.state === "suspended";
    case "resume":
      return tenant.state === "active";
    case "rollback":
      return tenant.release === override.release;
  }
}

function aspect(override: Override): string {
  switch (override.kind) {
    case "scale":
      return `count of ${override.service}`;
    case "suspend":
    case "resume":
      return "state";
    case "rollback":
      return "release";
  }
}

function change(override: Override, file: Tenant): string {
  switch (override.kind) {
    case "scale": {
      const { service, count } = override;
      return `${service} ${countInWords(count)} instead of ${countInWords(file.services[service].count)}`;
    }
    case "suspend":
      return override.databaseStartsBy === undefined
        ? "suspended"
        : `suspended, with its database stopped until ${minute(override.databaseStartsBy)} at least`;
    case "resume":
      return "resumed";
    case "rollback":
      return `${override.release} instead of ${file.release ?? "its environment's release"}`;
  }
}

function minute(moment: string): string {
  return `${new Date(moment).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
