/**
 * A release to 300 tenants while everything goes wrong at once: AWS throttles, answers late, old, wrongly or not at all, and forgets what
 * was just made; credentials expire; tasks do not start, and for a while there is no capacity; GitHub fails and says what is over;
 * somebody else changes stacks and services. Of some tenants the release, its migration or the stack is broken. Who fails has to be
 * named with the right cause, and everybody else has to be settled, if need be by the next deployment.
 */
import { apply } from "../../actions/apply/apply.ts";
import { gitHubRepository } from "../../actions/lib/adapters/github/client.ts";
import { gitHubDeployments } from "../../actions/lib/adapters/github/deployments.ts";
import { gitHubIssues } from "../../actions/lib/adapters/github/issues.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { stillGoing } from "../../actions/lib/domain/stage-selection.ts";
import { runWave } from "../../actions/lib/engine/fleet-wave.ts";
import { migrateStage } from "../../actions/lib/engine/stage-migrate.ts";
import { rollStage } from "../../actions/lib/engine/stage-roll.ts";
import { issueWriting } from "../../actions/lib/report/unsettled-issue.ts";
import { settle } from "../../actions/settle/settle.ts";
import { telling } from "../../actions/settle/telling.ts";
import { healEcs } from "../bed/aws/services/ecs/steering.ts";
import { bedClock } from "../bed/clock.ts";
import { type GitHubBed, startGitHubBed } from "../bed/github/bed.ts";
import { type FleetStage, startFleetStage } from "../fixtures/fleet-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import type { Benchmark, Figure } from "./figure.ts";
import { breakEverything, troubles } from "./trouble.ts";

export const benchmark: Benchmark = { runs: 1, measure: () => measure(Number(process.env.ALL_FAULTS_TENANTS ?? 300)) };

const repository = "mate-health/tenants";
// Nobody stops the wave: what is asked is what becomes of each tenant.
const settings = { rollout: { concurrency: 300, failureBudget: { percent: 100, mode: "soft" } } } as const;

/** Bed seconds per real second: slow enough for the machine's own work, multiplied, not to look like slow answers. */
const speeds = { preparing: 30, measured: 12 } as const;

async function measure(count: number): Promise<readonly Figure[]> {
  const each = Math.ceil(count / 60);
  const sick = troubles.flatMap(({ name }) => Array.from({ length: each }, (_, index) => `${name}-${index}`));
  const well = Array.from({ length: count - sick.length }, (_, index) => `clinic-${index}`);
  const stage = await startFleetStage({
    tenants: [...sick, ...well],
    releases: ["v1.4.0", "v1.5.0"],
    speed: speeds.preparing,
    clock: bedClock(400),
  });
  const github = await startGitHubBed({ clock: stage.clock, seed: 300 });
  github.addUser("alice");
  await github.createRepository({
    ...{ owner: "mate-health", name: "tenants", files: { "README.md": "# Tenants\n" } },
    collaborators: { alice: "admin" },
  });
  try {
    const place = { stage, github, tenants: [...sick, ...well] };
    const first = await release(place, "v1.4.0", 300);
    const unlucky = [...first.values()].find((one) => one.cause !== undefined);
    if (unlucky !== undefined) throw new Error(`${unlucky.tenant}: ${unlucky.cause}`);

    stage.clock.setSpeed(speeds.measured);
    breakEverything(stage, github, { sick, well });
    const during = await release(place, "v1.5.0", 301);
    stage.aws.faults.clear();
    github.faults.clear();
    const named = issuesOf(github);
    const broken = sick.map((tenant) => ({
      tenant,
      cause: troubles.find(({ name }) => tenant.startsWith(`${name}-`))?.cause,
    }));
    const wrong = broken.filter(({ tenant, cause }) => cause?.test(during.get(tenant)?.cause ?? "") !== true);
    const hit = well.filter((tenant) => during.get(tenant)?.cause !== undefined);
    const nameless = hit.filter((tenant) => [undefined, "bug"].includes(during.get(tenant)?.reasonCode));
    const unsettled = [...during.values()].filter(({ cause }) => cause !== undefined);
    const unnamed = unsettled.filter(({ tenant, cause }) => named.get(tenant)?.includes(firstWords(cause)) !== true);
    // Everything is well again, the release included.
    healEcs(stage.aws.world);
    const after = await release(place, "v1.5.0", 301);
    const left = place.tenants.filter((tenant) => after.get(tenant)?.cause !== undefined);

    for (const { tenant } of wrong) tell("wrong cause", tenant, during);
    for (const tenant of nameless) tell("nameless", tenant, during);
    for (const { tenant } of unnamed) tell("no issue", tenant, during);
    for (const tenant of left) tell("still", tenant, after);
    const what = `release to ${count} tenants with every fault at once`;
    const figure = (name: string, measured: number, more: Partial<Figure> = {}): Figure => ({
      ...{ what: `${what}: ${name}`, unit: "points", measured, bar: 0, ...more },
    });
    return [
      figure("broken ones with a wrong cause", wrong.length, {
        note: `${sick.length} tenants are broken: ${troubles.map(({ name }) => `${each} ${name}`).join(", ")}`,
      }),
      { ...figure("others that failed", hit.length, { note: causes(hit, during) }), bar: count },
      figure("of them without a cause of their own", nameless.length, { note: causes(nameless, during) }),
      figure("unsettled ones whose issue does not name the cause", unnamed.length, {
        note: `${unsettled.length} are unsettled`,
      }),
      figure("of all not settled by the next deployment, when everything is well again", left.length, {
        note: causes(left, after),
      }),
    ];
  } finally {
    await github.close();
    await stage.stop();
  }
}

