/** What CloudFormation waits for, in seconds of bed time. */
export interface Duration {
  readonly create: number;
  readonly update: number;
  readonly remove: number;
}

const MOST: Duration = { create: 3, update: 3, remove: 2 };

/** Types that take longer than a few seconds: typical figures from stack events of real deployments, rounded. */
const SLOW: Readonly<Record<string, Duration>> = {
  "AWS::Backup::BackupVault": { create: 10, update: 5, remove: 10 },
  "AWS::CertificateManager::Certificate": { create: 150, update: 5, remove: 10 },
  "AWS::CloudFront::Distribution": { create: 240, update: 200, remove: 240 },
  "AWS::Cognito::UserPoolDomain": { create: 30, update: 30, remove: 10 },
  "AWS::EC2::NatGateway": { create: 100, update: 10, remove: 60 },
  "AWS::EC2::VPCEndpoint": { create: 60, update: 30, remove: 60 },
  "AWS::EC2::VPC": { create: 12, update: 12, remove: 2 },
  "AWS::EFS::FileSystem": { create: 8, update: 8, remove: 8 },
  "AWS::EFS::MountTarget": { create: 85, update: 30, remove: 15 },
  "AWS::ElastiCache::ReplicationGroup": { create: 360, update: 300, remove: 300 },
  "AWS::ElasticLoadBalancingV2::LoadBalancer": { create: 120, update: 10, remove: 15 },
  "AWS::IAM::InstanceProfile": { create: 120, update: 10, remove: 2 },
  "AWS::IAM::Role": { create: 18, update: 15, remove: 2 },
  "AWS::IAM::Policy": { create: 15, update: 15, remove: 2 },
  "AWS::IAM::ManagedPolicy": { create: 17, update: 17, remove: 2 },
  "AWS::KMS::Key": { create: 20, update: 20, remove: 5 },
  "AWS::RDS::DBCluster": { create: 240, update: 120, remove: 240 },
  "AWS::RDS::DBInstance": { create: 480, update: 240, remove: 300 },
  "AWS::Route53::RecordSet": { create: 30, update: 30, remove: 30 },
  "AWS::S3::Bucket": { create: 20, update: 20, remove: 2 },
  "AWS::SNS::Topic": { create: 11, update: 11, remove: 5 },
};

/** How long CloudFormation takes over one resource of a type. */
export function durationOf(type: string): Duration {
  return SLOW[type] ?? MOST;
}
