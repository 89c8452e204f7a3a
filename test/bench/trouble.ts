/** Everything that can go wrong at once, for a fleet whose names say what is wrong with whom. */
import { putFault } from "../bed/faults/fault-option.ts";
import type { GitHubBed } from "../bed/github/bed.ts";
import type { FleetStage } from "../fixtures/fleet-stage.ts";

export interface Trouble {
  /** What its tenants' names begin with. */
  readonly name: string;
  /** What has to be said of it. */
  readonly cause: RegExp;
  /** Faults of one of its tenants, as they are typed. */
  readonly faults: (tenant: string) => readonly string[];
}

/** What is wrong with some tenants and does not pass by itself. */
export const troubles: readonly Trouble[] = [
  {
    name: "crash",
    cause: /exit code 3/,
    faults: (tenant) => [`crash,family=${tenant}-production-django,seconds=3,exit=3,line=ImportError: wards`],
  },
  {
    name: "data",
    cause: /^the migration to v1\.5\.0 failed/,
    faults: (tenant) => [`crash,family=${tenant}-production-migrate,seconds=2,exit=1,line=ProgrammingError: wards`],
  },
  {
    name: "sick",
    cause: /health/,
    faults: (tenant) => [`unhealthy,family=${tenant}-production-django`],
  },
  {
    name: "rolls",
    cause: /Alerts.*quota is reached/,
    faults: (tenant) => [`stack-failure,resource=Alerts,stack=mate-${tenant}-production,message=the quota is reached`],
  },
  {
    name: "stuck",
    cause: /Alerts.*nobody knows/,
    faults: (tenant) => [`stuck-rollback,resource=Alerts,stack=mate-${tenant}-production,message=nobody knows`],
  },
];

/** What goes wrong between everybody and AWS or GitHub, and passes. */
const weather: readonly string[] = [
  ...["token-buckets", "throttling,percent=5", "latency,ms=60,p99=900", "stale-reads,seconds=3"],
  ...["eventual-consistency,seconds=3", "never-start,percent=2", "slow-launches,burst=100,per-second=20"],
  ...["slow-health,seconds=60", "slow-start,seconds=20"],
  ...["github-error,status=502,percent=3", "github-error,status=500,percent=2", "github-reset,when=before,percent=1"],
  ...["github-secondary-limit,seconds=1,percent=1", "github-stale,seconds=5,percent=10"],
];

/** Puts all of it into the beds; what comes later comes by itself. @param well tenants that nothing is wrong with */
export function breakEverything(
  { aws, clock }: FleetStage,
  github: GitHubBed,
  { sick, well }: { readonly sick: readonly string[]; readonly well: readonly string[] },
): void {
  const put = (text: string): void => putFault({ aws, github }, text);
  for (const text of weather) put(text);
  for (const { name, faults } of troubles)
    for (const tenant of sick.filter((one) => one.startsWith(`${name}-`))) faults(tenant).map(put);
  for (let turn = 1; turn <= 40; turn += 1) {
    put(`reset,when=${turn % 2 === 0 ? "before" : "after"},nth=${97 * turn}`);
    put(`error,code=InternalFailure,status=500,nth=${131 * turn}`);
  }
  for (let turn = 1; turn <= 5; turn += 1) put(`expired-credentials,nth=${613 * turn}`);
  // Somebody else is at work as well.
  for (const [index, tenant] of well.slice(0, 5).entries()) {
    const seconds = 60 * (index + 1);
    put(`foreign-stack-update,stack=mate-${tenant}-production,seconds=${seconds}`);
    const service = `mate-${tenant}-production-django`;
    put(`foreign-service-change,cluster=mate-production,service=${service},count=3,seconds=${seconds}`);
  }
  // Fargate has nothing to give for two minutes.
  clock.after(90_000, () => put("no-capacity,provider=FARGATE"));
  clock.after(210_000, () => void fetch(`${aws.url}/_bed/ecs`, { method: "POST", body: '{"exhausted": []}' }));
}
