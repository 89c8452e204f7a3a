/** Which services can be spoken with, how requests name them, and how each says "too fast". */

export interface CatalogueEntry {
  /** The name of the SDK's package after `@aws-sdk/client-`, which is also the name of the service in the bed. */
  readonly name: string;
  /** The service in the credential scope of a signature. */
  readonly signing: string;
  /** The version date in query requests. */
  readonly version: string;
  /** What stands before the dot in X-Amz-Target. */
  readonly target: string;
  readonly xmlNamespace: string;
  /** The style of the answer to a form request. */
  readonly query: "aws" | "ec2";
  /** The code of the answer to a request that came too fast, with its HTTP status. */
  readonly throttling: readonly [code: string, status: number];
}

const json = ["ThrottlingException", 400] as const;
const query = ["Throttling", 400] as const;

const row = (
  name: string,
  signing: string,
  version: string,
  rest: { readonly target: string; readonly at?: string; readonly throttling: readonly [string, number] },
): CatalogueEntry => ({
  name,
  signing,
  version,
  target: rest.target,
  xmlNamespace: `${rest.at ?? `http://${signing}.amazonaws.com/doc/`}${version}/`,
  query: "aws",
  throttling: rest.throttling,
});

/** Source of names, versions, targets and namespaces: the protocol settings of the SDK's clients (a test compares them). */
export const catalogue: readonly CatalogueEntry[] = [
  row("application-auto-scaling", "application-autoscaling", "2016-02-06", {
    target: "AnyScaleFrontendService",
    throttling: json,
  }),
  row("cloudformation", "cloudformation", "2010-05-15", { target: "CloudFormation", throttling: query }),
  row("cloudwatch", "monitoring", "2010-08-01", { target: "GraniteServiceVersion20100801", throttling: query }),
  row("cloudwatch-logs", "logs", "2014-03-28", { target: "Logs_20140328", throttling: json }),
  {
    ...row("ec2", "ec2", "2016-11-15", { target: "AmazonEC2", throttling: ["RequestLimitExceeded", 503] }),
    xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15",
    query: "ec2",
  },
  row("ecr", "ecr", "2015-09-21", { target: "AmazonEC2ContainerRegistry_V20150921", throttling: json }),
  row("ecs", "ecs", "2014-11-13", { target: "AmazonEC2ContainerServiceV20141113", throttling: json }),
  row("elastic-load-balancing-v2", "elasticloadbalancing", "2015-12-01", {
    target: "ElasticLoadBalancing_v10",
    throttling: query,
  }),
  row("elasticache", "elasticache", "2015-02-02", { target: "AmazonElastiCacheV9", throttling: query }),
  row("iam", "iam", "2010-05-08", {
    target: "AWSIdentityManagementV20100508",
    at: "https://iam.amazonaws.com/doc/",
    throttling: query,
  }),
  row("kms", "kms", "2014-11-01", {
    target: "TrentService",
    at: "https://trent.amazonaws.com/doc/",
    throttling: json,
  }),
  row("rds", "rds", "2014-10-31", { target: "AmazonRDSv19", throttling: query }),
  row("s3", "s3", "2006-03-01", { target: "AmazonS3", throttling: ["SlowDown", 503] }),
  row("secrets-manager", "secretsmanager", "2017-10-17", { target: "secretsmanager", throttling: json }),
  row("sns", "sns", "2010-03-31", { target: "AmazonSimpleNotificationService", throttling: query }),
  row("sqs", "sqs", "2012-11-05", { target: "AmazonSQS", throttling: json }),
  row("ssm", "ssm", "2014-11-06", { target: "AmazonSSM", throttling: json }),
  row("sts", "sts", "2011-06-15", {
    target: "AWSSecurityTokenServiceV20110615",
    at: "https://sts.amazonaws.com/doc/",
    throttling: query,
  }),
];
