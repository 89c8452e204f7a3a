/** Target tracking policies: the two alarms they keep, and what they do when one of them rings. */
import type {
  Alarm,
  DescribeScalingPoliciesRequest,
  PutScalingPolicyRequest,
  ScalingPolicy,
} from "@aws-sdk/client-application-auto-scaling";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { onAlarm } from "../cloudwatch/alarms.ts";
import { findTarget, resourceOf, type Scaled, scalingState, serviceOf, setCapacity, validation } from "./state.ts";

/** Policy operations by name; also makes the policies act on their alarms. */
export function policyOperations(world: World): Readonly<Record<string, Operation>> {
  onAlarm(world, "arn:aws:autoscaling:", async (actionArn, alarm, call) => {
    const policy = [...scalingState(world, call).policies.values()].find((one) => one.PolicyARN === actionArn);
    if (policy !== undefined)
      await scale(world, call, {
        policy,
        out: alarm.AlarmName?.includes("-AlarmHigh-") === true,
        alarm: alarm.AlarmName ?? "",
      });
  });
  return {
    PutScalingPolicy: async (input: PutScalingPolicyRequest, call) => {
      const policy = await put(world, input, call);
      return { PolicyARN: policy.PolicyARN, Alarms: policy.Alarms };
    },
    DescribeScalingPolicies: (input: DescribeScalingPoliciesRequest, call) => ({
      ScalingPolicies: [...scalingState(world, call).policies.values()]
        .filter((one) => input.ResourceId === undefined || one.ResourceId === input.ResourceId)
        .filter(
          (one) =>
            input.PolicyNames === undefined ||
            input.PolicyNames.length === 0 ||
            input.PolicyNames.includes(one.PolicyName ?? ""),
        ),
    }),
    DeleteScalingPolicy: async (input: Scaled & { PolicyName?: string }, call) => {
      const { policies } = scalingState(world, call);
      const key = `${resourceOf(input)}/${input.PolicyName}`;
      const policy = policies.get(key);
      if (policy === undefined) {
        throw new AwsError(
          "ObjectNotFoundException",
          `No scaling policy found for service namespace: ecs, resource ID: ${input.ResourceId}, scalable dimension: ecs:service:DesiredCount: ${input.PolicyName}`,
        );
      }
      policies.delete(key);
      await removeAlarms(world, call, policy);
      return {};
    },
  };
}

/** Deletes the alarms of a policy. */
export async function removeAlarms(world: World, call: Call, policy: ScalingPolicy): Promise<void> {
  const AlarmNames = (policy.Alarms ?? []).map((alarm) => alarm.AlarmName ?? "");
  if (AlarmNames.length > 0) await world.invoke("cloudwatch", "DeleteAlarms", { AlarmNames }, call);
}

async function put(world: World, input: PutScalingPolicyRequest, call: Call): Promise<ScalingPolicy> {
  findTarget(world, call, input);
  const state = scalingState(world, call);
  const ResourceId = resourceOf(input);
  const key = `${ResourceId}/${input.PolicyName}`;
  const before = state.policies.get(key);
  const PolicyType = input.PolicyType ?? before?.PolicyType ?? "StepScaling";
  const tracking = input.TargetTrackingScalingPolicyConfiguration ?? before?.TargetTrackingScalingPolicyConfiguration;
  if (PolicyType !== "TargetTrackingScaling")
    throw validation(`The bed models target tracking policies only, not ${PolicyType}`);
  if (tracking?.TargetValue === undefined)
    throw validation(
      "TargetTrackingScalingPolicyConfiguration must be specified for policy type TargetTrackingScaling",
    );
  if (tracking.PredefinedMetricSpecification === undefined && tracking.CustomizedMetricSpecification === undefined) {
    throw validation("Exactly one of PredefinedMetricSpecification or CustomizedMetricSpecification must be specified");
  }
  const { region, account } = call.caller;
  const policy: ScalingPolicy = {
    PolicyARN:
      before?.PolicyARN ??
      `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${world.uuid()}:resource/ecs/${ResourceId}:policyName/${input.PolicyName}`,
    PolicyName: input.PolicyName,
    ServiceNamespace: "ecs",
    ResourceId,
    ScalableDimension: "ecs:service:DesiredCount",
    PolicyType,
    TargetTrackingScalingPolicyConfiguration: structuredClone(tracking),
    Alarms: before?.Alarms ?? alarmsFor(world, call, ResourceId),
    CreationTime: before?.CreationTime ?? new Date(world.clock.now()),
  };
  state.policies.set(key, policy);
  await putAlarms(world, call, policy);
  return policy;
}

