/**
 * The AWS calls each kind of work makes; those that must be refused to it are in refused-calls.ts. Adding a call to an action means adding
 * it here and to the role in infra/bootstrap/roles.yml.
 */
import {
  arn,
  bucket,
  type Context,
  call,
  calls,
  cloudFormationRole,
  cluster,
  database,
  definition,
  images,
  logs,
  monitoringRole,
  ours,
  own,
  planned,
  prefixed,
  revision,
  roll,
  scalingAlarm,
  service,
  session,
  snapshot,
  stack,
  target,
  task,
  taskRole,
  toCloudFormation,
  toTasks,
  withRole,
} from "./aws-words.ts";
import type { Request } from "./iam-evaluator.ts";
import { account, region } from "./templates.ts";

export type PipelineRole = "Plan" | "Build" | "Deploy" | "Ops" | "Restore";

const reading: readonly Request[] = [
  ...prefixed(
    "cloudformation",
    "DescribeStacks DescribeEvents DescribeStackEvents DescribeStackResources ListStackResources",
    own,
  ),
  ...prefixed("cloudformation", "DescribeChangeSet GetTemplate DetectStackDrift DescribeStackResourceDrifts", own),
  call("cloudformation:DescribeStacks", stack("mate-platform-production")),
  ...prefixed("cloudformation", "DescribeStackDriftDetectionStatus", "*"),
  ...prefixed("ecs", "DescribeServices ListServiceDeployments", service("hospital-a")),
  call("ecs:DescribeServiceDeployments", roll("hospital-a")),
  call("ecs:DescribeServiceRevisions", revision("hospital-a")),
  ...prefixed("ecs", "DescribeTaskDefinition ListTaskDefinitionFamilies ListTaskDefinitions", "*"),
  call("ecs:DescribeTasks", task),
  call("ecs:ListTasks", "*", cluster),
  call("ecs:ListServices", "*", cluster),
  call("rds:DescribeDBInstances", database("mate-hospital-a-production")),
  call("rds:DescribeDBSnapshots", snapshot("mate-hospital-a-production-before-1")),
  ...prefixed("application-autoscaling", "DescribeScalableTargets DescribeScalingPolicies", "*"),
  ...prefixed("ecr", "BatchGetImage DescribeImages DescribeImageScanFindings", images),
  call("s3:ListBucket", bucket),
  call("s3:GetObject", `${bucket}/settled/hospital-a.json`),
];

/** What CloudFormation asks for before it compares a stack (CloudFormation user guide, "Detect drift on an entire CloudFormation stack"). */
const comparing = (stack: string, context: Context = {}): readonly Request[] => [
  ...prefixed("cloudformation", "DetectStackDrift DetectStackResourceDrift", stack, context),
  call("cloudformation:BatchDescribeTypeConfigurations", "*", context),
];

const oneTenant: readonly Request[] = [
  ...prefixed("cloudformation", "DescribeStacks DescribeStackResources", own, session),
  call("cloudformation:DescribeStacks", stack("mate-platform-production"), session),
  ...prefixed("ecs", "DescribeServices ListServiceDeployments UpdateService", service("hospital-a"), ours),
  ...prefixed("ecs", "DescribeServiceDeployments StopServiceDeployment", roll("hospital-a"), session),
  call("ecs:DescribeServiceRevisions", revision("hospital-a"), session),
  call("ecs:RegisterTaskDefinition", definition("hospital-a", "django"), session),
  call("ecs:RunTask", definition("hospital-a", "migrate"), { ...session, ...cluster }),
  ...prefixed("ecs", "DescribeTasks StopTask", task, ours),
  call("iam:PassRole", taskRole("hospital-a"), { ...session, ...toTasks }),
  ...prefixed("application-autoscaling", "RegisterScalableTarget PutScalingPolicy", target, ours),
  ...prefixed("cloudwatch", "PutMetricAlarm DeleteAlarms", scalingAlarm("hospital-a"), session),
  call("cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:*"), session),
  ...prefixed("logs", "GetLogEvents FilterLogEvents", logs("hospital-a"), session),
  ...calls("s3:PutObject s3:GetObject", `${bucket}/journal/hospital-a/1.json`, session),
  ...calls("s3:PutObject s3:DeleteObject", `${bucket}/leases/hospital-a.json`, session),
  call("s3:PutObject", `${bucket}/migrations/hospital-a.json`, session),
];

