/** How soon a release that crashes is called one. In the bed's time: what is waited for is ECS, not this program. */
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { bedClock } from "../bed/clock.ts";
import { quickEnvironment, releases } from "../bed/sweep/sweep-stage.ts";
import { type Files, startRehearsal } from "../fixtures/rehearsal.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 3, measure };

const service = "mate-clinic-x-production-django";

/** Slow enough that the machine's own time, multiplied, stays below half a second of the bed's. */
const measuredSpeed = 10;

async function measure(): Promise<readonly Figure[]> {
  const rehearsal = await startRehearsal(400, bedClock(400));
  const { aws } = rehearsal;
  try {
    for (const release of Object.values(releases)) await rehearsal.pushRelease(release);
    await rehearsal.deploy(await clinic("v1.4.0"));
    behaves(aws.world, { service }, { exitCode: 3, afterMs: 4_000, lines: ["ImportError: no module named wards"] });
    await fetch(`${aws.url}/_bed/clock`, { method: "POST", body: JSON.stringify({ speed: measuredSpeed }) });
    aws.calls.clear();
    const outcomes = await rehearsal.deploy(await clinic("v1.5.0"));
    const ended = aws.world.clock.now();

    const roll = outcomes.find(({ stage }) => stage === "roll");
    const evidence = roll?.evidence?.join("\n") ?? "";
    if (
      roll?.outcome !== "failed" ||
      !roll.cause?.includes("exit code 3") ||
      !evidence.includes("no module named wards")
    )
      throw new Error(`the crash was reported as ${JSON.stringify(roll)}`);
    const stopped = aws.calls.all().find(({ operation }) => operation === "StopServiceDeployment");
    if (stopped === undefined) throw new Error("the deployment was not stopped");
    const exit = await secondExit();
    return [
      {
        what: "crash-looping release, called so after the second identical exit",
        ...{ unit: "s", measured: (stopped.at - exit) / 1000, bar: 5 },
        note: `bed time at speed ${measuredSpeed}; the exit is the container's, which ECS shows some seconds later`,
      },
      {
        what: "the same, until it is rolled back and reported with its log",
        ...{ unit: "s", measured: (ended - exit) / 1000 },
        note: "bed time; most of it is ECS rolling back",
      },
    ];
  } finally {
    await rehearsal.stop();
  }

  async function secondExit(): Promise<number> {
    const listed = { cluster: "mate-production", serviceName: service, desiredStatus: "STOPPED" };
    const { taskArns } = await rehearsal.invoke<{ taskArns: readonly string[] }>("ecs", "ListTasks", listed);
    const { tasks } = await rehearsal.invoke<{ tasks: readonly StoppedTask[] }>("ecs", "DescribeTasks", {
      ...{ cluster: "mate-production", tasks: taskArns },
    });
    const exits = tasks
      .filter(({ containers }) => containers.some(({ exitCode }) => exitCode === 3))
      .map(({ executionStoppedAt }) => executionStoppedAt.getTime())
      .toSorted((a, b) => a - b);
    return exits[1] ?? Number.NaN;
  }
}

interface StoppedTask {
  readonly executionStoppedAt: Date;
  readonly containers: readonly { readonly exitCode?: number }[];
}

async function clinic(release: "v1.4.0" | "v1.5.0"): Promise<Files> {
  return {
    "tenants/hospital-a.yml": undefined,
    "tenants/clinic-b.yml": undefined,
    "tenants/trial-c.yml": undefined,
    "infra/environments/production.yml": await quickEnvironment(release),
    "tenants/clinic-x.yml": standardTenant("clinic-x"),
  };
}
