/** A deployment that finds nothing to do: what it costs with ten tenants, and with a thousand. The committed bundle, in real time. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { settledKey } from "../../actions/lib/domain/settled.ts";
import { selectFleet } from "../../actions/lib/engine/select-fleet.ts";
import { runAction } from "../bed/sweep/action-process.ts";
import { deployJob } from "../bed/sweep/deployment.ts";
import { openSweepStage, quickEnvironment, releases, type SweepStage } from "../bed/sweep/sweep-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 3, measure };

async function measure(): Promise<readonly Figure[]> {
  const stage = await openSweepStage("bundles");
  try {
    const figures: Figure[] = [];
    for (const tenants of [10, 100, 1_000]) figures.push(...(await lookAt(stage, tenants)));
    return figures;
  } finally {
    await stage.stop();
  }
}

async function lookAt(stage: SweepStage, count: number): Promise<readonly Figure[]> {
  const names = Array.from({ length: count }, (_, index) => `bench-${count}-${index}`);
  const files = Object.fromEntries(names.map((name) => [`tenants/${name}.yml`, standardTenant(name)]));
  await settleAll(stage, files);
  const checkout = await stage.checkout(files, releases.before);
  const run = await deployJob(stage, checkout, 1);
  const memory = join(stage.scratch, "peak-memory");
  const started = performance.now();
  const end = await runAction(
    {
      program: stage.program("changes"),
      inputs: { "github-token": run.token },
      // A runner starts with nothing compiled.
      environment: { ...run.variables, PEAK_MEMORY_FILE: memory, NODE_DISABLE_COMPILE_CACHE: "1" },
      ...{ aws: stage.rehearsal.aws.url, github: stage.github.url },
      node: ["--import", join(import.meta.dirname, "peak-memory.ts")],
    },
    stage.scratch,
  );
  const seconds = (performance.now() - started) / 1000;
  run.end();
  if (end.end !== "exited" || end.code !== 0) throw new Error(end.end === "exited" ? end.log : "it was killed");
  const { settled } = JSON.parse(end.outputs.result ?? "{}") as { readonly settled: number };
  if (settled !== count)
    throw new Error(`${settled} of ${count} tenants count as settled; is the bundle of changes built?`);
  const calls = end.calls.filter(({ name }) => !name.startsWith("github:")).length;
  const megabytes = Number(await readFile(memory, "utf8")) / 1000;
  const what = `deploy of ${count} unchanged tenants`;
  const isBar = count === 1_000;
  return [
    { what: `${what}: AWS calls`, unit: "calls", measured: calls, ...(isBar && { bar: 25 }) },
    {
      what: `${what}: from start to end`,
      unit: "s",
      measured: seconds,
      ...(isBar && { bar: 3 }),
      note: "one process, real time",
    },
    {
      what: `${what}: memory`,
      unit: "MB",
      measured: megabytes,
      ...(isBar && { bar: 300 }),
      note: "most ever, bare Node included",
    },
  ];
}

/** Records every tenant as settled with what its files say now; their stacks are not looked at, so there are none. */
async function settleAll({ rehearsal }: SweepStage, files: Readonly<Record<string, string>>): Promise<void> {
  const declarations = rehearsal.declarations({
    "tenants/hospital-a.yml": undefined,
    "tenants/clinic-b.yml": undefined,
    "tenants/trial-c.yml": undefined,
    "infra/environments/production.yml": await quickEnvironment(releases.before),
    ...files,
  });
  const clock = { now: () => new Date(), sleep: async () => {} };
  const ports = { cells: rehearsal.cell, clock, progress: { say: () => {} } };
  const fleet = await selectFleet({ declarations, environment: "production" }, ports);
  for (const { tenant, fingerprint } of fleet.tenants) {
    await rehearsal.invoke("s3", "PutObject", {
      ...{ Bucket: "mate-production-pipeline-123456789012", Key: settledKey(tenant.name, fingerprint) },
      Body: Buffer.from("{}"),
    });
  }
}
