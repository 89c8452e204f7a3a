/** How the calls of the pipeline, and what they are made on, are written down. */
import type { Request } from "./iam-evaluator.ts";
import { account, region } from "./templates.ts";

export type Context = NonNullable<Request["context"]>;

export const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
export const bucket = `arn:aws:s3:::mate-production-pipeline-${account}`;
export const cloudFormationRole = `arn:aws:iam::${account}:role/mate-production-cfn`;
export const stack = (name: string): string => arn("cloudformation", `stack/${name}/0a1b2c3d`);
export const own = stack("mate-hospital-a-production");
export const service = (tenant: string): string =>
  arn("ecs", `service/mate-production/mate-${tenant}-production-django`);
export const roll = (tenant: string): string =>
  arn("ecs", `service-deployment/mate-production/mate-${tenant}-production-django/abc`);
export const revision = (tenant: string): string =>
  arn("ecs", `service-revision/mate-production/mate-${tenant}-production-django/12`);
export const definition = (tenant: string, task: string): string =>
  arn("ecs", `task-definition/mate-${tenant}-production-${task}:7`);
export const logs = (tenant: string): string =>
  arn("logs", `log-group:/ecs/mate-${tenant}-production/django:log-stream:x`);
export const snapshot = (name: string): string => arn("rds", `snapshot:${name}`);
export const database = (name: string): string => arn("rds", `db:${name}`);
export const task = arn("ecs", "task/mate-production/0a1b");
export const cluster: Context = { "ecs:cluster": arn("ecs", "cluster/mate-production") };
export const images = arn("ecr", "repository/mate/django");
export const target = arn("application-autoscaling", "scalable-target/0ec5");
export const withRole: Context = { "cloudformation:RoleArn": cloudFormationRole };
export const planned: Context = { ...withRole, "cloudformation:ChangeSetName": "plan-0123abcd" };
export const toCloudFormation: Context = { "iam:PassedToService": "cloudformation.amazonaws.com" };
export const toTasks: Context = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
export const taskRole = (tenant: string): string =>
  `arn:aws:iam::${account}:role/mate/production/${tenant}/stack-TaskRole-X`;

export const monitoringRole = `arn:aws:iam::${account}:role/mate/production/platform/stack-DatabaseMonitoringRole-X`;
/** Alarms that target tracking makes, as Application Auto Scaling calls them. */
export const scalingAlarm = (tenant: string): string =>
  arn("cloudwatch", `alarm:TargetTracking-service/mate-production/mate-${tenant}-production-django-AlarmHigh-0a1b`);

/** The session of ops and restore after its second step, and a resource of hospital-a or of a neighbour. */
export const session: Context = { "aws:PrincipalTag/mate-tenant": "hospital-a" };
export const ours: Context = { ...session, "aws:ResourceTag/mate-tenant": "hospital-a" };
export const theirs: Context = { ...session, "aws:ResourceTag/mate-tenant": "clinic-b" };

export const call = (action: string, resource: string, context: Context = {}): Request => ({
  action,
  resource,
  context,
});
export const calls = (actions: string, resource: string, context: Context = {}): readonly Request[] =>
  actions.split(" ").map((action) => call(action, resource, context));
export const prefixed = (service: string, names: string, resource: string, context: Context = {}): readonly Request[] =>
  names.split(" ").map((name) => call(`${service}:${name}`, resource, context));
