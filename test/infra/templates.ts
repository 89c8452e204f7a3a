/** The templates of infra/, and values to specialise them with. */
import { readFileSync } from "node:fs";
import { readTemplate } from "../bed/aws/cloudformation/template/read.ts";
import type { Section } from "../bed/aws/cloudformation/template/value.ts";
import { type ParameterValues, specialise } from "./specialise.ts";

export const account = "123456789012";
export const region = "us-east-1";

const pseudo: ParameterValues = {
  "AWS::AccountId": account,
  "AWS::Region": region,
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
};

export type TemplateName = "bootstrap/bootstrap" | "bootstrap/roles" | "platform/platform" | "tenant/tenant";
export const templateNames: readonly TemplateName[] = [
  "bootstrap/bootstrap",
  "bootstrap/roles",
  "platform/platform",
  "tenant/tenant",
];

/** Where a template is. */
export function templateFile(name: TemplateName): string {
  return new URL(`../../infra/${name}.yml`, import.meta.url).pathname;
}

/** A template's text as written, and read. */
export function template(name: TemplateName): { readonly text: string; readonly document: Section } {
  const text = readFileSync(templateFile(name), "utf8");
  return { text, document: readTemplate(text).document };
}

/** What the platform stack tells tenant stacks: values that look like real ones. */
export const platformOutputs: ParameterValues = {
  VpcId: "vpc-0a1b2c3d4e5f60718",
  PublicSubnetIds: "subnet-0a1b2c3d4e5f60711,subnet-0a1b2c3d4e5f60712",
  DataSubnetIds: "subnet-0a1b2c3d4e5f60713,subnet-0a1b2c3d4e5f60714",
  ClusterName: "mate-production",
  DatabaseSubnetGroupName: "mate-production",
  DatabaseParameterGroupName: "mate-production-postgres17",
  DatabaseMonitoringRoleArn: `arn:aws:iam::${account}:role/mate/production/platform/monitoring`,
  CacheSubnetGroupName: "mate-production",
  CacheParameterGroupName: "mate-platform-production-cacheparameters",
  WebAclArn: `arn:aws:wafv2:${region}:${account}:regional/webacl/mate-production/0f0e0d0c-0b0a-4908-8706-050403020100`,
  CertificateArn: `arn:aws:acm:${region}:${account}:certificate/00112233-4455-4677-8899-aabbccddeeff`,
  HostedZoneId: "Z0123456789ABCDEFGHIJ",
  DomainName: "mate.example.com",
  UserPoolId: `${region}_aBcDeFgHi`,
  UserPoolArn: `arn:aws:cognito-idp:${region}:${account}:userpool/${region}_aBcDeFgHi`,
  UserPoolDomain: "mate-production",
  AlertTopicArn: `arn:aws:sns:${region}:${account}:mate-production-alerts`,
  LogsBucketName: `mate-production-logs-${account}`,
  EnterpriseBackupPlanId: "11111111-2222-4333-8444-555555555555",
  StandardBackupPlanId: "66666666-7777-4888-8999-000000000000",
  BackupRoleArn: `arn:aws:iam::${account}:role/mate/production/platform/backup`,
  RotationFunctionArn: `arn:aws:lambda:${region}:${account}:function:mate-production-rotate-secret`,
  PlatformKeyArn: `arn:aws:kms:${region}:${account}:key/0a0b0c0d-1111-4222-8333-444444444444`,
  ExecLogGroupName: "/ecs/mate-production/exec",
  PermissionsBoundaryArn: `arn:aws:iam::${account}:policy/mate-production-boundary`,
  TrialDatabaseHost: `mate-trial-production.c9akciq32.${region}.rds.amazonaws.com`,
  TrialDatabaseInstanceIdentifier: "mate-trial-production",
  TrialDatabaseMasterSecretArn: `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-0a0b0c0d-0000-4000-8000-000000000000-AbCdEf`,
  TrialRedisHost: "master.mate-trial-production.abc123.use1.cache.amazonaws.com",
  TrialRedisReplicationGroupId: "mate-trial-production",
  TrialRedisSecretArn: `arn:aws:secretsmanager:${region}:${account}:secret:mate/production/trial/redis-AbCdEf`,
  TrialFileSystemId: "fs-0a1b2c3d4e5f60718",
};

