/** Resources in words a reader of a plan thinks in: what a tenant gets, and what kind of thing each one is. */

export type Area =
  | "database"
  | "cache"
  | "storage"
  | "network"
  | "identity"
  | "keys and secrets"
  | "monitoring"
  | "backup"
  | "messaging"
  | "compute"
  | "other";

/** Areas in the order they are shown, with the CloudFormation types that belong to them by their beginning. */
const areas: readonly (readonly [Area, readonly string[]])[] = [
  ["database", ["AWS::RDS::", "AWS::DynamoDB::"]],
  ["cache", ["AWS::ElastiCache::"]],
  ["storage", ["AWS::S3::", "AWS::EFS::"]],
  [
    "network",
    [
      "AWS::EC2::",
      "AWS::ElasticLoadBalancingV2::",
      "AWS::Route53::",
      "AWS::CertificateManager::",
      "AWS::CloudFront::",
      "AWS::ServiceDiscovery::",
      "AWS::WAFv2::",
    ],
  ],
  ["identity", ["AWS::Cognito::", "AWS::IAM::"]],
  ["keys and secrets", ["AWS::KMS::", "AWS::SecretsManager::", "AWS::SSM::"]],
  [
    "monitoring",
    ["AWS::CloudWatch::", "AWS::Logs::", "AWS::Budgets::", "AWS::Synthetics::", "AWS::XRay::", "AWS::CE::"],
  ],
  ["backup", ["AWS::Backup::"]],
  ["messaging", ["AWS::SNS::", "AWS::SQS::", "AWS::Events::", "AWS::SES::"]],
  ["compute", ["AWS::ECS::", "AWS::ECR::", "AWS::ApplicationAutoScaling::", "AWS::Lambda::"]],
];

/** Types that decide who may reach or read what. Their changes come before other changes that lose nothing. */
const guards: readonly string[] = [
  "AWS::IAM::",
  "AWS::EC2::SecurityGroup",
  "AWS::KMS::Key",
  "AWS::S3::BucketPolicy",
  "AWS::SecretsManager::ResourcePolicy",
  "AWS::WAFv2::",
  "AWS::Cognito::",
];

/** The area a CloudFormation type belongs to. */
export function areaOf(type: string): Area {
  return areas.find(([, prefixes]) => prefixes.some((prefix) => type.startsWith(prefix)))?.[0] ?? "other";
}

/** Place of an area in reading order. */
export function areaOrder(area: Area): number {
  const index = areas.findIndex(([name]) => name === area);
  return index === -1 ? areas.length : index;
}

/** Whether a change to this type can open or close access. */
export function guardsAccess(type: string): boolean {
  return guards.some((prefix) => type.startsWith(prefix));
}

/** A CloudFormation type in words: `AWS::RDS::DBInstance` → `DB instance`, `AWS::S3::BucketPolicy` → `bucket policy`. */
export function typeInWords(type: string): string {
  const name = type.split("::").at(-1) ?? type;
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(" ")
    .map((word) => (/^[A-Z][a-z0-9]/.test(word) ? word.toLowerCase() : word))
    .join(" ");
}

/** `1 tenant`, `2 tenants`, `3 policies`, `2 aliases`. */
export function counted(count: number, noun: string): string {
  const number = count.toLocaleString("en-US");
  if (count === 1) return `${number} ${noun}`;
  if (/[^aeiou]y$/.test(noun)) return `${number} ${noun.slice(0, -1)}ies`;
  return `${number} ${noun}${/(?:s|x|ch|sh)$/.test(noun) ? "es" : "s"}`;
}
