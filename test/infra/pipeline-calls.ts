/**
 * The AWS calls each kind of work makes, and calls that must be refused to it. Adding a call to an action means adding it here and to
 * the role in infra/bootstrap/roles.yml.
 */
import type { Request } from "./iam-evaluator.ts";
import { account, region } from "./templates.ts";

export type PipelineRole = "Plan" | "Build" | "Deploy" | "Ops" | "Restore";

type Context = NonNullable<Request["context"]>;

const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
const bucket = `arn:aws:s3:::mate-production-pipeline-${account}`;
const cloudFormationRole = `arn:aws:iam::${account}:role/mate-production-cfn`;
const stack = (name: string): string => arn("cloudformation", `stack/${name}/0a1b2c3d`);
const own = stack("mate-hospital-a-production");
const service = (tenant: string): string => arn("ecs", `service/mate-production/mate-${tenant}-production-django`);
const roll = (tenant: string): string =>
  arn("ecs", `service-deployment/mate-production/mate-${tenant}-production-django/abc`);
const revision = (tenant: string): string =>
  arn("ecs", `service-revision/mate-production/mate-${tenant}-production-django/12`);
const definition = (tenant: string, task: string): string =>
  arn("ecs", `task-definition/mate-${tenant}-production-${task}:7`);
const logs = (tenant: string): string => arn("logs", `log-group:/ecs/mate-${tenant}-production/django:log-stream:x`);
const snapshot = (name: string): string => arn("rds", `snapshot:${name}`);
const database = (name: string): string => arn("rds", `db:${name}`);
const task = arn("ecs", "task/mate-production/0a1b");
const cluster: Context = { "ecs:cluster": arn("ecs", "cluster/mate-production") };
const images = arn("ecr", "repository/mate/django");
const target = arn("application-autoscaling", "scalable-target/0ec5");
const withRole: Context = { "cloudformation:RoleArn": cloudFormationRole };
const planned: Context = { ...withRole, "cloudformation:ChangeSetName": "plan-0123abcd" };
const toCloudFormation: Context = { "iam:PassedToService": "cloudformation.amazonaws.com" };
const toTasks: Context = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
const taskRole = (tenant: string): string => `arn:aws:iam::${account}:role/mate/production/${tenant}/stack-TaskRole-X`;

const monitoringRole = `arn:aws:iam::${account}:role/mate/production/platform/stack-DatabaseMonitoringRole-X`;
/** Alarms that target tracking makes, as Application Auto Scaling calls them. */
const scalingAlarm = (tenant: string): string =>
  arn("cloudwatch", `alarm:TargetTracking-service/mate-production/mate-${tenant}-production-django-AlarmHigh-0a1b`);

/** The session of ops and restore after its second step, and a resource of hospital-a or of a neighbour. */
const session: Context = { "aws:PrincipalTag/mate-tenant": "hospital-a" };
const ours: Context = { ...session, "aws:ResourceTag/mate-tenant": "hospital-a" };
const theirs: Context = { ...session, "aws:ResourceTag/mate-tenant": "clinic-b" };

const call = (action: string, resource: string, context: Context = {}): Request => ({ action, resource, context });
const calls = (actions: string, resource: string, context: Context = {}): readonly Request[] =>
  actions.split(" ").map((action) => call(action, resource, context));
const prefixed = (service: string, names: string, resource: string, context: Context = {}): readonly Request[] =>
  names.split(" ").map((name) => call(`${service}:${name}`, resource, context));

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
  ...prefixed("ecs", "DescribeTaskDefinition ListTaskDefinitionFamilies", "*"),
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

const neighbour: readonly Request[] = [
  call("cloudformation:DescribeStacks", stack("mate-clinic-b-production"), session),
  ...prefixed("ecs", "DescribeServices UpdateService", service("clinic-b"), theirs),
  call("ecs:UpdateService", service("clinic-b"), ours),
  call("ecs:UpdateService", service("hospital-a"), theirs),
  call("ecs:StopServiceDeployment", roll("clinic-b"), session),
  call("ecs:RunTask", definition("clinic-b", "migrate"), { ...session, ...cluster }),
  call("ecs:RegisterTaskDefinition", definition("clinic-b", "django"), session),
  call("ecs:StopTask", task, theirs),
  call("iam:PassRole", taskRole("clinic-b"), { ...session, ...toTasks }),
  call("application-autoscaling:RegisterScalableTarget", target, theirs),
  ...prefixed("cloudwatch", "PutMetricAlarm DeleteAlarms", scalingAlarm("clinic-b"), session),
  call("cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:mate-hospital-a-production-database-cpu"), session),
  call("cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:*"), {}),
  call("logs:GetLogEvents", logs("clinic-b"), session),
  // Before its second step a session has no tenant and reaches none.
  call("ecs:UpdateService", service("hospital-a"), { "aws:ResourceTag/mate-tenant": "hospital-a" }),
  call("ecs:UpdateService", service(""), {}),
  call("logs:GetLogEvents", logs("hospital-a"), {}),
];

const everybodysTaboos: readonly Request[] = [
  call("s3:GetObject", "arn:aws:s3:::mate-clinic-b-production-data/patient.pdf", session),
  call(
    "secretsmanager:GetSecretValue",
    arn("secretsmanager", "secret:mate/production/hospital-a/django-AbCdEf"),
    session,
  ),
  call("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:rds!db-0a0b-AbCdEf"), session),
  call("s3:DeleteObject", `${bucket}/journal/hospital-a/1.json`, session),
  call("iam:CreateRole", `arn:aws:iam::${account}:role/mate/production/x`, session),
  call("iam:PassRole", `arn:aws:iam::${account}:role/Administrator`, { ...session, ...toTasks }),
  call("rds:DeleteDBInstance", database("mate-hospital-a-production"), ours),
  call("ecs:ExecuteCommand", task, ours),
  call("kms:ScheduleKeyDeletion", arn("kms", "key/0a"), ours),
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
    call("s3:PutObject", `${bucket}/settled/hospital-a.json`),
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

