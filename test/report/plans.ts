/** Plans to show: believable tenants, changes and outcomes for pictures and tests of reports. */

import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import type {
  Danger,
  PropertyChange,
  ResourceChange,
  ServiceChange,
  TenantPlan,
} from "../../actions/lib/domain/plan.ts";
import { dangersOf } from "../../actions/lib/domain/plan.ts";
import type { PlanComment } from "../../actions/lib/report/plan-view.ts";

export const COMMIT = "4c1d9e2f0a7b6c5d8e9f00112233445566778899";

export const LINKS = {
  run: "https://github.com/mate/tenants/actions/runs/8812",
  summary: "https://github.com/mate/tenants/actions/runs/8812#summary",
};

/** Letters of the alphabet as hospital names: `hospital-a` … `hospital-z`, `hospital-aa` … */
export function hospital(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return `hospital-${index < 26 ? letter : hospital(Math.floor(index / 26) - 1).slice("hospital-".length) + letter}`;
}

export function aPlan(change: Partial<TenantPlan> & { readonly allowed?: readonly Permission[] } = {}): TenantPlan {
  const { allowed = [], ...given } = change;
  const tenant = given.tenant ?? "hospital-a";
  const resources = given.resources ?? [];
  return {
    tenant,
    displayName: `${tenant.replace("hospital-", "Hospital ").toUpperCase()} Medical Center`,
    environment: "production",
    tier: "enterprise",
    stack: `mate-${tenant}-production`,
    kind: "change",
    fingerprint: "0123456789abcdef",
    resources,
    services: [],
    release: { from: "v1.4.0", to: "v1.4.0" },
    cost: { before: cost(410, 730), after: cost(410, 730) },
    dangers: dangersOf(resources, allowed) satisfies readonly Danger[],
    notes: [],
    source: { file: `tenants/${tenant}.yml`, line: 2 },
    ...given,
  };
}

interface Permission {
  readonly resource: string;
  readonly reason: string;
}

export function cost(floor: number, ceiling: number, unknown: readonly string[] = []): TenantPlan["cost"]["after"] {
  return { floor, ceiling, unknown };
}

export function aView(change: Partial<PlanComment> = {}): PlanComment {
  const plan = change.plan;
  return {
    state: { state: "planned" },
    commit: COMMIT,
    expected: plan === undefined ? [] : [...plan.plans, ...plan.failures].map(({ tenant }) => tenant),
    problems: [],
    unsettled: [],
    history: [{ at: "2026-11-23T09:42:10Z", what: "planned at 4c1d9e2" }],
    links: LINKS,
    ...change,
  };
}

export function viewOf(
  plans: readonly TenantPlan[],
  change: Partial<PlanComment> & { readonly tenants?: number } = {},
): PlanComment {
  const { tenants = 400, ...rest } = change;
  return aView({ plan: { commit: COMMIT, plans, failures: [], tenants }, ...rest });
}

export function modified(logicalId: string, type: string, ...properties: readonly PropertyChange[]): ResourceChange {
  const replacement = properties.some((property) => property.replacement === "always")
    ? "always"
    : properties.some((property) => property.replacement === "conditional")
      ? "conditional"
      : "never";
  return { logicalId, type, physicalId: `mate-${logicalId.toLowerCase()}`, action: "modify", replacement, properties };
}

export function property(
  name: string,
  before: string | undefined,
  after: string | undefined,
  replacement: PropertyChange["replacement"] = "never",
): PropertyChange {
  return {
    path: `/Properties/${name}`,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    replacement,
  };
}

export function added(logicalId: string, type: string): ResourceChange {
  return { logicalId, type, action: "add", replacement: "never", properties: [] };
}

/** Everything a new enterprise tenant's stack makes, roughly. */
export const newStack: readonly ResourceChange[] = [
  added("Database", "AWS::RDS::DBInstance"),
  added("DatabaseSubnets", "AWS::RDS::DBSubnetGroup"),
  added("DatabaseParameters", "AWS::RDS::DBParameterGroup"),
  added("DatabaseReplica", "AWS::RDS::DBInstance"),
  added("Cache", "AWS::ElastiCache::ReplicationGroup"),
  added("CacheSubnets", "AWS::ElastiCache::SubnetGroup"),
  added("Media", "AWS::S3::Bucket"),
  added("MediaPolicy", "AWS::S3::BucketPolicy"),
  added("AccessLogs", "AWS::S3::Bucket"),
  added("Files", "AWS::EFS::FileSystem"),
  added("FilesMountA", "AWS::EFS::MountTarget"),
  added("FilesMountB", "AWS::EFS::MountTarget"),
  added("LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
  added("TargetGroup", "AWS::ElasticLoadBalancingV2::TargetGroup"),
  added("Listener", "AWS::ElasticLoadBalancingV2::Listener"),
  added("AppSecurityGroup", "AWS::EC2::SecurityGroup"),
  added("DataSecurityGroup", "AWS::EC2::SecurityGroup"),
  added("Certificate", "AWS::CertificateManager::Certificate"),
  added("Address", "AWS::Route53::RecordSet"),
  added("Users", "AWS::Cognito::UserPool"),
  added("UsersClient", "AWS::Cognito::UserPoolClient"),
  added("UsersSaml", "AWS::Cognito::UserPoolIdentityProvider"),
  added("TaskRole", "AWS::IAM::Role"),
  added("ExecutionRole", "AWS::IAM::Role"),
  added("Key", "AWS::KMS::Key"),
  added("KeyAlias", "AWS::KMS::Alias"),
  added("DatabaseSecret", "AWS::SecretsManager::Secret"),
  added("DjangoLogs", "AWS::Logs::LogGroup"),
  added("CeleryLogs", "AWS::Logs::LogGroup"),
  added("BeatLogs", "AWS::Logs::LogGroup"),
  added("Dashboard", "AWS::CloudWatch::Dashboard"),
  added("CpuAlarm", "AWS::CloudWatch::Alarm"),
  added("StorageAlarm", "AWS::CloudWatch::Alarm"),
  added("ErrorsAlarm", "AWS::CloudWatch::Alarm"),
  added("Budget", "AWS::Budgets::Budget"),
  added("BackupPlan", "AWS::Backup::BackupPlan"),
  added("BackupSelection", "AWS::Backup::BackupSelection"),
  added("Alerts", "AWS::SNS::Topic"),
];

export const rolled = (from: string, to: string): readonly ServiceChange[] =>
  ["django", "celery", "beat"].map((service) => ({ kind: "roll", service, from, to }));

export const started = (to: string): readonly ServiceChange[] => [
  { kind: "create", service: "django", to, count: "4 to 10" },
  { kind: "create", service: "celery", to, count: "2" },
  { kind: "create", service: "beat", to, count: "1" },
];

export function stage(change: Partial<StageOutcome> = {}): StageOutcome {
  return {
    tenant: "hospital-a",
    environment: "production",
    stage: "roll",
    outcome: "changed",
    durationMs: 112_000,
    ...change,
  };
}
