/**
 * The rehearsal stage with real containers and real data: AWS's control planes are the bed's; images, registry, containers, PostgreSQL
 * and Redis are real.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { dockerDriver } from "../bed/aws/services/ecs/drivers/docker.ts";
import type { ContainerRun } from "../bed/aws/services/ecs/drivers/driver.ts";
import { quickDatabases } from "../bed/aws/services/rds/state.ts";
import { bedClock } from "../bed/clock.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { dockerAddresses } from "./addresses.ts";
import { type Application, applicationIn } from "./application.ts";
import type { Lane } from "./available.ts";
import { makeBaseImage } from "./base-image.ts";
import { type BuildKit, startBuildKit } from "./buildkit.ts";
import { redisCaches } from "./caches.ts";
import { makeAuthority } from "./certificates.ts";
import { type Database, type Databases, postgresDatabases, serverOwner } from "./databases.ts";
import { instanceAt } from "./instances.ts";
import { must } from "./program.ts";
import { type Registry, startRegistry } from "./registry.ts";

export interface ContainersStage {
  readonly rehearsal: Rehearsal;
  readonly application: Application;
  readonly registry: Registry;
  readonly buildkit: BuildKit | undefined;
  readonly databases: Databases;
  /** Debian release of the base image. */
  readonly debian: string;
  /** Brings everything that is due to what the files say; AWS's own work takes no real time, containers do. */
  deploy(files: Files): ReturnType<Rehearsal["deploy"]>;
  /** The database server behind an endpoint. */
  database(host: string): Promise<Database>;
  /** Containers that run now, of one tenant's service. */
  containers(tenant: string, role: string): Promise<readonly RunningContainer[]>;
  close(): Promise<void>;
}

export interface RunningContainer {
  readonly name: string;
  readonly image: string;
  readonly address: string;
}

/** Bed seconds per real second while nothing real runs, and from when a container starts: Python takes its time, on a busy machine more. */
const speeds = { alone: 400, withContainers: 3 };

/** Each check is a Python of its own within the container's share of a processor, which is a quarter for a trial. */
const healthEveryMs = 3_000;

export async function startContainersStage(lane: Extract<Lane, { readonly state: "ready" }>): Promise<ContainersStage> {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const one of closing.toReversed()) await one().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, "not everything of the stage was removed");
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "mate-containers-"));
    await chmod(folder, 0o755);
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const rehearsal = await startRehearsal(speeds.alone, bedClock(speeds.alone));
    const { world } = rehearsal.aws;
    const registry = await startRegistry(rehearsal.aws, join(folder, "registry"));
    closing.push(registry.close, () => forgetImages([registry.store, registry.front]));
    const authority = await makeAuthority(join(folder, "certificates"));
    const base = `${registry.store}/lane/python:${lane.debian}`;
    const requirements = new URL("../fixtures/application/requirements.txt", import.meta.url).pathname;
    await makeBaseImage({ debian: lane.debian, requirements, authority: authority.certificate, name: base });
    await must("docker", ["push", "--quiet", base]);
    const buildkit = await startBuildKit({ folder, store: registry.store, base });
    if (buildkit !== undefined) closing.push(buildkit.close);
    const addresses = await dockerAddresses(`mate-lane-${process.pid}`);
    closing.push(addresses.close);
    const place = { folder: join(folder, "data"), authority, addresses };
    const databases = postgresDatabases({ ...place, programs: lane.postgres, owner: await serverOwner() });
    closing.push(databases.close);
    const caches = redisCaches(place);
    closing.push(caches.close);
    const database = async (host: string): Promise<Database> => databases.at(await instanceAt(rehearsal, host));
    const hosts = async ({ environment }: ContainerRun): Promise<Readonly<Record<string, string>>> => {
      const { DATABASE_HOST, PGHOST, COPY_HOST, REDIS_HOST, REDIS_TOKEN = "" } = environment;
      const found: Record<string, string> = {};
      for (const host of [DATABASE_HOST, PGHOST, COPY_HOST])
        if (host !== undefined) found[host] = (await database(host)).address;
      if (REDIS_HOST !== undefined) found[REDIS_HOST] = await caches.at(REDIS_HOST, REDIS_TOKEN);
      return found;
    };
    const controls = ecsControls(world);
    // The first thing that is asked of a container that starts: from here on time is real enough for it.
    const reference = ({ image }: ContainerRun): string => {
      rehearsal.setSpeed(speeds.withContainers);
      return image.replace(/^[^/]+/, registry.store);
    };
    controls.driver = dockerDriver({ network: addresses.tasks, hosts, reference, healthEveryMs });
    // The tests look at them long after; a deployment without containers makes hours pass.
    controls.durations.stoppedKept = 7 * 24 * 3_600_000;
    closing.push(() => controls.driver.close());
    closing.push(() => rehearsal.stop());
    for (const name of ["provisioning", "pulling", "deprovisioning"] as const) controls.durations[name] = 1_000;
    quickDatabases(world);
    return {
      ...{ rehearsal, registry, buildkit, databases, database, close, debian: lane.debian },
      application: await applicationIn(join(folder, "workspace"), base),
      deploy: async (files) => {
        rehearsal.setSpeed(speeds.alone);
        return await rehearsal.deploy(files).finally(() => rehearsal.setSpeed(speeds.withContainers));
      },
      containers: (tenant, role) => containersOf(rehearsal, tenant, role),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Images that were pulled from or built for these registries, which are gone after this. */
async function forgetImages(registries: readonly string[]): Promise<void> {
  const filters = registries.flatMap((host) => ["--filter", `reference=${host}/*/*`]);
  const ids = new Set((await must("docker", ["image", "ls", "--quiet", ...filters])).split("\n").filter(Boolean));
  if (ids.size > 0) await must("docker", ["image", "rm", "--force", ...ids]);
}

async function containersOf({ invoke }: Rehearsal, tenant: string, role: string): Promise<readonly RunningContainer[]> {
  const cluster = "mate-production";
  const serviceName = `mate-${tenant}-production-${role}`;
  const { taskArns } = await invoke<{ taskArns: readonly string[] }>("ecs", "ListTasks", { cluster, serviceName });
  return await Promise.all(
    taskArns.map(async (arn) => {
      const name = await must("docker", ["ps", "--filter", `label=bed.task=${arn}`, "--format", "{{.Names}}"]);
      const format = "{{.Config.Image}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
      const [image = "", address = ""] = (await must("docker", ["inspect", "--format", format, name])).split(" ");
      return { name, image, address };
    }),
  );
}