interface Place {
  readonly stage: FleetStage;
  readonly github: GitHubBed;
  readonly tenants: readonly string[];
}

/** Applies, migrates, rolls and settles, as the deploy workflow does; what became of each tenant last. */
async function release(place: Place, name: string, budget: number): Promise<ReadonlyMap<string, StageOutcome>> {
  const { stage, github, tenants } = place;
  // A change of the budget is a change of the stack.
  const files = Object.fromEntries(
    tenants.map((tenant) => [tenant, standardTenant(tenant, `monthlyBudgetUsd: ${budget}\n`)]),
  );
  const applied = await apply({ before: [] }, stage.process(name, { ...settings, files, stacks: "small" }));
  const fleet = stage.process(name, { ...settings, files, only: stillGoing(tenants, applied) });
  const stages = [migrateStage(fleet, { trialScript: "" }), rollStage(fleet)];
  const outcomes = [...applied, ...(await runWave({ stages, before: applied }, fleet))];
  const client = gitHubRepository({
    ...{ apiUrl: github.apiUrl, owner: "mate-health", repository: "tenants" },
    token: github.jobToken(repository, { contents: "read", issues: "write", deployments: "write" }),
  });
  const closing = stage.process(name, { ...settings, files });
  await settle(
    {
      outcomes,
      commit: await headOf(client),
      operation: `deploy-${name}-${budget}`,
      actor: "alice",
      runUrl: "https://run/1",
    },
    closing,
    {
      telling: telling(closing),
      issues: gitHubIssues(client),
      deployments: gitHubDeployments(client),
      writeIssue: issueWriting("https://run/1"),
    },
  );
  return new Map(outcomes.map((outcome) => [outcome.tenant, outcome]));
}

async function headOf({ octokit, owner, repo }: ReturnType<typeof gitHubRepository>): Promise<string> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/branches/{branch}", {
    owner,
    repo,
    branch: "main",
  });
  return data.commit.sha;
}

/** Tenant → text of its open issue. */
function issuesOf(github: GitHubBed): ReadonlyMap<string, string> {
  const open = [...github.repository(repository).issues.values()].filter(({ state }) => state === "open");
  return new Map(
    open.flatMap(({ labels, title, body }) =>
      [...labels].flatMap((label) =>
        label.startsWith("unsettled:") ? [[label.slice("unsettled:".length), `${title}\n${body ?? ""}`] as const] : [],
      ),
    ),
  );
}

/** Enough of a cause to find it in Markdown, where some signs are escaped. */
function firstWords(cause: string | undefined): string {
  return /^[\w ]+/.exec(cause ?? "")?.[0].slice(0, 30) ?? "";
}

function tell(what: string, tenant: string, outcomes: ReadonlyMap<string, StageOutcome>): void {
  console.error(
    what,
    tenant,
    outcomes.get(tenant)?.stage,
    outcomes.get(tenant)?.reasonCode,
    outcomes.get(tenant)?.cause,
  );
}

function causes(tenants: readonly string[], outcomes: ReadonlyMap<string, StageOutcome>): string {
  const codes = tenants.map((tenant) => outcomes.get(tenant)?.reasonCode ?? "none");
  const counts = [...new Set(codes)].map((code) => `${codes.filter((one) => one === code).length} ${code}`);
  return counts.length === 0 ? "none" : counts.join(", ");
}
