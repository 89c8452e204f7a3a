/** The ten golden pictures, as views: what a person may find in a pull request. */

import type { PlanComment } from "../../actions/lib/report/plan-view.ts";
import {
  added,
  aPlan,
  aView,
  COMMIT,
  cost,
  hospital,
  modified,
  newStack,
  property,
  rolled,
  stage,
  started,
  viewOf,
} from "./plans.ts";

const bigger = (tenant: string): ReturnType<typeof aPlan> =>
  aPlan({
    tenant,
    resources: [
      modified(
        "Cache",
        "AWS::ElastiCache::ReplicationGroup",
        property("CacheNodeType", "cache.t4g.small", "cache.t4g.medium"),
      ),
      modified(
        "CpuAlarm",
        "AWS::CloudWatch::Alarm",
        property("Threshold", "80", "70"),
        property(
          "AlarmDescription",
          `CPU of mate-${tenant}-production above 80 %`,
          `CPU of mate-${tenant}-production above 70 %`,
        ),
      ),
    ],
    services: rolled("v1.4.0", "v1.5.0"),
    release: { from: "v1.4.0", to: "v1.5.0" },
    cost: { before: cost(410, 730), after: cost(437, 757) },
  });

const policy = (actions: readonly string[], tenant: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "ReadFiles", Effect: "Allow", Action: actions, Resource: `arn:aws:s3:::mate-${tenant}-media/*` },
      { Sid: "Decrypt", Effect: "Allow", Action: ["kms:Decrypt"], Resource: "*" },
    ],
  });

const databaseReplaced = aPlan({
  tenant: "hospital-c",
  resources: [
    {
      ...modified(
        "Database",
        "AWS::RDS::DBInstance",
        property("DBSnapshotIdentifier", undefined, "mate-hospital-c-2026-11-20", "always"),
        property("EngineVersion", "15.4", "16.2"),
      ),
      policyAction: "ReplaceAndSnapshot",
    },
    modified(
      "TaskRole",
      "AWS::IAM::Role",
      property(
        "Policies/0/PolicyDocument",
        policy(["s3:GetObject"], "hospital-c"),
        policy(["s3:GetObject", "s3:DeleteObject"], "hospital-c"),
      ),
    ),
    modified("CpuAlarm", "AWS::CloudWatch::Alarm", property("Threshold", "80", "70")),
  ],
  services: [{ kind: "reconfigure", service: "django", property: "memory", from: "2048", to: "4096" }],
  cost: { before: cost(410, 730), after: cost(448, 801.5, ["S3 requests"]) },
});

const fourteen = [
  aPlan({
    tenant: "hospital-n",
    kind: "create",
    resources: newStack,
    services: started("v1.5.0"),
    release: { to: "v1.5.0" },
    cost: { after: cost(612, 1043, ["data transfer"]) },
  }),
  aPlan({
    tenant: "hospital-m",
    tier: "standard",
    resources: [
      {
        ...modified(
          "Listener",
          "AWS::ElasticLoadBalancingV2::ListenerRule",
          property("ListenerArn", "arn:aws:…:listener/app/a", "arn:aws:…:listener/app/b", "always"),
        ),
      },
      {
        logicalId: "OldDashboard",
        type: "AWS::CloudWatch::Dashboard",
        action: "remove",
        replacement: "never",
        policyAction: "Delete",
        properties: [],
      },
    ],
    services: rolled("v1.3.2", "v1.5.0"),
    release: { from: "v1.3.2", to: "v1.5.0" },
    notes: ["`/scale` by ada set django to 6 tasks, not yet recorded in git; this merge keeps it"],
  }),
  ...Array.from({ length: 12 }, (_, index) => bigger(hospital(index))),
];

const hostile =
  "</details>\n```\n| a | <img src=x onerror=alert(1)> | @mate/oncall #1 https://evil.example ![x](https://evil.example/a.png) <!-- mate:plan --> \u202Egnp.exe\u200B";

const history = [
  { at: "2026-11-23T09:42:10Z", what: "planned 14 tenants at 4c1d9e2" },
  { at: "2026-11-23T08:12:10Z", what: "planned 13 tenants at 1f00baa: 1 danger not allowed" },
];

const crash = [
  "2026-11-23T10:02:11Z (service mate-hospital-f-production-django) has started 2 tasks",
  "2026-11-23T10:02:48Z task 9f2c stopped: Essential container in task exited, exit code 1",
  "2026-11-23T10:02:47Z django.db.utils.ProgrammingError: column ward_bed.room_id does not exist",
  '2026-11-23T10:02:47Z   File "/app/mate/wards/views.py", line 112, in <module>',
];

export const deployment = [
  ...[..."abcde"].flatMap((letter) => [
    stage({ tenant: `hospital-${letter}`, stage: "apply", what: "2 resources", durationMs: 94_000 }),
    stage({ tenant: `hospital-${letter}`, stage: "migrate", what: "0042_add_room", durationMs: 21_000 }),
    stage({ tenant: `hospital-${letter}`, stage: "roll", what: "v1.4.0 → v1.5.0" }),
  ]),
  stage({ tenant: "hospital-f", stage: "apply", outcome: "unchanged", durationMs: 900 }),
  stage({ tenant: "hospital-f", stage: "migrate", outcome: "unchanged", durationMs: 800 }),
  stage({
    tenant: "hospital-f",
    outcome: "failed",
    cause: "django exited with code 1 twice: column ward_bed.room_id does not exist",
    evidence: crash,
    running: "rolled back: 3 of 3 services run v1.4.0",
    next: "/retry hospital-f",
    reasonCode: "crash-loop",
  }),
  ...[..."ghkm"].map((letter) =>
    stage({ tenant: `hospital-${letter}`, stage: "apply", outcome: "skipped", durationMs: 0, cause: "wave 2 stopped" }),
  ),
];

