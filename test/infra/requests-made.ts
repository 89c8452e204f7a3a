/**
 * What IAM is asked when a call reaches AWS: actions, resources and condition keys, by the Service Authorization Reference. A call this
 * does not know is an error, so nothing passes because nobody looked at it.
 */
import type { LoggedCall } from "../bed/aws/faults/call-log.ts";
import type { Request } from "./iam-evaluator.ts";
import { type Context, type Input, type Made, type Make, of, rds, s3, text } from "./requests-of-data.ts";

/** Tags of resources by ARN, or by what stands for it, as they were when the call was made. */
export type Tagged = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** The requests of one call; none for what IAM does not decide by policies of the caller. */
export function requestsOf(call: LoggedCall, tagged: Tagged): readonly Request[] {
  const input = (call.input ?? {}) as Input;
  const make = services[call.service];
  if (make === undefined)
    throw new Error(`no IAM requests are known for the service ${call.service} (${call.operation})`);
  const where = { arn: (service: string, rest: string) => `arn:aws:${service}:${call.region}:${call.account}:${rest}` };
  const session = Object.fromEntries(
    Object.entries(call.callerTags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
  );
  const requests = make({ operation: call.operation, input, ...where });
  if (requests === undefined) throw new Error(`no IAM requests are known for ${call.service}:${call.operation}`);
  return requests.map(({ action, resource, context }) => ({
    action,
    resource,
    context: { ...tagContext("aws:ResourceTag", tagged.get(resource)), ...context, ...session },
  }));
}

function tagContext(key: string, tags: Readonly<Record<string, string>> | undefined): Context {
  return Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [`${key}/${name}`, value]));
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);

/** Tags in any of the forms AWS has for a list of them. */
function tagsIn(value: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(value)) return (value ?? {}) as Readonly<Record<string, string>>;
  return Object.fromEntries(
    (value as readonly Input[]).map((tag) => [text(tag.Key ?? tag.key), text(tag.Value ?? tag.value)]),
  );
}

const cloudFormation: Make = ({ operation, input, arn }) => {
  const { StackName, ChangeSetName, RoleARN } = input;
  if (operation === "DescribeStackDriftDetectionStatus" || operation === "ListStacks")
    return [of(`cloudformation:${operation}`, "*")];
  if (StackName === undefined && ChangeSetName === undefined) return [of(`cloudformation:${operation}`, "*")];
  const named = StackName ?? ownerOf(text(ChangeSetName));
  const stack = text(named).startsWith("arn:") ? text(named) : arn("cloudformation", `stack/${named}/0a1b2c3d`);
  const name = ChangeSetName === undefined ? undefined : changeSetName(text(ChangeSetName));
  const context: Context = {
    ...(RoleARN !== undefined && { "cloudformation:RoleArn": text(RoleARN) }),
    ...(name !== undefined && { "cloudformation:ChangeSetName": name }),
  };
  return [
    of(`cloudformation:${operation}`, stack, context),
    ...(operation === "DetectStackDrift"
      ? [
          of("cloudformation:DetectStackResourceDrift", stack),
          of("cloudformation:BatchDescribeTypeConfigurations", "*"),
        ]
      : []),
    ...(RoleARN === undefined
      ? []
      : [of("iam:PassRole", text(RoleARN), { "iam:PassedToService": "cloudformation.amazonaws.com" })]),
    ...(operation === "CreateChangeSet" && input.Tags !== undefined
      ? [of("cloudformation:TagResource", stack, { "cloudformation:CreateAction": operation })]
      : []),
  ];
};

const changeSetName = (name: string): string => /:changeSet\/([^/]+)\//.exec(name)?.[1] ?? name;

/** A change set by ARN does not say whose it is; who made it did. */
const owners = new Map<string, string>();
export function rememberChangeSet({ operation, input }: LoggedCall): void {
  const { ChangeSetName, StackName } = input as Input;
  if (operation === "CreateChangeSet") owners.set(text(ChangeSetName), text(StackName));
}
const ownerOf = (changeSet: string): string => owners.get(changeSetName(changeSet)) ?? "nobody";

