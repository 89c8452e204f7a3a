/** The services a tenant should run, composed from its file, its stack's outputs and a release's images. */
import type { Environment } from "./environment.ts";
import { canonicalJson, fingerprint } from "./fingerprint.ts";
import type { ReleaseImages } from "./release.ts";
import { type Container, type ServiceDesire, type ServiceRole, serviceOrder, type TaskDefinition } from "./service.ts";
import { fromOutputs, type Outputs, type ReadOutput } from "./stack-outputs.ts";
import { taskNetwork } from "./task-network.ts";
import type { Tenant } from "./tenant.ts";
import { tenantStackName } from "./tenant-stack.ts";

/** Tag of a task definition that holds the hash of its content: an equal hash means there is nothing to register. */
export const contentTag = "mate:content";

/** Tag that says which release a task definition runs, for people and for `/status`. */
export const releaseTag = "mate:release";

/** How the three roles of one application differ. */
const roles: Readonly<
  Record<
    ServiceRole,
    Pick<ServiceDesire, "healthyPercent"> & {
      readonly command: readonly string[];
      readonly health: readonly string[];
      readonly port?: number;
      readonly stopTimeoutSeconds: number;
    }
  >
> = {
  django: {
    command: ["web"],
    health: ["python", "-m", "mate.health", "web"],
    port: 8443,
    stopTimeoutSeconds: 30,
    healthyPercent: { minimum: 100, maximum: 200 },
  },
  celery: {
    command: ["worker"],
    health: ["python", "-m", "mate.health", "worker"],
    // Fargate gives a task 120 s at most, and Spot two minutes' notice.
    stopTimeoutSeconds: 110,
    healthyPercent: { minimum: 50, maximum: 200 },
  },
  beat: {
    command: ["beat"],
    health: ["python", "-m", "mate.health", "beat"],
    stopTimeoutSeconds: 30,
    // The old scheduler stops before the new one starts: two would send every job twice.
    healthyPercent: { minimum: 0, maximum: 100 },
  },
};

export interface ServiceSources {
  readonly environment: Environment;
  readonly release: string;
  readonly images: ReleaseImages;
  readonly outputs: Outputs;
}

/**
 * The services of a tenant, in the order they roll.
 *
 * @throws OperatorError `missing-output` naming every output the stacks do not have
 */
export function tenantServices(tenant: Tenant, sources: ServiceSources): readonly ServiceDesire[] {
  return fromOutputs(tenantStackName(tenant), sources.outputs, (output) =>
    serviceOrder.map((role) => service(role, tenant, { ...sources, output })),
  );
}

/**
 * The task definition that migrates a tenant's database: the web application's image with its own command and log group.
 *
 * @throws OperatorError `missing-output` naming every output the stacks do not have
 */
export function migrationTask(tenant: Tenant, sources: ServiceSources): TaskDefinition {
  const size = { cpu: tenant.services.django.cpu, memory: tenant.services.django.memory };
  return fromOutputs(tenantStackName(tenant), sources.outputs, (output) =>
    taskDefinition("migrate", tenant, {
      ...sources,
      output,
      size,
      image: sources.images.django,
      platform: sources.environment.images.django.platform,
      container: { command: ["migrate"], stopTimeoutSeconds: 120 },
    }),
  );
}

/**
 * Hash of everything a tenant's services are made from, known before the stack exists or an image is built: outputs stand for
 * themselves by name, images by repository and release, which is immutable.
 */
export function servicesFingerprint(tenant: Tenant, environment: Environment, release: string): string {
  const named = new Proxy<Record<string, string>>({}, { get: (_target, name) => `{${String(name)}}`, has: () => true });
  const image = (role: ServiceRole): string => `${environment.images[role].repository}:${release}`;
  const images = { django: image("django"), celery: image("celery"), beat: image("beat") };
  return fingerprint(tenantServices(tenant, { environment, release, images, outputs: named }));
}

type Composition = ServiceSources & { readonly output: ReadOutput };

