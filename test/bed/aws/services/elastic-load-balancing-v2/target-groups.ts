/** Target groups: their settings, their targets and what DescribeTargetHealth says. */
import type {
  CreateTargetGroupInput,
  DescribeTargetGroupsInput,
  DescribeTargetHealthInput,
  ModifyTargetGroupInput,
  RegisterTargetsInput,
  TargetGroup,
  TargetGroupAttribute,
  TargetHealth,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { newArn } from "./names.ts";
import { elbState, loadBalancersOf, type TargetGroupRecord } from "./state.ts";
import { addTarget, findGroup, removeTarget } from "./targets.ts";

const DEFAULT_ATTRIBUTES: readonly (readonly [string, string])[] = [
  ["deregistration_delay.timeout_seconds", "300"],
  ["stickiness.enabled", "false"],
  ["stickiness.type", "lb_cookie"],
  ["slow_start.duration_seconds", "0"],
  ["load_balancing.algorithm.type", "round_robin"],
];

/** Target group operations by name. */
export function targetGroupOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateTargetGroup: (input: CreateTargetGroupInput, call) => ({ TargetGroups: [create(world, input, call)] }),
    DescribeTargetGroups: (input: DescribeTargetGroupsInput, call) => ({ TargetGroups: describe(world, input, call) }),
    ModifyTargetGroup: (input: ModifyTargetGroupInput, call) => {
      const { shown } = findGroup(world, call, input.TargetGroupArn ?? "");
      const { TargetGroupArn, ...change } = structuredClone(input);
      Object.assign(shown, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)));
      return { TargetGroups: [shown] };
    },
    DeleteTargetGroup: ({ TargetGroupArn = "" }: { TargetGroupArn?: string }, call) => {
      const state = elbState(world, call);
      if (loadBalancersOf(state, TargetGroupArn).length > 0) {
        throw new AwsError(
          "ResourceInUse",
          `Target group '${TargetGroupArn}' is currently in use by a listener or a rule`,
        );
      }
      for (const target of state.targetGroups.get(TargetGroupArn)?.targets.values() ?? []) target.cancel();
      state.targetGroups.delete(TargetGroupArn);
      return {};
    },
    DescribeTargetGroupAttributes: ({ TargetGroupArn = "" }: { TargetGroupArn?: string }, call) => ({
      Attributes: pairs(findGroup(world, call, TargetGroupArn)),
    }),
    ModifyTargetGroupAttributes: (input: { TargetGroupArn?: string; Attributes?: TargetGroupAttribute[] }, call) => {
      const group = findGroup(world, call, input.TargetGroupArn ?? "");
      for (const { Key = "", Value = "" } of input.Attributes ?? []) group.attributes.set(Key, Value);
      return { Attributes: pairs(group) };
    },
    RegisterTargets: (input: RegisterTargetsInput, call) => {
      const group = findGroup(world, call, input.TargetGroupArn ?? "");
      for (const { Id = "", Port = group.shown.Port ?? 80 } of input.Targets ?? []) {
        addTarget(world, call, { targetGroupArn: input.TargetGroupArn ?? "", id: Id, port: Port });
      }
      return {};
    },
    DeregisterTargets: (input: RegisterTargetsInput, call) => {
      const group = findGroup(world, call, input.TargetGroupArn ?? "");
      for (const { Id = "", Port = group.shown.Port ?? 80 } of input.Targets ?? []) {
        void removeTarget(world, call, { targetGroupArn: input.TargetGroupArn ?? "", id: Id, port: Port });
      }
      return {};
    },
    DescribeTargetHealth: (input: DescribeTargetHealthInput, call) => health(world, input, call),
  };
}

function create(world: World, input: CreateTargetGroupInput, call: Call): TargetGroup {
  const state = elbState(world, call);
  const name = input.Name ?? "";
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(name)) {
    throw new AwsError(
      "ValidationError",
      `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-), up to 32 of them`,
    );
  }
  if ([...state.targetGroups.values()].some(({ shown }) => shown.TargetGroupName === name)) {
    throw new AwsError(
      "DuplicateTargetGroupName",
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  }
  const arn = newArn(world, call, "targetgroup", name);
  const { Tags, Name, ...content } = structuredClone(input);
  const shown: TargetGroup = {
    Protocol: "HTTP",
    ProtocolVersion: "HTTP1",
    HealthCheckProtocol: "HTTP",
    HealthCheckPort: "traffic-port",
    HealthCheckEnabled: true,
    HealthCheckPath: "/",
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: "200" },
    TargetType: "instance",
    IpAddressType: "ipv4",
    ...(Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined)) as typeof content),
    TargetGroupArn: arn,
    TargetGroupName: name,
  };
  state.targetGroups.set(arn, { shown, attributes: new Map(DEFAULT_ATTRIBUTES), targets: new Map() });
  state.tags.set(arn, Tags ?? []);
  return { ...shown, LoadBalancerArns: [] };
}

function describe(world: World, input: DescribeTargetGroupsInput, call: Call): TargetGroup[] {
  const state = elbState(world, call);
  const { TargetGroupArns: arns = [], Names: names = [], LoadBalancerArn } = input;
  for (const arn of arns) findGroup(world, call, arn);
  const all = [...state.targetGroups.values()].map(({ shown }) => ({
    ...shown,
    LoadBalancerArns: [...loadBalancersOf(state, shown.TargetGroupArn ?? "")],
  }));
  const missing = names.find((name) => !all.some((one) => one.TargetGroupName === name));
  if (missing !== undefined) throw new AwsError("TargetGroupNotFound", "One or more target groups not found");
  return all.filter((one) => {
    if (arns.length > 0) return arns.includes(one.TargetGroupArn ?? "");
    if (names.length > 0) return names.includes(one.TargetGroupName ?? "");
    return LoadBalancerArn === undefined || one.LoadBalancerArns.includes(LoadBalancerArn);
  });
}

function health(world: World, input: DescribeTargetHealthInput, call: Call): object {
  const group = findGroup(world, call, input.TargetGroupArn ?? "");
  const unused = loadBalancersOf(elbState(world, call), input.TargetGroupArn ?? "").length === 0;
  const asked = new Set((input.Targets ?? []).map(({ Id, Port = group.shown.Port }) => `${Id}:${Port}`));
  const descriptions = [...group.targets]
    .filter(([key]) => asked.size === 0 || asked.has(key))
    .map(([, target]) => ({
      Target: { Id: target.id, Port: target.port },
      HealthCheckPort: String(target.port),
      TargetHealth: (unused
        ? {
            State: "unused",
            Reason: "Target.NotInUse",
            Description: "Target group is not configured to receive traffic from the load balancer",
          }
        : {
            State: target.state,
            ...(target.reason !== undefined && { Reason: target.reason, Description: target.description }),
          }) as TargetHealth,
    }));
  const missing = [...asked]
    .filter((key) => !group.targets.has(key))
    .map((key) => ({
      Target: { Id: key.slice(0, key.lastIndexOf(":")), Port: Number(key.slice(key.lastIndexOf(":") + 1)) },
      TargetHealth: {
        State: "unused",
        Reason: "Target.NotRegistered",
        Description: "Target is not registered to the target group",
      },
    }));
  return { TargetHealthDescriptions: [...descriptions, ...missing] };
}

function pairs(group: TargetGroupRecord): TargetGroupAttribute[] {
  return [...group.attributes].map(([Key, Value]) => ({ Key, Value }));
}
