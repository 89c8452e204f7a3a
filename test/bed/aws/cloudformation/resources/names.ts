import type { World } from "../../kernel.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Types whose generated names are lower case, with the longest name they take. */
const LOWER_CASE: Readonly<Record<string, number>> = {
  "AWS::S3::Bucket": 63,
  "AWS::ECR::Repository": 256,
  "AWS::RDS::DBInstance": 63,
  "AWS::RDS::DBCluster": 63,
  "AWS::RDS::DBSubnetGroup": 255,
  "AWS::RDS::DBParameterGroup": 255,
  "AWS::ElastiCache::SubnetGroup": 255,
  "AWS::ElastiCache::ParameterGroup": 255,
  "AWS::OpenSearchService::Domain": 28,
  "AWS::Elasticsearch::Domain": 28,
};

/** Other types whose names are shorter than 64 characters. */
const LONGEST: Readonly<Record<string, number>> = {
  "AWS::ElasticLoadBalancingV2::LoadBalancer": 32,
  "AWS::ElasticLoadBalancingV2::TargetGroup": 32,
  "AWS::ElastiCache::ReplicationGroup": 40,
  "AWS::SQS::Queue": 80,
};

/** So many letters and digits. */
export function randomLetters(world: World, count: number): string {
  const hex = world.hex(count * 2);
  return Array.from(
    { length: count },
    (_, index) => LETTERS[Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16) % LETTERS.length],
  ).join("");
}

/** Types whose generated names begin with the logical id, without the stack: secrets and state machines in AWS's consoles. */
const WITHOUT_STACK: readonly string[] = ["AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine"];

/**
 * A name as CloudFormation makes one where the template gives none: STACK-LOGICALID-12 characters. Recorded from AWS: an SSM
 * parameter starts with CFN instead of the stack, a bucket is lower case.
 */
export function generatedName(
  world: World,
  type: string,
  where: { readonly stackName: string; readonly logicalId: string },
): string {
  const lower = LOWER_CASE[type];
  const longest = lower ?? LONGEST[type] ?? 64;
  const stack = type === "AWS::SSM::Parameter" ? "CFN" : where.stackName;
  const room = longest - 13;
  const stem = WITHOUT_STACK.includes(type) ? where.logicalId : `${stack}-${where.logicalId}`;
  const half = Math.floor((room - 1) / 2);
  const fitted =
    stem.length <= room
      ? stem
      : `${stack.slice(0, room - 1 - Math.min(half, where.logicalId.length))}-${where.logicalId.slice(0, half)}`;
  const suffix = randomLetters(world, 12);
  if (type === "AWS::ElasticLoadBalancingV2::LoadBalancer") return `${fitted.slice(0, 19)}-${suffix}`;
  return lower === undefined ? `${fitted}-${suffix}` : `${fitted}-${suffix}`.toLowerCase();
}
