/**
 * A release to 300 tenants while everything goes wrong at once: AWS throttles, answers late, old or not at all, tasks do not start,
 * somebody else changes services, and of some tenants the release itself is broken. Who fails has to be named with the right cause,
 * and everybody else has to be settled, if need be by the next deployment.
 */
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { migrate } from "../../actions/migrate/migrate.ts";
import { roll } from "../../actions/roll/roll.ts";
import { ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { steerEcs } from "../bed/aws/services/ecs/steering.ts";
import { type FleetStage, startFleetStage } from "../fixtures/fleet-stage.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 1, measure: () => measure(300) };

// Nobody stops the wave: what is asked is what becomes of each tenant.
const settings = { rollout: { concurrency: 300, failureBudget: { percent: 100, mode: "soft" } } } as const;

/** What is wrong with the release of some tenants, and what has to be said of it. */
const broken = [
  {
    name: "crash",
    behaviour: { exitCode: 3, afterMs: 3_000, lines: ["ImportError: wards"] },
    family: "django",
    cause: /exit code 3/,
  },
  {
    name: "pull",
    behaviour: { neverStarts: "CannotPullContainerError: not found" },
    family: "celery",
    cause: /CannotPullContainer/,
  },
  {
    name: "data",
    behaviour: { exitCode: 1, afterMs: 2_000, lines: ["ProgrammingError: wards"] },
    family: "migrate",
    cause: /^the migration to v1\.5\.0 failed/,
  },
] as const;

async function measure(count: number): Promise<readonly Figure[]> {
  const sick = broken.flatMap(({ name }) =>
    Array.from({ length: Math.ceil(count / 60) }, (_, index) => `${name}-${index}`),
  );
  const well = Array.from({ length: count - sick.length }, (_, index) => `clinic-${index}`);
  const stage = await startFleetStage({ tenants: [...sick, ...well], releases: ["v1.4.0", "v1.5.0"], speed: 60 });
  try {
    const first = await release(stage, "v1.4.0");
    const unlucky = [...first.values()].find((one) => one.cause !== undefined);
    if (unlucky !== undefined) throw new Error(`${unlucky.tenant}: ${unlucky.cause}`);

    stage.clock.setSpeed(12);
    breakReleases(stage);
    breakAws(stage);
    changeServicesOf(well.slice(0, 5), stage);
    const during = await release(stage, "v1.5.0");
    stage.aws.faults.clear();
    ecsControls(stage.aws.world).neverStart = 0;
    const after = await release(stage, "v1.5.0");

    const wrong = broken.flatMap(({ name, cause }) =>
      sick.filter((tenant) => tenant.startsWith(`${name}-`) && !cause.test(during.get(tenant)?.cause ?? "")),
    );
    const hit = well.filter((tenant) => during.get(tenant)?.cause !== undefined);
    const nameless = hit.filter(
      (tenant) => during.get(tenant)?.reasonCode === undefined || during.get(tenant)?.reasonCode === "bug",
    );
    const left = well.filter((tenant) => after.get(tenant)?.cause !== undefined);
    for (const tenant of [...wrong, ...nameless])
      console.error(tenant, during.get(tenant)?.reasonCode, during.get(tenant)?.cause);
    for (const tenant of left) console.error("still", tenant, after.get(tenant)?.reasonCode, after.get(tenant)?.cause);
    const what = `release to ${count} tenants with every fault at once`;
    const note = `${sick.length} tenants have a broken release`;
    return [
      { what: `${what}: broken releases with a wrong cause`, unit: "points", measured: wrong.length, bar: 0, note },
      { what: `${what}: others that failed`, unit: "points", measured: hit.length, note: causes(hit, during) },
      {
        what: `${what}: of them without a cause of their own`,
        unit: "points",
        measured: nameless.length,
        bar: 0,
        note: causes(nameless, during),
      },
      {
        what: `${what}: of them not settled by the next deployment`,
        unit: "points",
        measured: left.length,
        bar: 0,
        note: causes(left, after),
      },
    ];
  } finally {
    await stage.stop();
  }
}

/** Migrates and rolls, as the deploy workflow does; what became of each tenant last. */
async function release(stage: FleetStage, name: string): Promise<ReadonlyMap<string, StageOutcome>> {
  const fleet = stage.process(name, settings);
  const migrated = await migrate({ before: [], trialScript: "" }, fleet);
  const going = new Set(migrated.filter(({ cause }) => cause === undefined).map(({ tenant }) => tenant));
  const rolled = await roll(
    { before: migrated },
    { ...fleet, tenants: fleet.tenants.filter(({ tenant }) => going.has(tenant.name)) },
  );
  return new Map([...migrated, ...rolled].map((outcome) => [outcome.tenant, outcome]));
}

function breakReleases({ aws }: FleetStage): void {
  for (const { name, family, behaviour } of broken) {
    for (let index = 0; index < 100; index += 1)
      steerEcs(aws.world, { scripts: [{ match: { family: `${name}-${index}-production-${family}` }, behaviour }] });
  }
}

function breakAws({ aws }: FleetStage): void {
  const { faults } = aws;
  faults.add({ kind: "token-buckets" });
  faults.add({ kind: "throttling", percent: 5 });
  faults.add({ kind: "latency", milliseconds: { median: 60, p99: 900 } });
  faults.add({ kind: "stale-reads", milliseconds: 3_000 });
  for (let turn = 1; turn <= 40; turn += 1) {
    const when = turn % 2 === 0 ? "before-effect" : "after-effect";
    faults.add({ kind: "connection", nth: 97 * turn, when });
    faults.add({ kind: "error", nth: 131 * turn, code: "InternalFailure", status: 500 });
  }
  const controls = ecsControls(aws.world);
  controls.neverStart = 0.02;
  controls.launches = { burst: 100, perSecond: 20 };
}

/** Somebody else starts deployments of their own in the middle of ours. */
function changeServicesOf(tenants: readonly string[], { clock, invoke }: FleetStage): void {
  for (const [index, tenant] of tenants.entries()) {
    const service = `mate-${tenant}-production-django`;
    clock.after(60_000 * (index + 1), () => {
      void invoke("ecs", "UpdateService", { cluster: "mate-production", service, forceNewDeployment: true });
    });
  }
}

function causes(tenants: readonly string[], outcomes: ReadonlyMap<string, StageOutcome>): string {
  const codes = tenants.map((tenant) => outcomes.get(tenant)?.reasonCode ?? "none");
  const counts = [...new Set(codes)].map((code) => `${codes.filter((one) => one === code).length} ${code}`);
  return counts.length === 0 ? "none" : counts.join(", ");
}
