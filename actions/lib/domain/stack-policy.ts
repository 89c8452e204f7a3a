/**
 * The stack policy of every tenant stack: nothing that holds data is replaced or deleted by an update, whatever a change set
 * says. An operation that is allowed to (allowDestruction) widens it for its own duration only.
 */
export const stackPolicy = {
  Statement: [
    { Effect: "Allow", Principal: "*", Action: "Update:*", Resource: "*" },
    {
      Effect: "Deny",
      Principal: "*",
      Action: ["Update:Replace", "Update:Delete"],
      Resource: "*",
      Condition: {
        StringEquals: {
          ResourceType: [
            "AWS::RDS::DBInstance",
            "AWS::ElastiCache::ReplicationGroup",
            "AWS::EFS::FileSystem",
            "AWS::S3::Bucket",
            "AWS::KMS::Key",
          ],
        },
      },
    },
  ],
} as const;