function alarmsFor(world: World, call: Call, resourceId: string): Alarm[] {
  const { region, account } = call.caller;
  return ["AlarmHigh", "AlarmLow"].map((side) => {
    const AlarmName = `TargetTracking-${resourceId}-${side}-${world.uuid()}`;
    return { AlarmName, AlarmARN: `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}` };
  });
}

/** High: above the target for three minutes. Low: below 90 % of it for fifteen (AWS Application Auto Scaling user guide). */
async function putAlarms(world: World, call: Call, policy: ScalingPolicy): Promise<void> {
  const {
    TargetValue = 0,
    PredefinedMetricSpecification: predefined,
    CustomizedMetricSpecification: custom,
  } = policy.TargetTrackingScalingPolicyConfiguration ?? {};
  const [, cluster, service] = (policy.ResourceId ?? "").split("/");
  const metric =
    predefined?.PredefinedMetricType === "ECSServiceAverageMemoryUtilization" ? "MemoryUtilization" : "CPUUtilization";
  for (const { AlarmName = "" } of policy.Alarms ?? []) {
    const high = AlarmName.includes("-AlarmHigh-");
    await world.invoke(
      "cloudwatch",
      "PutMetricAlarm",
      {
        AlarmName,
        AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.PolicyARN}.`,
        AlarmActions: [policy.PolicyARN],
        Namespace: custom?.Namespace ?? "AWS/ECS",
        MetricName: custom?.MetricName ?? metric,
        Dimensions: custom?.Dimensions ?? [
          { Name: "ClusterName", Value: cluster },
          { Name: "ServiceName", Value: service },
        ],
        Statistic: custom?.Statistic ?? "Average",
        Period: 60,
        EvaluationPeriods: high ? 3 : 15,
        Threshold: high ? TargetValue : TargetValue * 0.9,
        ComparisonOperator: high ? "GreaterThanThreshold" : "LessThanThreshold",
      },
      call,
    );
  }
}

/** One step out or in, unless suspended, at the end of the range, or (in) during a deployment. */
async function scale(
  world: World,
  call: Call,
  of: { readonly policy: ScalingPolicy; readonly out: boolean; readonly alarm: string },
): Promise<void> {
  const target = findTarget(world, call, of.policy);
  const service = await serviceOf(world, call, target.ResourceId ?? "");
  const { DynamicScalingInSuspended, DynamicScalingOutSuspended } = target.SuspendedState ?? {};
  const deploying = (service?.deployments ?? []).some((one) => one.rolloutState === "IN_PROGRESS");
  const held = of.out
    ? DynamicScalingOutSuspended
    : DynamicScalingInSuspended || deploying || of.policy.TargetTrackingScalingPolicyConfiguration?.DisableScaleIn;
  if (service === undefined || held) return;
  const { desiredCount = 0 } = service;
  const { MinCapacity: least = 0, MaxCapacity: most = 0 } = target;
  const step = of.out ? Math.max(1, Math.ceil(desiredCount / 10)) : -1;
  const capacity = Math.min(most, Math.max(least, desiredCount + step));
  if (capacity === desiredCount) return;
  await setCapacity(world, call, {
    target,
    capacity,
    cause: `monitor alarm ${of.alarm} in state ALARM triggered policy ${of.policy.PolicyName}`,
  });
}