/** What each role's work calls. */
export const allowedCalls: Readonly<Record<PipelineRole, readonly Request[]>> = {
  Plan: [
    ...reading,
    call("cloudformation:CreateChangeSet", own, planned),
    call("cloudformation:DeleteChangeSet", own, planned),
    // One that is there is called by its ARN.
    call("cloudformation:DeleteChangeSet", own, {
      "cloudformation:ChangeSetName": arn("cloudformation", "changeSet/plan-0123abcd/0a1b2c3d"),
    }),
    call("cloudformation:TagResource", own, { "cloudformation:CreateAction": "CreateChangeSet" }),
    ...comparing(own),
    call("iam:PassRole", cloudFormationRole, toCloudFormation),
    call("s3:PutObject", `${bucket}/plans/mate-hospital-a-production/0123.json`),
    call("s3:PutObject", `${bucket}/plans/drift/hospital-a.json`),
    call("cloudformation:ListChangeSets", own),
    call("cloudformation:ListStacks", "*"),
    call("cloudwatch:GetMetricData", "*"),
    call("s3:PutObject", `${bucket}/plans/templates/0123.yml`),
  ],
  Build: [
    call("ecr:GetAuthorizationToken", "*"),
    ...prefixed("ecr", "BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload", images),
    ...prefixed(
      "ecr",
      "PutImage BatchGetImage DescribeImages DescribeImageScanFindings GetDownloadUrlForLayer",
      images,
    ),
    ...prefixed("inspector2", "ListCoverage ListFindings", "*"),
    call("s3:PutObject", `${bucket}/releases/v1.4.0.json`),
  ],
  Deploy: [
    ...reading,
    call("cloudformation:CreateChangeSet", own, planned),
    ...prefixed("cloudformation", "ExecuteChangeSet DeleteChangeSet SetStackPolicy UpdateTerminationProtection", own),
    ...prefixed("cloudformation", "ContinueUpdateRollback RollbackStack DeleteStack", own, withRole),
    call("cloudformation:DeleteStack", own),
    call("iam:PassRole", cloudFormationRole, toCloudFormation),
    call("iam:PassRole", taskRole("hospital-a"), toTasks),
    call("ecs:RegisterTaskDefinition", definition("hospital-a", "django")),
    ...prefixed("ecs", "CreateService UpdateService DeleteService TagResource", service("hospital-a")),
    call("ecs:StopServiceDeployment", roll("hospital-a")),
    call("ecs:RunTask", definition("hospital-a", "migrate"), cluster),
    call("ecs:RunTask", definition("trial-c", "provision"), cluster),
    call("ecs:StopTask", task),
    ...prefixed("application-autoscaling", "RegisterScalableTarget PutScalingPolicy DeregisterScalableTarget", target),
    ...prefixed("cloudwatch", "PutMetricAlarm DeleteAlarms", scalingAlarm("hospital-a")),
    call("logs:GetLogEvents", logs("hospital-a")),
    call("cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:*")),
    call("rds:CreateDBSnapshot", database("mate-hospital-a-production")),
    ...prefixed("rds", "RestoreDBInstanceFromDBSnapshot StartDBInstance", database("mate-hospital-a-production")),
    call("rds:RestoreDBInstanceFromDBSnapshot", snapshot("mate-hospital-a-production-snapshot-database-1")),
    ...prefixed("ecs", "ListTaskDefinitions DeregisterTaskDefinition", "*"),
    call("rds:DeleteDBSnapshot", snapshot("mate-hospital-a-production-before-1"), {
      "aws:ResourceTag/mate-delete-after": "2026-12-27",
    }),
    // Right before a tenant is changed, and once it is what its file says.
    ...["in-doubt", "0123"].flatMap((what) =>
      calls("s3:PutObject s3:DeleteObject", `${bucket}/settled/hospital-a/${what}`),
    ),
    call("s3:PutObject", `${bucket}/journal/2026/11/27/deploy-1-1-housekeeping-begun-production.json`),
    call("s3:PutObject", `${bucket}/templates/0123.yml`),
    call("s3:DeleteObject", `${bucket}/leases/hospital-a.json`),
    ...["unsettled", "suspended", "secrets"].flatMap((what) =>
      calls("s3:PutObject s3:DeleteObject", `${bucket}/operations/${what}/hospital-a.json`),
    ),
    ...calls("s3:PutObject", `${bucket}/migrations/hospital-a.json`),
    ...calls("s3:PutObject", `${bucket}/operations/offboard/hospital-a.json`),
  ],
  Ops: [
    ...oneTenant,
    // The sweep has no tenant: it ends live changes and writes down commands of any.
    call("s3:ListBucket", bucket),
    ...calls("s3:GetObject s3:PutObject", `${bucket}/operations/op-1b3c.json`),
    ...calls("s3:GetObject s3:PutObject", `${bucket}/journal/2026/11/27/op-1b3c-lost-hospital-a.json`),
    ...calls("s3:GetObject s3:PutObject s3:DeleteObject", `${bucket}/overrides/hospital-a.json`),
    ...calls("s3:GetObject s3:PutObject", `${bucket}/settled/hospital-a/ended-op-1b3c`),
    ...calls("sts:AssumeRole sts:TagSession", `arn:aws:iam::${account}:role/mate-production-ops`),
    ...prefixed("rds", "StopDBInstance StartDBInstance", database("mate-hospital-a-production"), session),
    call("ecr:DescribeImages", images, session),
  ],
  Restore: [
    ...oneTenant,
    ...calls("sts:AssumeRole sts:TagSession", `arn:aws:iam::${account}:role/mate-production-restore`),
    ...prefixed("rds", "DescribeDBInstances DescribeDBSnapshots", database("mate-hospital-a-production"), session),
    call("rds:RestoreDBInstanceToPointInTime", database("mate-hospital-a-production-r17"), session),
    call("rds:RestoreDBInstanceToPointInTime", database("mate-trial-production"), session),
    ...prefixed("rds", "ModifyDBInstance CreateDBSnapshot", database("mate-hospital-a-production"), session),
    ...prefixed("rds", "StartDBInstance StopDBInstance", database("mate-hospital-a-production"), session),
    ...prefixed("rds", "StartDBInstance StopDBInstance", database("mate-hospital-a-production-old-20261127"), session),
    ...prefixed("rds", "ModifyDBInstance RebootDBInstance", database("mate-hospital-a-production-r20261127"), session),
    call("rds:RestoreDBInstanceFromDBSnapshot", database("mate-hospital-a-production-r20261127"), session),
    call("rds:DeleteDBInstance", database("mate-hospital-a-production-old-20261127"), session),
    call("rds:DescribeDBInstanceAutomatedBackups", arn("rds", "auto-backup:ab-0a"), session),
    ...prefixed("rds", "DescribeAccountAttributes DescribeDBEngineVersions", "*", session),
    call("iam:PassRole", monitoringRole, { ...session, "iam:PassedToService": "monitoring.rds.amazonaws.com" }),
    ...comparing(own, session),
    call("cloudformation:DescribeStackResourceDrifts", own, session),
    call("cloudformation:DescribeStackDriftDetectionStatus", "*", session),
    call("ecs:RunTask", definition("hospital-a", "provision"), { ...session, ...cluster }),
    ...calls("s3:ListBucketVersions s3:GetBucketVersioning", "arn:aws:s3:::mate-hospital-a-production-data", session),
    ...calls(
      "s3:GetObjectVersion s3:GetObjectTagging s3:PutObject s3:DeleteObject s3:AbortMultipartUpload",
      "arn:aws:s3:::mate-hospital-a-production-data/a.pdf",
      session,
    ),
    call("kms:CreateGrant", arn("kms", "key/0c"), {
      ...session,
      "kms:ViaService": `rds.${region}.amazonaws.com`,
      "kms:ResourceAliases": ["alias/mate-production"],
    }),
    ...calls("kms:Decrypt kms:GenerateDataKey", arn("kms", "key/0a"), ours),
  ],
};
