import type { Environment } from "../lib/domain/environment.ts";
import { releaseKey } from "../lib/domain/release-record.ts";
import { serviceOrder } from "../lib/domain/service.ts";
import { settledFingerprints, settledPrefix, settledTenants } from "../lib/domain/settled.ts";
import { type Wave, waves } from "../lib/domain/wave.ts";
import { type Shard, shardsOf, waveReach } from "../lib/domain/wave-shards.ts";
import { environmentsInUse } from "../lib/engine/environments-in-use.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { builtDigests } from "../lib/engine/tenant-images.ts";
import type { Cell } from "../lib/ports/cell.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";
import { deployedElsewhere, type Elsewhere, knownAnywhere } from "./elsewhere.ts";

/** What of an environment has to be looked at. */
export type DueCell = Pick<Cell, "environment" | "stacks" | "images" | "records">;

export interface ChangesRequest {
  readonly declarations: Declarations;
  /** Only this tenant, as a person asked; undefined looks at all. */
  readonly tenant?: string;
}

/** One wave of one environment, as the deploy workflow gets it. */
export interface DueWave {
  readonly environment: string;
  /** From 1. */
  readonly wave: number;
  readonly waves: number;
  readonly tenants: readonly string[];
  /** The jobs that work on it at the same time. */
  readonly shards: readonly Shard[];
  /** How many shards and tenants there are: the workflow's expressions cannot count. */
  readonly jobs: number;
  readonly size: number;
}

export interface DueChanges {
  readonly waves: readonly DueWave[];
  /** Releases that tenants are due to run and that have no images yet. */
  readonly builds: readonly { readonly environment: string; readonly release: string }[];
  /** Tenants that are not deployed, because their data is in another environment. */
  readonly elsewhere: readonly Elsewhere[];
  /** Environments with tenants that settled there once and that no file declares any more. */
  readonly offboard: readonly string[];
  /** Tenants looked at, and those among them that are what they should be. */
  readonly tenants: number;
  readonly settled: number;
}

/**
 * What a deployment has to do: every tenant whose desired fingerprint is not the one it settled with. Commits are not compared,
 * so what an earlier run was cancelled in, skipped or failed in is found again, and a second run finds nothing.
 */
export async function changes(
  request: ChangesRequest,
  ports: { readonly cells: (environment: Environment) => DueCell; readonly clock: Clock; readonly progress: Progress },
): Promise<DueChanges> {
  const { declarations, tenant } = request;
  const asked = tenant === undefined ? undefined : declarations.tenants.get(tenant)?.tenant.environment;
  const names =
    tenant === undefined
      ? await environmentsInUse(declarations, ports)
      : [...declarations.environments.keys()].filter((name) => name === (asked ?? name));
  const looked = await Promise.all(
    names.map(async (environment) => {
      const selection = { declarations, environment, ...(tenant !== undefined && { tenants: [tenant] }) };
      const fleet = await selectFleet(selection, ports);
      const keys = await fleet.cell.records.list(settledPrefix);
      const settled = settledFingerprints(keys);
      // A tenant that a person names is looked at also if it settled: somebody may have changed by hand what it runs.
      const due = fleet.tenants.filter(
        (one) => tenant !== undefined || settled.get(one.tenant.name) !== one.fingerprint,
      );
      ports.progress.say(`${environment}: ${due.length} of ${fleet.tenants.length} tenants are not settled`);
      return { environment, fleet, due, known: settledTenants(keys) };
    }),
  );
  const strangers = looked.flatMap(({ environment, due, known }) =>
    due
      .map((one) => one.tenant.name)
      .filter((name) => !known.includes(name))
      .map((name) => ({ tenant: name, environment })),
  );
  const everywhere = tenant === undefined || strangers.length === 0 ? looked : await knownAnywhere(declarations, ports);
  const elsewhere = deployedElsewhere(strangers, everywhere);
  const found = await Promise.all(
    looked.map(async ({ environment, fleet, due: all, known }) => {
      const due = all.filter((one) => !elsewhere.some((other) => other.tenant === one.tenant.name));
      const dealt = waves(
        due.map((one) => one.tenant.name),
        fleet.cell.environment.rollout,
        waveReach(fleet.cell.environment),
      );
      return {
        waves: dealt.map((wave) => dueWave(wave, dealt.length, fleet.cell.environment)),
        builds: await missingBuilds(fleet.cell, new Set(due.map(({ release }) => release))),
        offboard: tenant === undefined && known.some((name) => !declarations.tenants.has(name)) ? [environment] : [],
        tenants: fleet.tenants.length,
        settled: fleet.tenants.length - all.length,
      };
    }),
  );
  return {
    waves: found.flatMap((one) => one.waves),
    builds: found.flatMap((one) => one.builds),
    elsewhere,
    offboard: found.flatMap((one) => one.offboard),
    tenants: found.reduce((sum, one) => sum + one.tenants, 0),
    settled: found.reduce((sum, one) => sum + one.settled, 0),
  };
}

function dueWave({ number, tenants }: Wave, waves: number, environment: Environment): DueWave {
  const shards = shardsOf(tenants, environment);
  return {
    ...{ environment: environment.name, wave: number, waves, tenants },
    ...{ shards, jobs: shards.length, size: tenants.length },
  };
}

/** The waves by environment: environments go side by side, the waves of each one after the other. */
export function byEnvironment(
  due: readonly DueWave[],
): readonly { readonly environment: string; readonly waves: readonly DueWave[] }[] {
  return [...Map.groupBy(due, ({ environment }) => environment)].map(([environment, waves]) => ({
    environment,
    waves,
  }));
}

/** Releases without all their images; where another environment builds them, also those that nobody took over here yet. */
async function missingBuilds(
  { environment, images, records }: DueCell,
  releases: ReadonlySet<string>,
): Promise<DueChanges["builds"]> {
  const checked = await Promise.all(
    [...releases].toSorted().map(async (release) => {
      const digests = await builtDigests(environment, release, images);
      const whole = serviceOrder.every((role) => digests[role] !== undefined);
      const known = environment.releasesFrom === undefined || (await records.get(releaseKey(release))) !== undefined;
      return whole && known ? [] : [{ environment: environment.name, release }];
    }),
  );
  return checked.flat();
}
