/** Containers in a Docker engine of this machine, through its command line. */
import { type ChildProcess, spawn } from "node:child_process";
import { watchDockerHealth } from "./docker-health.ts";
import {
  type ContainerReport,
  type ContainerRun,
  PullFailure,
  type RunningContainer,
  type TaskDriver,
} from "./driver.ts";
import { eachLine } from "./lines.ts";

export interface DockerDriverOptions {
  /** The command line tool; `docker` on the PATH unless given. */
  readonly docker?: string;
  /** Where the engine listens (`unix:///…`); the tool's own default unless given. */
  readonly host?: string;
  /** What the engine calls an image; the reference of the task definition unless given. */
  readonly reference?: (run: ContainerRun) => string;
  /** Network of the containers, `host` to reach servers on loopback; the engine's default unless given. */
  readonly network?: string;
  /** Names the container can look up, and their addresses: what a private zone would answer. None unless given. */
  readonly hosts?: (run: ContainerRun) => Promise<Readonly<Record<string, string>>>;
  /** Real milliseconds between two health checks of a container that has one; a second unless given. */
  readonly healthEveryMs?: number;
  /** Added to every container's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

interface Engine {
  readonly options: DockerDriverOptions;
  /** Names of the containers that are there. */
  readonly names: Set<string>;
  /** Containers on the way to being there. */
  readonly starting: Set<Promise<RunningContainer>>;
  closed: boolean;
}

/** A driver that runs each container in Docker, with its CPU and memory limits. */
export function dockerDriver(options: DockerDriverOptions = {}): TaskDriver {
  const engine: Engine = { options, names: new Set(), starting: new Set(), closed: false };
  return {
    name: "docker",
    start: async (run, report) => {
      if (engine.closed) throw new Error("the driver is closed");
      const started = start(engine, run, report);
      engine.starting.add(started);
      return await started.finally(() => engine.starting.delete(started));
    },
    close: async () => {
      // A service replaces what ends here; nothing of that may be left behind.
      engine.closed = true;
      await Promise.allSettled(engine.starting);
      const left = [...engine.names];
      engine.names.clear();
      if (left.length > 0) await docker(engine, ["rm", "--force", "--volumes", ...left]);
    },
  };
}

async function start(engine: Engine, run: ContainerRun, report: ContainerReport): Promise<RunningContainer> {
  const name = `bed-${run.taskId}-${run.container}`;
  const image = engine.options.reference?.(run) ?? run.image;
  await ensureImage(engine, image);
  const environment = { ...engine.options.environment, ...run.environment };
  const hosts = (await engine.options.hosts?.(run)) ?? {};
  const create = ["create", "--name", name, ...createOptions(engine, run, { image, environment, hosts })];
  await docker(engine, create, environment);
  engine.names.add(name);
  const attached = tool(engine, ["start", "--attach", name], {});
  eachLine([attached.stdout, attached.stderr], report.line);
  const unwatch = watchDockerHealth(run.healthCheck, engine.options.healthEveryMs ?? 1_000, {
    ask: (words) => docker(engine, ["exec", name, ...words]).then(() => {}),
    tell: report.health,
  });
  attached.once("close", () => {
    unwatch();
    void finish(engine, name, report);
  });
  return {
    stop: (graceMs) => {
      const seconds = String(Math.ceil(graceMs / 1000));
      // Its end is reported by the attached tool; that it had ended already is no failure.
      void docker(engine, ["stop", "--time", seconds, name]).catch((error: Error) => {
        if (engine.names.has(name)) report.line(`[bed] ${error.message}`);
      });
    },
  };
}

async function ensureImage(engine: Engine, image: string): Promise<void> {
  if ((await docker(engine, ["image", "ls", "--quiet", image])) !== "") return;
  await docker(engine, ["pull", "--quiet", image]).catch((cause: Error) => {
    throw new PullFailure(cause.message, { cause });
  });
}

/** Variables of the tool itself, which a container's variable of the same name must not replace. */
const TOOLS_OWN: ReadonlySet<string> = new Set(["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG"]);

/** Variables are named only: their values go through the tool's environment, so that no secret stands in a command line. */
function createOptions(
  engine: Engine,
  run: ContainerRun,
  {
    image,
    environment,
    hosts,
  }: {
    readonly image: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly hosts: Readonly<Record<string, string>>;
  },
): readonly string[] {
  const { network } = engine.options;
  const [entry, ...entryRest] = run.entryPoint;
  return [
    ...Object.entries(environment).flatMap(([key, value]) => ["--env", TOOLS_OWN.has(key) ? `${key}=${value}` : key]),
    ...["--cpus", String(run.cpu / 1024), "--memory", `${run.memory}m`, "--label", `bed.task=${run.taskArn}`],
    // ECS does not look at a health check that an image brings (Amazon ECS API reference, HealthCheck).
    "--no-healthcheck",
    ...(network === undefined ? [] : ["--network", network]),
    ...Object.entries(hosts).flatMap(([host, address]) => ["--add-host", `${host}:${address}`]),
    ...(run.user === undefined ? [] : ["--user", run.user]),
    ...(run.workingDirectory === undefined ? [] : ["--workdir", run.workingDirectory]),
    ...(entry === undefined ? [] : ["--entrypoint", entry]),
    image,
    ...entryRest,
    ...run.command,
  ];
}

async function finish(engine: Engine, name: string, report: ContainerReport): Promise<void> {
  const format = "{{.State.ExitCode}} {{.State.OOMKilled}}";
  const ended = engine.names.has(name)
    ? await docker(engine, ["inspect", "--format", format, name]).catch((error: Error) => {
        // The driver may have been closed meanwhile, and then it is gone.
        if (engine.names.has(name)) throw error;
      })
    : undefined;
  if (ended === undefined) {
    report.exit(137);
    return;
  }
  const [code = "", oom = ""] = ended.trim().split(" ");
  if (engine.names.delete(name)) await docker(engine, ["rm", "--force", "--volumes", name]);
  if (oom === "true") report.exit(Number(code), "OutOfMemoryError: Container killed due to memory usage");
  else report.exit(Number(code));
}

function docker(
  engine: Engine,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = tool(engine, args, environment);
    let out = "";
    let err = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(err.trim() || `docker ${args[0]} ended with ${code}`));
    });
  });
}

function tool(
  { options }: Engine,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const host = options.host === undefined ? {} : { DOCKER_HOST: options.host };
  const { PATH = "", HOME = "", DOCKER_HOST, DOCKER_CONFIG } = process.env;
  const own = {
    PATH,
    HOME,
    ...(DOCKER_HOST !== undefined && { DOCKER_HOST }),
    ...(DOCKER_CONFIG !== undefined && { DOCKER_CONFIG }),
  };
  return spawn(options.docker ?? "docker", args, {
    env: { ...environment, ...own, ...host },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