/** What each role must be refused. */
export const refusedCalls: Readonly<Record<PipelineRole, readonly Request[]>> = {
  Plan: [
    ...everybodysTaboos,
    ...prefixed("cloudformation", "ExecuteChangeSet DeleteStack UpdateStack CreateStack SetStackPolicy", own, withRole),
    call("cloudformation:CreateChangeSet", own, { ...planned, "cloudformation:ChangeSetName": "deploy-1" }),
    call("cloudformation:CreateChangeSet", own, { "cloudformation:ChangeSetName": "plan-1" }),
    call("cloudformation:CreateChangeSet", stack("mate-platform-production"), planned),
    call("cloudformation:DeleteChangeSet", own, { "cloudformation:ChangeSetName": "deploy-1" }),
    call("cloudformation:DeleteChangeSet", own, {
      "cloudformation:ChangeSetName": arn("cloudformation", "changeSet/deploy-1/0a1b2c3d"),
    }),
    call("cloudwatch:PutMetricAlarm", scalingAlarm("hospital-a")),
    ...prefixed("ecs", "UpdateService CreateService", service("hospital-a")),
    call("ecs:RunTask", definition("hospital-a", "migrate"), cluster),
    call("logs:GetLogEvents", logs("hospital-a")),
    call("iam:PassRole", taskRole("hospital-a"), toTasks),
    call("s3:PutObject", `${bucket}/settled/hospital-a.json`),
    call("s3:PutObject", `${bucket}/templates/0123.yml`),
    call("s3:PutObject", `${bucket}/journal/hospital-a/1.json`),
    call("ecr:PutImage", images),
    call("kms:Decrypt", arn("kms", "key/0a")),
  ],
  Build: [
    ...everybodysTaboos,
    call("ecr:PutImage", arn("ecr", "repository/other")),
    call("ecr:BatchDeleteImage", images),
    call("ecs:UpdateService", service("hospital-a")),
    call("cloudformation:ExecuteChangeSet", own),
    call("s3:PutObject", `${bucket}/plans/x.json`),
  ],
  Deploy: [
    ...everybodysTaboos,
    call("rds:DeleteDBSnapshot", snapshot("mate-hospital-a-production-before-1")),
    ...prefixed("rds", "StopDBInstance DeleteDBInstance", database("mate-hospital-a-production")),
    call("cloudformation:CreateChangeSet", own),
    call("cloudformation:CreateChangeSet", own, {
      "cloudformation:RoleArn": `arn:aws:iam::${account}:role/Administrator`,
    }),
    call("cloudformation:DeleteStack", own, { "cloudformation:RoleArn": `arn:aws:iam::${account}:role/Administrator` }),
    ...prefixed("cloudformation", "DeleteStack ExecuteChangeSet", stack("mate-platform-production")),
    ...prefixed("cloudformation", "DeleteStack ExecuteChangeSet", stack("mate-roles-production")),
    call("ecs:RunTask", definition("hospital-a", "django"), cluster),
    call("ecs:RunTask", definition("hospital-a", "migrate"), { "ecs:cluster": arn("ecs", "cluster/other") }),
    call("iam:PassRole", cloudFormationRole, toTasks),
    call("rds:ModifyDBInstance", database("mate-hospital-a-production")),
  ],
  Ops: [
    ...everybodysTaboos,
    ...neighbour,
    call("sts:AssumeRole", `arn:aws:iam::${account}:role/mate-production-deploy`, session),
    call("cloudformation:ExecuteChangeSet", own, session),
    call("rds:StopDBInstance", database("mate-clinic-b-production"), session),
    call("rds:ModifyDBInstance", database("mate-hospital-a-production"), session),
    call("ecs:DeleteService", service("hospital-a"), ours),
    call("s3:GetObject", "arn:aws:s3:::mate-hospital-a-production-data/a.pdf", session),
    call("s3:PutObject", `${bucket}/plans/x.json`, session),
  ],
  Restore: [
    ...everybodysTaboos,
    ...neighbour,
    call("rds:RestoreDBInstanceFromDBSnapshot", database("mate-clinic-b-production-r1"), session),
    call("rds:DeleteDBInstance", database("mate-clinic-b-production-r1"), session),
    call("rds:DeleteDBSnapshot", arn("rds", "snapshot:mate-hospital-a-production-1"), session),
    ...calls("s3:PutObject s3:GetObjectVersion", "arn:aws:s3:::mate-clinic-b-production-data/a.pdf", session),
    call("s3:DeleteObjectVersion", "arn:aws:s3:::mate-hospital-a-production-data/a.pdf", session),
    call("s3:PutObject", "arn:aws:s3:::mate-hospital-a-production-backup/a.pdf", session),
    call("kms:Decrypt", arn("kms", "key/0b"), theirs),
    call("kms:CreateGrant", arn("kms", "key/0b"), { ...theirs, "kms:ResourceAliases": ["alias/mate-production"] }),
    call("ecs:RunTask", definition("clinic-b", "provision"), { ...session, ...cluster }),
    call("cloudformation:DetectStackDrift", stack("mate-clinic-b-production"), session),
    call("iam:PassRole", monitoringRole, { ...session, ...toTasks }),
    call("iam:PassRole", monitoringRole, { "iam:PassedToService": "monitoring.rds.amazonaws.com" }),
  ],
};
