/**
 * A tier: what its tenants get when their file says nothing, and how far the file may go.
 */

import * as z from "zod";
import type { Fixed } from "./schema.ts";
import { logRetentions, tierNames } from "./tenant.ts";
import { show } from "./wording.ts";

const count = z
  .strictObject({ min: z.int().min(0).describe("Fewest tasks."), max: z.int().min(1).describe("Most tasks.") })
  .refine(({ min, max }) => min <= max, { error: "min must not be above max" });
const taskSize = {
  cpu: z.int().min(256).describe("CPU units; 1024 is one vCPU."),
  memory: z.int().min(512).describe("Memory in MiB."),
};
const range = z
  .strictObject({ min: z.int().describe("Smallest allowed."), max: z.int().describe("Largest allowed.") })
  .refine(({ min, max }) => min <= max, { error: "min must not be above max" });
const shared = z.literal("shared");

export const tierFile = z
  .strictObject({
    name: z.literal(tierNames).describe("The tier's name, the same as the file's."),
    description: z.string().min(1).describe("What a hospital gets, in one sentence."),
    services: z
      .strictObject({
        django: z.strictObject({ count, ...taskSize }).describe("Default size of the web application."),
        celery: z
          .strictObject({ count, ...taskSize, spot: z.boolean().describe("Workers on Fargate Spot.") })
          .describe("Default size of the workers."),
        beat: z.strictObject(taskSize).describe("Default size of the scheduler."),
      })
      .describe("Default sizes of the services."),
    database: z
      .union(
        [
          shared,
          z.strictObject({
            instanceClass: z.string(),
            multiAz: z.boolean(),
            allocatedStorageGib: z.int().min(20),
            maxAllocatedStorageGib: z.int().min(20),
            backupRetentionDays: z.int().min(1).max(35),
            engineVersion: z.string(),
          }),
        ],
        { error: ({ input }) => `database must be shared or a mapping of its settings, got ${show(input)}` },
      )
      .describe("Default database, or shared with the tier's other tenants."),
    redis: z
      .union([shared, z.strictObject({ nodeType: z.string(), nodes: z.int().min(1).max(6) })], {
        error: ({ input }) => `redis must be shared or { nodeType, nodes }, got ${show(input)}`,
      })
      .describe("Default Redis, or shared."),
    storage: z
      .union([shared, z.literal("bursting"), z.strictObject({ throughputMibps: z.int().min(1).max(1024) })], {
        error: ({ input }) => `storage must be shared, bursting or { throughputMibps }, got ${show(input)}`,
      })
      .describe("File system: provisioned throughput, bursting, or shared."),
    monthlyBudgetUsd: z.int().min(1).describe("Default budget in USD a month."),
    logRetentionDays: z.literal(logRetentions).describe("Default retention of application logs in days."),
    limits: z
      .strictObject({
        count: range.describe("Tasks of django and of celery: auto scaling stays inside."),
        cpu: range.describe("CPU units of one task."),
        memory: range.describe("MiB of one task."),
        sso: z
          .array(z.literal(["none", "saml", "oidc"]))
          .min(1)
          .describe("Ways to sign in the tier has."),
        instanceClasses: z.array(z.string()).describe("Database instance classes a tenant can choose."),
        nodeTypes: z.array(z.string()).describe("Redis node types a tenant can choose."),
        redisNodes: range.describe("Redis nodes: primary plus replicas."),
        backupRetentionDays: range.describe("Days of point-in-time recovery."),
        allocatedStorageGib: range.describe("Database storage, and how far it may grow by itself."),
        throughputMibps: range.describe("Provisioned throughput of the file system in MiB/s."),
      })
      .describe("How far a tenant file may go. A range of 0 to 0 and an empty list: the tier does not have it."),
  })
  .describe("Defaults and limits of one tier.");

export type Tier = Fixed<z.infer<typeof tierFile>>;
export type TierLimits = Tier["limits"];
