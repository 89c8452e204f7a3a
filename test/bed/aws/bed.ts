/** The AWS bed: one world of services behind one HTTP address. */
import { type BedClock, bedClock, type SteerableClock } from "../clock.ts";
import { installCloudFormation } from "./cloudformation/install.ts";
import { type CallLog, callLog } from "./faults/call-log.ts";
import { CONTROL_PREFIX, control, type TypedFaults } from "./faults/control.ts";
import type { FaultInput } from "./faults/fault.ts";
import { type Faults, faultsOf } from "./faults/faults.ts";
import { luckOf } from "./faults/luck.ts";
import { type Install, World } from "./kernel.ts";
import { answerRegistry } from "./registry/registry.ts";
import { type Neighbour, serve } from "./server.ts";
import { installApplicationAutoScaling } from "./services/application-auto-scaling/install.ts";
import { installCloudWatch } from "./services/cloudwatch/install.ts";
import { installEc2 } from "./services/ec2/install.ts";
import { installEcr } from "./services/ecr/install.ts";
import { ecsControls } from "./services/ecs/controls.ts";
import { installEcs } from "./services/ecs/install.ts";
import { installLoadBalancing } from "./services/elastic-load-balancing-v2/install.ts";
import { installElastiCache } from "./services/elasticache/install.ts";
import { installIam } from "./services/iam/install.ts";
import { installKms } from "./services/kms/install.ts";
import { installLogs } from "./services/logs/install.ts";
import { installRds } from "./services/rds/install.ts";
import { installS3 } from "./services/s3/install.ts";
import { installSecretsManager } from "./services/secrets-manager/install.ts";
import { installShowingServices } from "./services/showing.ts";
import { installSns } from "./services/sns/install.ts";
import { installSqs } from "./services/sqs/install.ts";
import { installSsm } from "./services/ssm/install.ts";
import { installSts, type Trust } from "./services/sts/install.ts";

export interface AwsBedOptions {
  /** 0, the default, is any free port. */
  readonly port?: number;
  /** Bed seconds per real second; 1 if left out. */
  readonly speed?: number;
  /** A clock of one's own instead of `speed`. */
  readonly clock?: BedClock | SteerableClock;
  /** Bed milliseconds before each answer, or a distribution of them. */
  readonly latency?: Extract<FaultInput, { readonly kind: "latency" }>["milliseconds"];
  /** `published` throttles as the token buckets that AWS publishes do; `none` is the default. */
  readonly limits?: "published" | "none";
  /** The same seed gives the same ids, secrets and chances. */
  readonly seed?: string;
  /** The account of access keys that the bed did not issue. */
  readonly account?: string;
  readonly region?: string;
  /** Takes faults as words where somebody asks for one over HTTP. */
  readonly typed?: TypedFaults;
  /** Whether roles that nobody created may be assumed: `open`, the default, or `strict`. */
  readonly trust?: Trust;
}

export interface AwsBed {
  readonly url: string;
  /** Where images are pushed to and pulled from. */
  readonly registryUrl: string;
  readonly world: World;
  readonly calls: CallLog;
  readonly faults: Faults;
  /** What a process needs in its environment so that its AWS clients talk to this bed. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts a bed on 127.0.0.1 with nothing in it. */
export async function startAwsBed(options: AwsBedOptions = {}): Promise<AwsBed> {
  const { account = "123456789012", region = "us-east-1", seed = "bed" } = options;
  const clock = options.clock ?? bedClock(options.speed ?? 1);
  const steerable = isSteerable(clock) ? clock : undefined;
  const world = new World(clock, seed);
  const calls = callLog();
  const faults = faultsOf(luckOf(`${seed}/faults`));
  if (options.latency !== undefined) faults.add({ kind: "latency", milliseconds: options.latency });
  if (options.limits === "published") faults.add({ kind: "token-buckets" });

  let url = "";
  const services: readonly Install[] = [
    (within) => installSts(within, options.trust ?? "open"),
    (within) => installEcr(within, () => url),
    installApplicationAutoScaling,
    installCloudFormation,
    installCloudWatch,
    installEc2,
    installEcs,
    installElastiCache,
    installIam,
    installKms,
    installLoadBalancing,
    installLogs,
    installRds,
    installS3,
    installSecretsManager,
    installSns,
    installSqs,
    installSsm,
    installShowingServices,
  ];
  for (const install of services) install(world);

  const neighbours: readonly Neighbour[] = [
    {
      takes: (path) => path.startsWith(CONTROL_PREFIX),
      answer: (request) => control({ world, calls, faults, clock: steerable, typed: options.typed }, request),
    },
    // No bucket can be called v2: names have at least three characters.
    { takes: (path) => /^\/v2(\/|$)/.test(path), answer: (request) => answerRegistry(world, request) },
  ];
  const server = await serve({ world, calls, faults, account, region, neighbours }, options.port ?? 0);
  url = server.url;
  return {
    ...{ url: server.url, registryUrl: server.url, world, calls, faults },
    environment: {
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: `AKIA${account}BEDX`,
      AWS_SECRET_ACCESS_KEY: "secrets-are-not-verified-by-the-bed",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stop: async () => {
      await ecsControls(world).driver.close();
      clock.stop();
      await server.stop();
    },
  };
}

function isSteerable(clock: BedClock): clock is SteerableClock {
  return "setSpeed" in clock && "forward" in clock;
}
