/**
 * Roles that belong to a service: their names are the service's own (IAM user guide, "AWS services that work with IAM" and each service's
 * "Using service-linked roles").
 */
import { AwsError, type World } from "../../kernel.ts";
import { createRole, rolesOf } from "./roles.ts";

/** Names that do not follow from the service's principal. */
const irregular: Readonly<Record<string, string>> = {
  "autoscaling.amazonaws.com": "AutoScaling",
  "cloudtrail.amazonaws.com": "CloudTrail",
  "connect.amazonaws.com": "AmazonConnect",
  "ecs.application-autoscaling.amazonaws.com": "ApplicationAutoScaling_ECSService",
  "elasticbeanstalk.amazonaws.com": "ElasticBeanstalk",
  "elasticfilesystem.amazonaws.com": "AmazonElasticFileSystem",
  "elasticloadbalancing.amazonaws.com": "ElasticLoadBalancing",
  "elasticache.amazonaws.com": "ElastiCache",
  "es.amazonaws.com": "AmazonElasticsearchService",
  "guardduty.amazonaws.com": "AmazonGuardDuty",
  "lex.amazonaws.com": "LexBots",
  "opensearchservice.amazonaws.com": "AmazonOpenSearchService",
  "organizations.amazonaws.com": "Organizations",
  "replication.dynamodb.amazonaws.com": "DynamoDBReplication",
  "spot.amazonaws.com": "EC2Spot",
  "spotfleet.amazonaws.com": "EC2SpotFleet",
};

/** `ecs.amazonaws.com` → `AWSServiceRoleForECS`, with a suffix where the service takes one. */
export function serviceLinkedRoleName(service: string, suffix?: string): string {
  const [first = ""] = service.split(".");
  const word =
    irregular[service] ?? (first.length <= 3 ? first.toUpperCase() : first[0]?.toUpperCase() + first.slice(1));
  return `AWSServiceRoleFor${word}${suffix === undefined ? "" : `_${suffix}`}`;
}

/** @throws AwsError InvalidInput where the role is there already */
export function createServiceLinkedRole(
  world: World,
  account: string,
  about: { readonly service: string; readonly suffix?: string | undefined; readonly description?: string | undefined },
) {
  const name = serviceLinkedRoleName(about.service, about.suffix);
  if (rolesOf(world, account).has(name))
    throw new AwsError(
      "InvalidInput",
      `Service role name ${name} has been taken in this account, please try a different suffix.`,
    );
  return createRole(world, account, {
    ...{ name, path: `/aws-service-role/${about.service}/`, description: about.description, tags: [] },
    trust: {
      Version: "2012-10-17",
      Statement: [{ Action: ["sts:AssumeRole"], Effect: "Allow", Principal: { Service: [about.service] } }],
    },
  });
}
