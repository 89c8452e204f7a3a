/** How soon `/scale` does something: from the start of its job to its first call that changes AWS. The whole stage, in real time. */
import type { LoggedCall } from "../bed/aws/faults/call-log.ts";
import { type CommandStage, openCommandStage } from "../fixtures/command-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { type Benchmark, type Figure, median } from "./figure.ts";

export const benchmark: Benchmark = { runs: 1, measure };

/** Bed seconds per real second. */
const speed = 60;
const latencyMs = 50;
const clinic = standardTenant("clinic-x", "services:\n  django: { count: { min: 2, max: 5 } }\n");

async function measure(): Promise<readonly Figure[]> {
  const place = await openCommandStage({ speed, tenants: { "tenants/clinic-x.yml": clinic } });
  try {
    const pull = await place.propose({ "README.md": "# Tenants\n" });
    const waits: number[] = [];
    for (const count of [3, 2, 4]) waits.push(await firstChange(place, pull, count));
    return [
      {
        what: "/scale, from the start of its job to the call that scales",
        ...{ unit: "s", measured: median(waits) / 1000, bar: 2 },
        note: `median of ${waits.length}; ${latencyMs} ms before each answer of AWS and GitHub; checkout and start of the action included`,
      },
    ];
  } finally {
    await place.stage.stop();
  }
}

/** Real milliseconds. */
async function firstChange(place: CommandStage, pull: number, count: number): Promise<number> {
  const { aws, github, runner } = place.stage;
  // Latency is spent in the bed's time, which runs faster.
  const milliseconds = latencyMs * speed;
  const forget = [
    aws.faults.add({ kind: "latency", milliseconds }),
    github.faults.add({ effect: { kind: "latency", milliseconds } }),
  ];
  let change: LoggedCall | undefined;
  const unwatch = aws.calls.watch((call) => {
    if (["UpdateService", "RegisterScalableTarget"].includes(call.operation)) change ??= call;
  });
  try {
    const { reply } = await place.say("oscar", pull, `/scale clinic-x ${count}`);
    const job = runner
      .runs()
      .findLast(({ workflow }) => workflow === "command")
      ?.jobs.find(({ key }) => key === "act");
    if (change === undefined || job?.startedAt === undefined) throw new Error(`nothing was scaled: ${reply}`);
    return (change.at - job.startedAt) / speed;
  } finally {
    unwatch();
    for (const end of forget) end();
  }
}