function service(role: ServiceRole, tenant: Tenant, sources: Composition): ServiceDesire {
  const { output } = sources;
  const name = `${tenantStackName(tenant)}-${role}`;
  const { command, health, port, stopTimeoutSeconds, healthyPercent } = roles[role];
  const definition = taskDefinition(role, tenant, {
    ...sources,
    size: tenant.services[role],
    image: sources.images[role],
    platform: sources.environment.images[role].platform,
    container: {
      command,
      stopTimeoutSeconds,
      healthCheck: { command: health, intervalSeconds: 30 },
      ...(port !== undefined && { port }),
    },
  });
  return {
    role,
    name,
    definition,
    count: tenant.state === "suspended" ? { min: 0, max: 0 } : countOf(role, tenant),
    capacity: capacityOf(role, tenant),
    healthyPercent,
    ...taskNetwork(tenant.tier, output),
    ...(port !== undefined && { targetGroup: { arn: output("TargetGroupArn"), port, graceSeconds: 120 } }),
    tags: tagsOf(tenant),
  };
}

function countOf(role: ServiceRole, tenant: Tenant): ServiceDesire["count"] {
  return role === "beat" ? { min: 1, max: 1 } : tenant.services[role].count;
}

function capacityOf(role: ServiceRole, tenant: Tenant): ServiceDesire["capacity"] {
  if (role !== "celery" || !tenant.services.celery.spot) return [{ provider: "FARGATE", base: 0, weight: 1 }];
  if (tenant.tier === "trial") return [{ provider: "FARGATE_SPOT", base: 0, weight: 1 }];
  // Spot guarantees nothing, so a paying hospital keeps one worker on demand.
  return [
    { provider: "FARGATE", base: 1, weight: 0 },
    { provider: "FARGATE_SPOT", base: 0, weight: 1 },
  ];
}

function taskDefinition(
  name: ServiceRole | "migrate",
  tenant: Tenant,
  sources: Composition & {
    readonly size: { readonly cpu: number; readonly memory: number };
    readonly image: string;
    readonly platform: string;
    readonly container: Pick<Container, "command" | "stopTimeoutSeconds"> &
      Partial<Pick<Container, "healthCheck" | "port">>;
  },
): TaskDefinition {
  const { output, environment, release } = sources;
  const stack = tenantStackName(tenant);
  const content = {
    family: `${stack}-${name}`,
    cpu: sources.size.cpu,
    memory: sources.size.memory,
    architecture: sources.platform === "linux/arm64" ? ("ARM64" as const) : ("X86_64" as const),
    taskRole: output("TaskRoleArn"),
    executionRole: output("ExecutionRoleArn"),
    container: {
      ...sources.container,
      name,
      image: sources.image,
      environment: {
        ...applicationEnvironment(tenant, output),
        MATE_RELEASE: release,
        MATE_REGION: environment.region,
      },
      secrets: {
        DATABASE_USER: `${output("DatabaseSecretArn")}:username::`,
        DATABASE_PASSWORD: `${output("DatabaseSecretArn")}:password::`,
        DJANGO_SECRET_KEY: `${output("DjangoSecretArn")}:secret_key::`,
        DJANGO_SECRET_KEY_FALLBACK: `${output("DjangoSecretArn")}:fallback::`,
        REDIS_TOKEN: `${output("RedisAuthSecretArn")}:token::`,
      },
      logGroup: `/ecs/${stack}/${name}`,
      mounts: [{ volume: "media", path: "/mnt/media" }],
    },
    volumes: [{ name: "media", fileSystem: output("FileSystemId"), accessPoint: output("AccessPointId") }],
    region: environment.region,
  };
  return {
    ...content,
    tags: { ...tagsOf(tenant), [releaseTag]: release, [contentTag]: fingerprint(canonicalJson(content)) },
  };
}

function applicationEnvironment(tenant: Tenant, output: ReadOutput): Readonly<Record<string, string>> {
  return {
    MATE_TENANT: tenant.name,
    MATE_ENVIRONMENT: tenant.environment,
    MATE_TIER: tenant.tier,
    MATE_URL: output("Url"),
    AWS_STORAGE_BUCKET_NAME: output("DataBucketName"),
    DATABASE_HOST: output("DatabaseHost"),
    DATABASE_PORT: output("DatabasePort"),
    DATABASE_NAME: output("DatabaseName"),
    DATABASE_SSLMODE: "verify-full",
    REDIS_HOST: output("RedisHost"),
    REDIS_PORT: output("RedisPort"),
    REDIS_INDEX: tenant.redis.kind === "shared" ? String(tenant.redis.index) : "0",
    COGNITO_CLIENT_ID: output("UserPoolClientId"),
  };
}

function tagsOf(tenant: Tenant): Readonly<Record<string, string>> {
  return {
    app: "mate",
    "mate-tenant": tenant.name,
    environment: tenant.environment,
    tier: tenant.tier,
    "managed-by": "mate-tenant-delivery",
  };
}