const ecs: Make = ({ operation, input, arn }) => {
  const cluster = String(input.cluster ?? "default").replace(/^.*:cluster\//, "");
  const inCluster: Context = { "ecs:cluster": arn("ecs", `cluster/${cluster}`) };
  const service = (name: unknown): string =>
    text(name).startsWith("arn:") ? text(name) : arn("ecs", `service/${cluster}/${name}`);
  const definition = (name: unknown): string =>
    text(name).startsWith("arn:")
      ? text(name)
      : arn("ecs", `task-definition/${name}${/:\d+$/.test(text(name)) ? "" : ":1"}`);
  const task = (name: unknown): string =>
    text(name).startsWith("arn:") ? text(name) : arn("ecs", `task/${cluster}/${name}`);
  const to = (resources: readonly string[], context: Context = {}): readonly Request[] =>
    resources.map((resource) => of(`ecs:${operation}`, resource, context));
  const tags = (resource: string): readonly Request[] =>
    input.tags === undefined
      ? []
      : [
          of("ecs:TagResource", resource, {
            "ecs:CreateAction": operation,
            ...tagContext("aws:RequestTag", tagsIn(input.tags)),
          }),
        ];
  switch (operation) {
    case "DescribeServices":
      return to(list(input.services).map(service));
    case "UpdateService":
    case "DeleteService":
    case "ListServiceDeployments":
      return to([service(input.service)], inCluster);
    case "CreateService":
      return [...to([service(input.serviceName)], inCluster), ...tags(service(input.serviceName))];
    case "DescribeServiceDeployments":
      return to(list(input.serviceDeploymentArns));
    case "DescribeServiceRevisions":
      return to(list(input.serviceRevisionArns));
    case "StopServiceDeployment":
      return to([text(input.serviceDeploymentArn)]);
    case "RegisterTaskDefinition":
      return [
        ...to([definition(input.family)]),
        ...tags(definition(input.family)),
        ...[input.taskRoleArn, input.executionRoleArn].flatMap((role) =>
          role === undefined
            ? []
            : [of("iam:PassRole", text(role), { "iam:PassedToService": "ecs-tasks.amazonaws.com" })],
        ),
      ];
    case "RunTask":
      return [...to([definition(input.taskDefinition)], inCluster), ...tags(arn("ecs", `task/${cluster}/0a1b`))];
    case "DescribeTasks":
      return to(list(input.tasks).map(task), inCluster);
    case "StopTask":
      return to([task(input.task)], inCluster);
    case "ListTasks":
    case "ListServices":
      return to(["*"], inCluster);
    case "DescribeTaskDefinition":
    case "DeregisterTaskDefinition":
    case "ListTaskDefinitions":
    case "ListTaskDefinitionFamilies":
      return to(["*"]);
    default:
      return undefined;
  }
};

/** Calls that know no resources, or whose only resource is named by one member of the input. */
const simple =
  (prefix: string, resource: (made: Made) => string = () => "*"): Make =>
  (made) => [of(`${prefix}:${made.operation}`, resource(made))];

const scaling: Make = ({ operation, input, arn }) => {
  if (operation.startsWith("Describe")) return [of(`application-autoscaling:${operation}`, "*")];
  const target = arn("application-autoscaling", `scalable-target/${input.ResourceId}`);
  const tags = tagsIn(input.Tags);
  const context: Context = {
    "application-autoscaling:service-namespace": "ecs",
    ...tagContext("aws:RequestTag", tags),
  };
  // Target tracking makes its alarms in the caller's name.
  const alarms =
    operation === "PutScalingPolicy"
      ? [
          of("cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:*")),
          of("cloudwatch:PutMetricAlarm", arn("cloudwatch", `alarm:TargetTracking-${input.ResourceId}-AlarmHigh-0a1b`)),
        ]
      : [];
  return [
    of(`application-autoscaling:${operation}`, target, context),
    ...alarms,
    ...(Object.keys(tags).length === 0 ? [] : [of("application-autoscaling:TagResource", target, context)]),
  ];
};

const sts: Make = ({ operation, input }) =>
  operation === "AssumeRole"
    ? [
        of("sts:AssumeRole", text(input.RoleArn)),
        ...(input.Tags === undefined ? [] : [of("sts:TagSession", text(input.RoleArn))]),
      ]
    : // Decided by the trust of the role, or by nobody.
      ["AssumeRoleWithWebIdentity", "GetCallerIdentity"].includes(operation)
      ? []
      : undefined;

const services: Readonly<Record<string, Make>> = {
  cloudformation: cloudFormation,
  ecs,
  rds,
  s3,
  sts,
  "application-auto-scaling": scaling,
  ecr: simple("ecr", ({ input, arn }) =>
    input.repositoryName === undefined ? "*" : arn("ecr", `repository/${input.repositoryName}`),
  ),
  "cloudwatch-logs": simple("logs", ({ input, arn }) => arn("logs", `log-group:${input.logGroupName}:log-stream:x`)),
  cloudwatch: simple("cloudwatch", ({ operation, arn }) =>
    operation === "DescribeAlarms"
      ? // Whatever alarms are asked for, IAM is asked about all there are (amazon-cloudwatch-auto-alarms issue 1).
        arn("cloudwatch", "alarm:*")
      : "*",
  ),
  "elastic-load-balancing-v2": simple("elasticloadbalancing"),
};
