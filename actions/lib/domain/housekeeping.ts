/** What may be removed without anybody missing it. Decided here from what was listed; looked at once more right before it goes. */
import type { Environment } from "./environment.ts";
import { type StackStatus, stackCondition } from "./stack.ts";
import type { Tenant } from "./tenant.ts";
import { tenantStackName } from "./tenant-stack.ts";

const day = 24 * 3_600_000;

/** A plan of a pull request that nobody merged in so long is made again anyway. */
export const planDays = 14;
/** A pull request that adds a tenant may be in review for a while. */
export const shellDays = 7;
/** Revisions of a family that stay: far more than anybody rolls back. */
export const revisionsKept = 20;
/** What a lease of a tenant that is no more is kept for: to look up who had it. */
export const leaseDays = 7;

/** Tag of a snapshot of ours with the day it may go, `2026-12-27`; one without it stays for ever. */
export const deleteAfterTag = "mate-delete-after";

export interface Removal {
  readonly what: "change set" | "shell" | "snapshot" | "revision" | "lease";
  /** What the API, or the bucket, knows it by. */
  readonly id: string;
  /** What people know it by. */
  readonly name: string;
  readonly because: string;
}

export interface Listed {
  readonly stacks: readonly {
    readonly id: string;
    readonly name: string;
    readonly status: StackStatus;
    readonly createdAt: Date;
    readonly changeSets: readonly {
      readonly id: string;
      readonly name: string;
      readonly createdAt: Date;
      readonly obsolete: boolean;
    }[];
  }[];
  readonly snapshots: readonly { readonly id: string; readonly tags: Readonly<Record<string, string>> }[];
  /** Revisions of each family, newest first. */
  readonly families: readonly (readonly string[])[];
  /** Revisions that services run. */
  readonly referenced: ReadonlySet<string>;
  /** Leases by key, with the moment they end or ended. */
  readonly leases: readonly { readonly key: string; readonly tenant: string; readonly until: Date }[];
}

/**
 * Everything that may go, in the order it should: change sets before the shells they are in.
 *
 * @param declared tenants of the default branch; what belongs to one of them stays
 */
export function removals(
  listed: Listed,
  {
    environment,
    declared,
    now,
  }: {
    readonly environment: Pick<Environment, "name">;
    readonly declared: readonly Pick<Tenant, "name" | "environment">[];
    readonly now: Date;
  },
): readonly Removal[] {
  const stacks = new Set(declared.map(tenantStackName));
  const names = new Set(declared.map(({ name }) => name));
  const ours = new RegExp(`^mate-[a-z0-9-]+-${environment.name}$`);
  const age = (since: Date): number => Math.floor((now.getTime() - since.getTime()) / day);
  const mine = listed.stacks.filter(({ name }) => ours.test(name));
  return [
    ...mine.flatMap(({ name: stack, changeSets }) =>
      changeSets
        .filter(({ name, createdAt, obsolete }) => name.startsWith("plan-") && (obsolete || age(createdAt) >= planDays))
        .map(
          ({ id, name, createdAt, obsolete }): Removal => ({
            what: "change set",
            id,
            name: `${name} of ${stack}`,
            because: obsolete ? "the stack has moved on since" : `planned ${age(createdAt)} days ago`,
          }),
        ),
    ),
    ...mine
      .filter(({ name, status }) => stackCondition(status).kind === "shell" && !stacks.has(name))
      .filter(({ createdAt, changeSets }) =>
        [createdAt, ...changeSets.map((one) => one.createdAt)].every((at) => age(at) >= shellDays),
      )
      .map(
        ({ id, name, createdAt }): Removal => ({
          what: "shell",
          id,
          name,
          because: `planned ${age(createdAt)} days ago, never created, and no file declares it`,
        }),
      ),
    ...listed.snapshots.flatMap((snapshot) => expired(snapshot, now)),
    ...listed.families.flatMap((revisions) =>
      revisions
        .slice(revisionsKept)
        .filter((revision) => !listed.referenced.has(revision))
        .map(
          (revision): Removal => ({
            what: "revision",
            id: revision,
            name: revision.split("/").at(-1) ?? revision,
            because: `older than the ${revisionsKept} newest, and no service runs it`,
          }),
        ),
    ),
    ...listed.leases
      .filter(({ tenant, until }) => !names.has(tenant) && age(until) >= leaseDays)
      .map(
        ({ key, tenant, until }): Removal => ({
          what: "lease",
          id: key,
          name: tenant,
          because: `no such tenant, and it ended ${age(until)} days ago`,
        }),
      ),
  ];
}

/** A snapshot goes only if it is ours and says itself that its time is over. */
function expired(
  { id, tags }: { readonly id: string; readonly tags: Readonly<Record<string, string>> },
  now: Date,
): readonly Removal[] {
  const until = tags[deleteAfterTag];
  if (until === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(until) || tags.app !== "mate") return [];
  if (now.toISOString().slice(0, 10) <= until) return [];
  return [{ what: "snapshot", id, name: id, because: `it was to be kept until ${until}` }];
}