export type TenantTier = "enterprise" | "standard" | "trial";
export const tenantTiers: readonly TenantTier[] = ["enterprise", "standard", "trial"];

const tenants: Readonly<Record<TenantTier, ParameterValues>> = {
  enterprise: {
    Tenant: "hospital-a",
    DisplayName: "Hospital A Medical Center",
    Contact: "admin@hospitala.com",
    MonthlyBudgetUsd: "1200",
    DatabaseInstanceClass: "db.m7g.large",
    DatabaseAllocatedStorage: "200",
    DatabaseMaxAllocatedStorage: "1000",
    DatabaseMultiAz: "true",
    DatabaseBackupRetentionDays: "30",
    RedisNodeType: "cache.m7g.large",
    RedisNodes: "2",
    FileSystemThroughputMibps: "10",
    SsoType: "saml",
    SamlMetadataUrl: "https://idp.hospitala.com/metadata",
  },
  standard: {
    Tenant: "clinic-b",
    DisplayName: "Clinic B",
    Contact: "it@clinic-b.example",
    MonthlyBudgetUsd: "300",
    SsoType: "oidc",
    OidcIssuer: "https://login.clinic-b.example/realms/staff",
    OidcClientId: "mate",
    OidcClientSecretArn: `arn:aws:secretsmanager:${region}:${account}:secret:mate/production/clinic-b/oidc-AbCdEf`,
  },
  trial: {
    Tenant: "trial-c",
    DisplayName: "Practice C",
    Contact: "office@practice-c.example",
    MonthlyBudgetUsd: "80",
    RedisIndex: "3",
  },
};

/** Parameters of a typical tenant of a tier. */
export function tenantValues(tier: TenantTier): ParameterValues {
  const own = tenants[tier];
  return { ...platformOutputs, ...own, Environment: "production", Tier: tier, Subdomain: own.Tenant ?? "" };
}

const others: Readonly<Record<Exclude<TemplateName, "tenant/tenant">, ParameterValues>> = {
  "bootstrap/bootstrap": { Environment: "production", HostedZoneId: "Z0123456789ABCDEFGHIJ" },
  "bootstrap/roles": {
    Environment: "production",
    GitHubOwner: "example-health",
    GitHubOwnerId: "123456",
    GitHubRepository: "mate-tenants",
    GitHubRepositoryId: "456789",
    PipelineKeyArn: `arn:aws:kms:${region}:${account}:key/11110000-2222-4333-8444-555555555555`,
    CloudFormationRoleArn: `arn:aws:iam::${account}:role/mate-production-cfn`,
  },
  "platform/platform": {
    Environment: "production",
    DomainName: "mate.example.com",
    HostedZoneId: "Z0123456789ABCDEFGHIJ",
    PermissionsBoundaryArn: `arn:aws:iam::${account}:policy/mate-production-boundary`,
    FirstAvailabilityZone: `${region}a`,
    SecondAvailabilityZone: `${region}b`,
    UserPoolDomainPrefix: "mate-production",
    AlertEmail: "oncall@example.com",
  },
};

/** Every template specialised: the tenant's once per tier. */
export const specialised: readonly { readonly name: string; readonly document: Section }[] = [
  ...Object.entries(others).map(([name, values]) => ({
    name,
    document: specialise(template(name as TemplateName).document, { ...pseudo, ...values }),
  })),
  ...tenantTiers.map((tier) => ({ name: `tenant/${tier}`, document: tenantDocument(tier) })),
];

/** The tenant template specialised for a tier, with other values where given. */
export function tenantDocument(tier: TenantTier, values: ParameterValues = {}): Section {
  return specialise(template("tenant/tenant").document, { ...pseudo, ...tenantValues(tier), ...values });
}

/** The specialised template of a name, `tenant/<tier>` for a tenant's; throws if there is none. */
export function found(name: string): Section {
  const match = specialised.find((one) => one.name === name);
  if (match === undefined) throw new Error(`no template ${name}`);
  return match.document;
}
