/**
 * Which CloudFormation resource types hold what cannot be made again: patient data, keys that decrypt it, identities, images,
 * audit logs. The gate fails closed: a type in neither list counts as one that may.
 */

const holding: ReadonlySet<string> = new Set([
  "AWS::Backup::BackupVault",
  // What a nested stack holds is not known from outside.
  "AWS::CloudFormation::Stack",
  "AWS::Cognito::IdentityPool",
  "AWS::Cognito::UserPool",
  "AWS::Cognito::UserPoolClient",
  // Who is in it is written nowhere else, and nobody else is let in.
  "AWS::Cognito::UserPoolGroup",
  "AWS::Cognito::UserPoolIdentityProvider",
  "AWS::DynamoDB::GlobalTable",
  "AWS::DynamoDB::Table",
  "AWS::EC2::Volume",
  "AWS::ECR::Repository",
  "AWS::EFS::AccessPoint",
  "AWS::EFS::FileSystem",
  "AWS::ElastiCache::CacheCluster",
  "AWS::ElastiCache::ReplicationGroup",
  "AWS::ElastiCache::ServerlessCache",
  "AWS::KMS::Key",
  "AWS::KMS::ReplicaKey",
  "AWS::Kinesis::Stream",
  "AWS::Logs::LogGroup",
  "AWS::OpenSearchService::Domain",
  "AWS::RDS::DBCluster",
  "AWS::RDS::DBInstance",
  "AWS::RDS::GlobalCluster",
  "AWS::S3::Bucket",
  "AWS::SQS::Queue",
  "AWS::SecretsManager::Secret",
]);

/** Types that are made entirely of what the template says. */
const empty: ReadonlySet<string> = new Set([
  "AWS::ApplicationAutoScaling::ScalableTarget",
  "AWS::ApplicationAutoScaling::ScalingPolicy",
  "AWS::Backup::BackupPlan",
  "AWS::Backup::BackupSelection",
  "AWS::Budgets::Budget",
  "AWS::CertificateManager::Certificate",
  "AWS::CloudFormation::WaitCondition",
  "AWS::CloudFormation::WaitConditionHandle",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::CompositeAlarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Cognito::UserPoolDomain",
  "AWS::EC2::SecurityGroup",
  "AWS::EC2::SecurityGroupEgress",
  "AWS::EC2::SecurityGroupIngress",
  "AWS::ECS::Service",
  "AWS::ECS::TaskDefinition",
  "AWS::EFS::MountTarget",
  "AWS::ElastiCache::ParameterGroup",
  "AWS::ElastiCache::SubnetGroup",
  "AWS::ElasticLoadBalancingV2::Listener",
  "AWS::ElasticLoadBalancingV2::ListenerCertificate",
  "AWS::ElasticLoadBalancingV2::ListenerRule",
  "AWS::ElasticLoadBalancingV2::LoadBalancer",
  "AWS::ElasticLoadBalancingV2::TargetGroup",
  "AWS::Events::Rule",
  "AWS::IAM::InstanceProfile",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::IAM::RolePolicy",
  "AWS::KMS::Alias",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::SubscriptionFilter",
  "AWS::RDS::DBParameterGroup",
  "AWS::RDS::DBSubnetGroup",
  "AWS::RDS::EventSubscription",
  "AWS::RDS::OptionGroup",
  "AWS::Route53::HealthCheck",
  "AWS::Route53::RecordSet",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::SecretsManager::ResourcePolicy",
  "AWS::SecretsManager::RotationSchedule",
  "AWS::WAFv2::WebACL",
  "AWS::WAFv2::WebACLAssociation",
]);

/**
 * Properties that make a resource from a copy. Setting one on a resource that exists makes an other one in its place, even where a
 * change set does not say so: several are write-only or create-only under conditions (resource schemas of AWS::RDS::DBInstance,
 * AWS::RDS::DBCluster, AWS::ElastiCache::ReplicationGroup; CloudFormation user guide, "AWS::RDS::DBInstance", DBSnapshotIdentifier).
 */
const sources: Readonly<Record<string, ReadonlySet<string>>> = {
  "AWS::RDS::DBInstance": new Set([
    "DBClusterSnapshotIdentifier",
    "DBSnapshotIdentifier",
    "RestoreTime",
    "SourceDBClusterIdentifier",
    "SourceDBInstanceAutomatedBackupsArn",
    "SourceDBInstanceIdentifier",
    "SourceDbiResourceId",
    "UseLatestRestorableTime",
  ]),
  "AWS::RDS::DBCluster": new Set([
    "RestoreToTime",
    "RestoreType",
    "SnapshotIdentifier",
    "SourceDBClusterIdentifier",
    "SourceDbClusterResourceId",
    "UseLatestRestorableTime",
  ]),
  "AWS::DynamoDB::Table": new Set(["ImportSourceSpecification"]),
  "AWS::ElastiCache::CacheCluster": new Set(["SnapshotArns", "SnapshotName"]),
  "AWS::ElastiCache::ReplicationGroup": new Set(["SnapshotArns", "SnapshotName"]),
  "AWS::ElastiCache::ServerlessCache": new Set(["SnapshotArnsToRestore"]),
};

/** Whether resources of this type hold data that a deletion would lose; `unknown` for a type nobody decided about. */
export function dataIn(type: string): "holds" | "none" | "unknown" {
  if (holding.has(type)) return "holds";
  return empty.has(type) ? "none" : "unknown";
}

/** Whether a deletion of a resource of this type could lose data. */
export function holdsData(type: string): boolean {
  return dataIn(type) !== "none";
}

/**
 * Whether setting this property replaces the resource by one made from a copy.
 *
 * @param path `/Properties/DBSnapshotIdentifier`
 */
export function restoresFromCopy(type: string, path: string): boolean {
  const [, name = ""] = /^\/Properties\/([^/]+)/.exec(path) ?? [];
  return sources[type]?.has(name) ?? false;
}
