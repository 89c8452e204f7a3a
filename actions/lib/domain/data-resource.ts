/**
 * Resource types that hold what cannot be made again: patient data, keys that decrypt it, identities, images, audit logs.
 * Removing or replacing one needs a named permission in the tenant file.
 */
const types: ReadonlySet<string> = new Set([
  "AWS::RDS::DBInstance",
  "AWS::RDS::DBCluster",
  "AWS::DynamoDB::Table",
  "AWS::ElastiCache::ReplicationGroup",
  "AWS::ElastiCache::CacheCluster",
  "AWS::ElastiCache::ServerlessCache",
  "AWS::EFS::FileSystem",
  "AWS::EFS::AccessPoint",
  "AWS::S3::Bucket",
  "AWS::KMS::Key",
  "AWS::SecretsManager::Secret",
  "AWS::Cognito::UserPool",
  "AWS::Cognito::UserPoolClient",
  "AWS::Cognito::UserPoolIdentityProvider",
  "AWS::ECR::Repository",
  "AWS::Logs::LogGroup",
  "AWS::Backup::BackupVault",
]);

/** Whether resources of this CloudFormation type hold data that a deletion would lose. */
export function holdsData(type: string): boolean {
  return types.has(type);
}
