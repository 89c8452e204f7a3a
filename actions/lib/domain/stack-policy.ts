/** A CloudFormation stack policy. */
export interface StackPolicy {
  readonly Statement: readonly object[];
}

/**
 * The stack policy of every tenant stack: nothing that holds data is replaced or deleted by an update, whatever a change set
 * says.
 *
 * @param permitted logical ids that may go all the same, because the tenant file allows it with a reason
 */
export function stackPolicy(permitted: readonly string[] = []): StackPolicy {
  const resources =
    permitted.length === 0 ? { Resource: "*" } : { NotResource: permitted.map((id) => `LogicalResourceId/${id}`) };
  return {
    Statement: [
      { Effect: "Allow", Principal: "*", Action: "Update:*", Resource: "*" },
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["Update:Replace", "Update:Delete"],
        ...resources,
        Condition: { StringEquals: { ResourceType: protectedTypes } },
      },
    ],
  };
}

const protectedTypes = [
  "AWS::RDS::DBInstance",
  "AWS::ElastiCache::ReplicationGroup",
  "AWS::EFS::FileSystem",
  "AWS::S3::Bucket",
  "AWS::KMS::Key",
];
