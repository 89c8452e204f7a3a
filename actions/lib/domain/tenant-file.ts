/**
 * A tenant file as it is written. The schema below is the only source of the type, of `tenants/schema.json` and of the messages
 * about a wrong file.
 */

import * as z from "zod";
import { releaseName } from "./release-name.ts";
import type { Fixed, Misplaced } from "./schema.ts";
import { signIn } from "./sign-in.ts";
import { logRetentions, tenantStates, tierNames } from "./tenant.ts";
import { nameLength, namePattern } from "./tenant-name.ts";
import { show } from "./wording.ts";

const cpu = z
  .literal([256, 512, 1024, 2048, 4096, 8192, 16384])
  .describe("CPU units of one task: 1024 is one vCPU. Fargate offers certain pairs of cpu and memory only.");
const memory = z
  .int()
  .min(512)
  .max(122_880)
  .describe("Memory of one task in MiB. Fargate offers certain pairs of cpu and memory only.");

const count = z
  .union(
    [
      z.int().min(0).max(1000).describe("This many tasks, always."),
      z
        .strictObject({
          min: z.int().min(0).max(1000).describe("The fewest tasks auto scaling may leave running."),
          max: z.int().min(0).max(1000).describe("The most tasks auto scaling may start."),
        })
        .describe("Auto scaling between two numbers of tasks."),
    ],
    { error: ({ input }) => `count must be a whole number of tasks or { min, max }, got ${show(input)}` },
  )
  .describe("How many tasks: a number, or the limits of auto scaling. The tier says how far they may go.");

const services = z
  .strictObject({
    django: z
      .strictObject({ count: count.exactOptional(), cpu: cpu.exactOptional(), memory: memory.exactOptional() })
      .describe("The web application.")
      .exactOptional(),
    celery: z
      .strictObject({
        count: count.exactOptional(),
        cpu: cpu.exactOptional(),
        memory: memory.exactOptional(),
        spot: z.boolean().describe("Run workers on Fargate Spot; paying tiers keep one on demand.").exactOptional(),
      })
      .describe("The background workers.")
      .exactOptional(),
    beat: z
      .strictObject({ cpu: cpu.exactOptional(), memory: memory.exactOptional() })
      .describe("The scheduler. There is always exactly one.")
      .exactOptional(),
  })
  .describe("Sizes of the three services.");

const database = z
  .strictObject({
    instanceClass: z
      .string()
      .regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, {
        error: ({ input }) => `instanceClass must be an RDS class such as db.m7g.large, got ${show(input)}`,
      })
      .describe("RDS instance class, for example db.m7g.large; the tier lists what it offers.")
      .exactOptional(),
    multiAz: z
      .boolean()
      .describe("A standby in a second availability zone. Enterprise has it, standard does not.")
      .exactOptional(),
    allocatedStorageGib: z
      .int()
      .min(20)
      .max(65_536)
      .describe("Storage to start with, in GiB. It can only grow, by 10 % or more.")
      .exactOptional(),
    maxAllocatedStorageGib: z
      .int()
      .min(20)
      .max(65_536)
      .describe("How far storage may grow by itself, in GiB.")
      .exactOptional(),
    backupRetentionDays: z
      .int()
      .min(1)
      .max(35)
      .describe("How many days back a point in time can be restored.")
      .exactOptional(),
    engineVersion: z
      .string()
      .regex(/^\d{2}\.\d{1,2}$/, {
        error: ({ input }) => `engineVersion must be a PostgreSQL version such as "17.9", got ${show(input)}`,
      })
      .describe("PostgreSQL version with its minor part, in quotes.")
      .exactOptional(),
  })
  .describe("The tenant's own PostgreSQL. Trial tenants share one and cannot set this.");

const redis = z
  .strictObject({
    nodeType: z
      .string()
      .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, {
        error: ({ input }) => `nodeType must be an ElastiCache type such as cache.t4g.small, got ${show(input)}`,
      })
      .describe("ElastiCache node type, for example cache.t4g.small; the tier lists what it offers.")
      .exactOptional(),
    nodes: z
      .int()
      .min(1)
      .max(6)
      .describe("Primary plus replicas; two or more fail over by themselves. Enterprise only.")
      .exactOptional(),
    index: z
      .int()
      .min(0)
      .max(255)
      .describe("Trial only, and there required: this tenant's database number on the shared Redis.")
      .exactOptional(),
  })
  .describe("The tenant's Redis. Trial tenants share one and set their index only.");

const storage = z
  .strictObject({
    throughputMibps: z
      .int()
      .min(1)
      .max(1024)
      .describe("Provisioned throughput of the file system in MiB/s. Enterprise only.")
      .exactOptional(),
  })
  .describe("The tenant's file system (EFS).");

