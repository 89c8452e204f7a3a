/** What an environment has and nobody wants, and databases that are not as safe as they should be. */
import type { DriftFinding } from "./drift.ts";
import type { Environment } from "./environment.ts";
import { restoreMoment } from "./restore-names.ts";
import { serviceOrder } from "./service.ts";
import { type StackStatus, stackCondition } from "./stack.ts";
import type { Tenant } from "./tenant.ts";
import { platformStackName, tenantStackName } from "./tenant-stack.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** What is left from a restore is kept on purpose, but not for ever. */
const leftoverDays = 7;
/** A shell is made when a pull request plans a new tenant; one of yesterday may be in review. */
const shellDays = 7;
/** RDS writes the log of transactions away every five minutes, so a day behind is broken. */
const backupHours = 24;

/** One-off tasks, whose definitions belong to a tenant as those of its services do. */
const oneOff = ["migrate", "provision"] as const;

export interface DatabaseState {
  readonly id: string;
  readonly status: string;
  readonly createdAt?: Date;
  readonly restorableUntil?: Date;
  readonly backupDays: number;
  readonly startsAt?: Date;
}

/** What is wrong with a tenant's own database; a trial's is the platform's. */
export function databaseFindings(
  tenant: Tenant,
  databases: readonly DatabaseState[],
  now: Date,
): readonly DriftFinding[] {
  const id = tenantStackName(tenant);
  const database = databases.find((one) => one.id === id);
  if (tenant.database.kind === "shared" || database === undefined) return [];
  return [...stoppedFinding(tenant, database), ...backupFinding(database, now)];
}

function stoppedFinding(tenant: Tenant, { id, status, startsAt }: DatabaseState): readonly DriftFinding[] {
  // One that was stopped with its tenant is stopped again when AWS starts it; that is as it should be.
  if (status !== "stopped" || tenant.state === "suspended") return [];
  const when =
    startsAt === undefined ? "after seven days" : `at ${startsAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const what = `database ${id} is stopped, although its tenant is active; AWS starts it ${when}, /resume ${tenant.name} does now`;
  return [{ kind: "stopped", subject: id, what }];
}

function backupFinding(
  { id, status, createdAt, restorableUntil, backupDays }: DatabaseState,
  now: Date,
): readonly DriftFinding[] {
  if (backupDays === 0) {
    return [{ kind: "backup", subject: id, what: `database ${id} has no automated backups` }];
  }
  // A stopped or new database has nothing to write away.
  if (status !== "available" || (createdAt !== undefined && now.getTime() - createdAt.getTime() < backupHours * hour))
    return [];
  const behind = now.getTime() - (restorableUntil?.getTime() ?? 0);
  if (restorableUntil !== undefined && behind < backupHours * hour) return [];
  const since = restorableUntil === undefined ? "never" : `${Math.round(behind / hour)} hours ago`;
  return [{ kind: "backup", subject: id, what: `database ${id} was last backed up ${since}` }];
}

/** Change sets of this pipeline are named by what they contain; everybody else's are somebody's doing by hand. */
const ownChangeSets = /^(plan|adopt)-/;

/** Change sets of a tenant's stack that no plan made. Executed, they would make the stack something that git does not say. */
export function foreignChangeSets(
  changeSets: readonly { readonly name: string; readonly createdAt: Date }[],
): readonly DriftFinding[] {
  return changeSets
    .filter(({ name }) => !ownChangeSets.test(name))
    .map(({ name, createdAt }) => ({
      kind: "orphan",
      subject: name,
      what: `change set ${name} was made at ${createdAt.toISOString().slice(0, 16).replace("T", " ")} UTC by no plan of a pull request`,
    }));
}

export interface Found {
  readonly services: readonly string[];
  /** Task definition families with an active revision. */
  readonly families: readonly string[];
  readonly stacks: readonly { readonly name: string; readonly status: StackStatus; readonly createdAt: Date }[];
  readonly databases: readonly DatabaseState[];
}

/** Everything named as ours in this environment that belongs to no declared tenant. */
export function orphanFindings(
  found: Found,
  {
    environment,
    tenants,
  }: {
    readonly environment: Pick<Environment, "name">;
    readonly tenants: readonly Pick<Tenant, "name" | "environment">[];
  },
  now: Date,
): readonly DriftFinding[] {
  const stacks = new Set(tenants.map(tenantStackName));
  const shared = [
    platformStackName(environment),
    `mate-bootstrap-${environment.name}`,
    `mate-roles-${environment.name}`,
  ];
  const ours = new RegExp(`^mate-[a-z0-9-]+-${environment.name}$`);
  const age = (since: Date | undefined): number =>
    since === undefined ? 0 : Math.floor((now.getTime() - since.getTime()) / day);
  const owner = (name: string): string | undefined => [...stacks].find((stack) => name.startsWith(`${stack}-`));
  const services = new Set([...stacks].flatMap((stack) => serviceOrder.map((role) => `${stack}-${role}`)));
  const families = new Set([...services, ...[...stacks].flatMap((stack) => oneOff.map((task) => `${stack}-${task}`))]);
  const ofOurs = new RegExp(`^mate-[a-z0-9-]+-${environment.name}-[a-z]+$`);
  const ofRestores = new RegExp(`^mate-[a-z0-9-]+-${environment.name}-(r|old-|undone-|drill-)\\d{14}$`);
  return [
    ...found.services
      .filter((name) => !services.has(name))
      .map((name): DriftFinding => {
        const stack = owner(name);
        const what = stack === undefined ? "belongs to no tenant" : `is none of the three services of ${stack}`;
        return { kind: "orphan", subject: name, what: `service ${name} ${what}` };
      }),
    ...found.families
      .filter((name) => ofOurs.test(name) && !families.has(name))
      .map(
        (name): DriftFinding => ({
          kind: "orphan",
          subject: name,
          what: `task definitions ${name} are active and belong to no tenant`,
        }),
      ),
    ...found.stacks
      .filter(({ name }) => ours.test(name) && !stacks.has(name) && !shared.includes(name))
      .filter(({ status, createdAt }) => stackCondition(status).kind !== "shell" || age(createdAt) >= shellDays)
      .map(({ name, status, createdAt }): DriftFinding => {
        const what =
          stackCondition(status).kind === "shell"
            ? `stack ${name} is an empty shell of ${age(createdAt)} days; its tenant never came to be`
            : `stack ${name} (${status}) belongs to no tenant`;
        return { kind: "orphan", subject: name, what };
      }),
    ...found.databases
      .filter(({ id }) => ours.test(id) && !stacks.has(id) && id !== `mate-trial-${environment.name}`)
      .map(
        ({ id, status }): DriftFinding => ({
          kind: "orphan",
          subject: id,
          what: `database ${id} (${status}) belongs to no tenant and is paid for`,
        }),
      ),
    ...found.databases
      .map(({ id, createdAt }) => ({ id, days: age(restoreMoment(id) ?? createdAt) }))
      // Also of a tenant that is no more: nobody else would find it.
      .filter(({ id, days }) => days >= leftoverDays && (owner(id) !== undefined || ofRestores.test(id)))
      .map(
        ({ id, days }): DriftFinding => ({
          kind: "orphan",
          subject: id,
          what: `database ${id} is left over from a restore ${days} days ago and is paid for`,
        }),
      ),
  ];
}
