/**
 * An environment: one deployment cell (an AWS account, a region, an ECS cluster) and the policy that holds in it.
 */

import * as z from "zod";
import { freezeWindow } from "./freeze-window.ts";
import { releaseName } from "./release-name.ts";
import type { Fixed, Misplaced } from "./schema.ts";
import { tierNames } from "./tenant.ts";
import { namePattern } from "./tenant-name.ts";
import { show } from "./wording.ts";

/** What an operator can be allowed to do: the comment verbs, and restoring. */
export const operatorVerbs = [
  "status",
  "plan",
  "scale",
  "suspend",
  "resume",
  "restart",
  "migrate",
  "rollback",
  "retry",
  "logs",
  "diagnose",
  "confirm",
  "cancel",
  "unlock",
  "restore",
] as const;
export type OperatorVerb = (typeof operatorVerbs)[number];

const relativePath = (what: string) =>
  z
    .string()
    .max(200)
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9._/-]+$/, {
      error: ({ input }) => `${what} must be a relative path without .., got ${show(input)}`,
    });

const image = z.strictObject({
  repository: z
    .string()
    .max(256)
    .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, {
      error: ({ input }) => `repository must be the name of an ECR repository such as mate/django, got ${show(input)}`,
    })
    .describe("ECR repository in the environment's account and region."),
  platform: z.literal(["linux/amd64", "linux/arm64"]).describe("Platform the image is built for and the tasks run on."),
  context: relativePath("context").describe("Build context inside the application's source."),
  dockerfile: relativePath("dockerfile").describe("Dockerfile inside the application's source."),
  target: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/)
    .describe("Build stage to stop at. Left out: the last.")
    .exactOptional(),
});

const tiers = z.array(z.literal(tierNames)).min(1);

const grant = {
  verbs: z
    .union([z.literal("all"), z.array(z.literal(operatorVerbs)).min(1)])
    .describe("What they may do: all, or a list of verbs."),
  tiers: z
    .union([z.literal("all"), tiers], {
      error: ({ input }) => `tiers must be all or a list of tiers, got ${show(input)}`,
    })
    .describe("On tenants of which tiers: all, or a list."),
};
const operator = z.union([
  z.strictObject({
    user: z
      .string()
      .max(39)
      // An enterprise that manages its people's accounts has its short code behind an underscore: `ada_mate`.
      .regex(/^[A-Za-z0-9](-?[A-Za-z0-9])*(_[A-Za-z0-9]+)?$/, {
        error: ({ input }) => `user must be a GitHub login, got ${show(input)}`,
      })
      .describe("GitHub login."),
    ...grant,
  }),
  z.strictObject({
    team: z
      .string()
      .regex(/^[a-z0-9_]+(-[a-z0-9_]+)*$/, {
        error: ({ input }) => `team must be the slug of a team of the organization, got ${show(input)}`,
      })
      .describe("Slug of a team of the repository's organization."),
    ...grant,
  }),
]);

const rollout = z
  .strictObject({
    canaries: z
      .array(
        z.string().regex(namePattern, { error: ({ input }) => `a canary is the name of a tenant, got ${show(input)}` }),
      )
      .describe("Tenants that get a release first, as a wave of their own."),
    waves: z
      .array(z.int().min(1).max(100))
      .min(1)
      .describe("Percent of the other tenants that have the release after each wave: rising, the last is 100."),
    concurrency: z.int().min(1).max(500).describe("Tenants rolled at the same time."),
    tenantsPerJob: z
      .int()
      .min(1)
      .max(1000)
      .describe("Tenants of a wave that one job works on; more go over several jobs at the same time. Left out: 500.")
      .exactOptional(),
    bakeMinutes: z.number().min(0).max(1440).describe("Minutes a wave has to stay healthy before the next starts."),
    failureBudget: z
      .union([
        z.strictObject({ count: z.int().min(0).describe("Tenants."), mode: z.literal(["strict", "soft"]) }),
        z.strictObject({
          percent: z.number().min(0).max(100).describe("Percent of the wave."),
          mode: z.literal(["strict", "soft"]),
        }),
      ])
      .describe(
        "How many failed tenants a wave may have. strict: stop starting tenants the moment it is exceeded; soft: let the wave finish, then stop.",
      ),
  })
  .describe("How a release reaches the fleet.");

export const environmentFile = z
  .strictObject({
    name: z
      .string()
      .min(2)
      .max(16)
      .regex(/^[a-z](-?[a-z0-9])+$/, {
        error: ({ input }) => `name must be lowercase letters and digits with single hyphens, got ${show(input)}`,
      })
      .describe("The environment's name, the same as the file's."),
    account: z
      .string()
      .regex(/^\d{12}$/, { error: ({ input }) => `account must be 12 digits in quotes, got ${show(input)}` })
      .describe("AWS account id, in quotes."),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, {
        error: ({ input }) => `region must be an AWS region such as us-east-1, got ${show(input)}`,
      })
      .describe("AWS region."),
    domain: z
      .string()
      .max(190)
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/, {
        error: ({ input }) => `domain must be a DNS name such as mate.example.com, got ${show(input)}`,
      })
      .describe("Domain the tenants' subdomains are under."),
    release: releaseName.describe("Release of every tenant that does not pin its own."),
    releasesFrom: z
      .string()
      .describe(
        "Environment that builds this one's releases: its registry copies the images here, so that the same bytes run in both. Left out: they are built for this one.",
      )
      .exactOptional(),
    application: z
      .union([
        z.strictObject({
          repository: z
            .string()
            .regex(/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/[A-Za-z0-9._/-]+$/, {
              error: ({ input }) => `repository must be the https URL of a git repository, got ${show(input)}`,
            })
            .describe("Git repository of the application; a release is a tag in it."),
        }),
        z.strictObject({
          path: relativePath("path").describe("Folder of this repository that holds the application."),
        }),
      ])
      .describe("Where the application's source is."),
    images: z
      .strictObject({ django: image, celery: image, beat: image })
      .describe("The images of a release, one per service."),
    imageScan: z
      .strictObject({
        failOn: z.literal(["critical", "high", "never"]).describe("Findings of this severity or worse stop a release."),
      })
      .describe("What the vulnerability scan of an image may find."),
    rollout,
    operators: z.array(operator).min(1).describe("Who may operate tenants by comment. Nobody else may."),
    freezeWindows: z.array(freezeWindow).describe("Times in which deploys wait."),
    limits: z
      .strictObject({
        tenants: z
          .int()
          .min(1)
          .max(2000)
          .describe("Most tenants this account has room for; more need another environment."),
        apiSharePercent: z
          .int()
          .min(10)
          .max(95)
          .describe("Share of AWS's published request rates that the pipeline takes."),
      })
      .describe("What the account can carry."),
  })
  .describe("One environment: an AWS account and region with its cluster, its release and its policy.");

export type Environment = Fixed<z.infer<typeof environmentFile>>;
export type Rollout = Environment["rollout"];
export type Operator = Environment["operators"][number];
export type ImageSource = Environment["images"]["django"];

export const misplacedInEnvironment: Misplaced = {
  tenants: "tenants are the files of tenants/; how many fit is limits.tenants",
  cluster: "the cluster is always mate-<environment>",
};