const destruction = z.strictObject({
  resource: z
    .string()
    .regex(/^[A-Za-z0-9]{1,255}$/, {
      error: ({ input }) => `resource must be a logical id of the tenant template such as Database, got ${show(input)}`,
    })
    .describe("Logical id of the resource in the tenant template."),
  reason: z.string().min(10).max(500).describe("Why losing what it holds is right; kept in the journal."),
});

export const tenantFile = z
  .strictObject({
    name: z
      .string()
      .meta({ pattern: namePattern.source, minLength: nameLength.min, maxLength: nameLength.max })
      .describe("The tenant's name, the same as the file's. It becomes part of AWS names and never changes."),
    displayName: z
      .string()
      .min(1)
      .max(80)
      .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,'’&()/+-]*$/u, {
        error: ({ input }) =>
          `displayName may have letters, digits, spaces and .,'&()/+- and starts with a letter or digit, got ${show(input)}`,
      })
      .describe("The hospital's name as people write it."),
    tier: z.literal(tierNames).describe("What the tenant bought: defaults and limits of everything below."),
    environment: z
      .string()
      .regex(namePattern, {
        error: ({ input }) => `environment must be the name of a file of infra/environments, got ${show(input)}`,
      })
      .describe("The environment it runs in: a file of infra/environments."),
    contact: z
      .string()
      .max(254)
      .regex(/^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, {
        error: ({ input }) => `contact must be an e-mail address, got ${show(input)}`,
      })
      .describe("E-mail address of the hospital's technical contact."),
    sso: signIn.exactOptional(),
    state: z
      .literal(tenantStates)
      .describe("suspended stops all tasks and keeps all data. Left out: active.")
      .exactOptional(),
    release: releaseName
      .describe("Pins the tenant to this release. Left out: the environment's release.")
      .exactOptional(),
    subdomain: z
      .string()
      .max(63)
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, {
        error: ({ input }) =>
          `subdomain must be one DNS label of lowercase letters, digits and hyphens, got ${show(input)}`,
      })
      .describe("First part of the tenant's address. Left out: its name.")
      .exactOptional(),
    services: services.exactOptional(),
    database: database.exactOptional(),
    redis: redis.exactOptional(),
    storage: storage.exactOptional(),
    monthlyBudgetUsd: z
      .int()
      .min(1)
      .max(1_000_000)
      .describe("AWS budget of the tenant in USD a month; crossing it alarms.")
      .exactOptional(),
    logRetentionDays: z.literal(logRetentions).describe("How long application logs are kept, in days.").exactOptional(),
    allowDestruction: z
      .array(destruction)
      .max(20)
      .describe(
        "Resources holding data that the next plan may replace or delete, each with a reason. Remove it afterwards.",
      )
      .exactOptional(),
    tags: z
      .record(
        z.string().regex(/^(?!aws:)[A-Za-z0-9 _.:/=+@-]{1,128}$/i, {
          error: ({ input }) =>
            `tag key ${show(input)} is not one AWS takes: letters, digits and _.:/=+@- only, not starting with aws:`,
        }),
        z
          .string()
          .max(256)
          .regex(/^[\p{L}\p{N} _.:/=+@-]*$/u, {
            error: ({ input }) =>
              `a tag's value may have letters, digits, spaces and _.:/=+@- only, got ${show(input)}`,
          }),
      )
      .describe("More AWS tags for everything the tenant has, for example a cost centre.")
      .exactOptional(),
  })
  .describe("One tenant of MATE. Everything left out has a default from its tier.");

/** What people write, checked for its form only; `resolveTenant` holds it against its tier. */
export type TenantFile = Fixed<z.infer<typeof tenantFile>>;

export type Destruction = Fixed<z.infer<typeof destruction>>;

/** Keys that are a good idea in the wrong place. */
export const misplacedInTenant: Misplaced = {
  "services.beat.count":
    "beat has no count: there is always exactly one, because two schedulers would run every job twice",
  "services.beat.spot": "beat does not run on Spot: an interrupted scheduler loses jobs; only celery has spot",
  "services.django.spot":
    "django does not run on Spot: interruptions would cut off people at work; only celery has spot",
  id: "the tenant's name is written as name",
  status: "whether the tenant runs is written as state: active or suspended",
  suspended: "suspending is written as state: suspended",
  budget: "the budget is written as monthlyBudgetUsd",
  image: "a version is written as release: v1.4.0; images belong to the environment",
  count: "counts belong to a service: services.django.count",
  region: "the region belongs to the environment file",
  account: "the account belongs to the environment file",
};