/** One of 400 tenants with 100 changed resources each, all different: about 5 MB of values. */
function enormous(index: number): ReturnType<typeof aPlan> {
  return aPlan({
    tenant: hospital(index),
    resources: Array.from({ length: 20 }, (_, resource) =>
      modified(
        `Alarm${resource}`,
        "AWS::CloudWatch::Alarm",
        property("AlarmDescription", "before ".repeat(40) + index, "after ".repeat(45) + index),
        property("Threshold", `${index}`, `${index + 1}`),
      ),
    ),
    cost: { before: cost(410, 730), after: cost(410 + index, 730 + index) },
  });
}

/** Each picture's name and view. */
export const scenes: Readonly<Record<string, PlanComment>> = {
  "0-tenants": viewOf([], { history: [] }),
  "1-new-tenant": viewOf(
    [
      aPlan({
        kind: "create",
        resources: newStack,
        services: started("v1.4.0"),
        release: { to: "v1.4.0" },
        cost: { after: cost(612, 1043, ["data transfer"]) },
      }),
    ],
    { tenants: 3 },
  ),
  "14-tenants": viewOf(fourteen, { history }),
  "400-tenants": viewOf(
    Array.from({ length: 400 }, (_, index) =>
      index % 40 === 39
        ? {
            ...bigger(hospital(index)),
            services: rolled("v1.3.2", "v1.5.0"),
            release: { from: "v1.3.2", to: "v1.5.0" },
          }
        : bigger(hospital(index)),
    ),
  ),
  "database-replaced": viewOf([databaseReplaced, ...[0, 1].map((index) => bigger(hospital(index)))], { tenants: 14 }),
  failure: aView({
    plan: {
      commit: COMMIT,
      tenants: 14,
      plans: [bigger("hospital-a")],
      failures: [
        {
          tenant: "hospital-b",
          environment: "production",
          stack: "mate-hospital-b-production",
          cause:
            "the stack is in UPDATE_ROLLBACK_FAILED since 2026-11-22: Cache could not be restored (AccessDenied on kms:CreateGrant); continue the rollback first",
          source: { file: "tenants/hospital-b.yml", line: 1 },
        },
      ],
    },
    expected: ["hospital-a", "hospital-b", "hospital-d"],
    problems: [
      {
        file: "tenants/hospital-e.yml",
        line: 3,
        column: 7,
        message: "tier must be enterprise, standard or trial, got enterprize",
        hint: "did you mean enterprise?",
      },
      {
        file: "tenants/hospital-e.yml",
        line: 9,
        column: 12,
        message: "services.django.count.min must be at least 1, got 0",
      },
    ],
    unsettled: [
      {
        tenant: "hospital-a",
        environment: "production",
        cause: "roll failed: django exited with code 1",
        issue: "https://github.com/mate/tenants/issues/57",
      },
    ],
  }),
  stale: viewOf(fourteen.slice(2, 5), {
    state: { state: "stale", because: "#41 was deployed to hospital-a and hospital-b" },
    history: [{ at: "2026-11-23T09:50:00Z", what: "stale: #41 was deployed to hospital-a and hospital-b" }, ...history],
  }),
  fork: aView({ state: { state: "fork" }, expected: ["hospital-a"], history: [] }),
  "hostile-names": viewOf(
    [
      aPlan({
        tenant: hostile,
        displayName: hostile,
        tier: hostile,
        environment: hostile,
        resources: [
          {
            ...modified(hostile, "AWS::RDS::DBInstance", property(hostile, hostile, `${hostile}!`, "always")),
            policyAction: "ReplaceAndDelete",
          },
          added(hostile, hostile),
        ],
        services: [{ kind: "reconfigure", service: hostile, property: hostile, from: hostile, to: `${hostile}!` }],
        notes: [hostile],
        release: { from: hostile, to: `${hostile}!` },
        cost: { after: cost(1, 2, [hostile]) },
        source: { file: hostile, line: 1 },
      }),
    ],
    {
      problems: [{ file: hostile, line: 1, column: 1, message: hostile, hint: hostile }],
      unsettled: [{ tenant: hostile, environment: hostile, cause: hostile }],
    },
  ),
  "5-megabytes": viewOf([databaseReplaced, ...Array.from({ length: 400 }, (_, index) => enormous(index))], {
    tenants: 401,
  }),
  "stopped-in-wave-2": viewOf(fourteen.slice(2), {
    state: {
      state: "stopped",
      wave: 2,
      waves: 3,
      because: "1 of 4 tenants of the wave failed, 0 are allowed to",
      outcomes: deployment,
      durationMs: 403_000,
    },
    history: [{ at: "2026-11-23T10:01:00Z", what: "merged by ada; wave 1 of 3 started" }, ...history],
  }),
  deployed: viewOf(fourteen.slice(2, 7), {
    state: {
      state: "deployed",
      outcomes: deployment.filter(({ outcome, tenant }) => outcome === "changed" && tenant !== "hospital-f"),
      durationMs: 254_000,
    },
  }),
};
