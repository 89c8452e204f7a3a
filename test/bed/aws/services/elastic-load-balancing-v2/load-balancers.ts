/** Load balancers. */
import type {
  CreateLoadBalancerInput,
  DescribeLoadBalancersInput,
  LoadBalancer,
  LoadBalancerAttribute,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { newArn } from "./names.ts";
import { elbState, type LoadBalancerRecord } from "./state.ts";

/** Milliseconds of bed time a load balancer is `provisioning`. */
const PROVISIONING = 120_000;

const DEFAULT_ATTRIBUTES: readonly (readonly [string, string])[] = [
  ["deletion_protection.enabled", "false"],
  ["access_logs.s3.enabled", "false"],
  ["access_logs.s3.bucket", ""],
  ["access_logs.s3.prefix", ""],
  ["idle_timeout.timeout_seconds", "60"],
  ["routing.http2.enabled", "true"],
  ["routing.http.drop_invalid_header_fields.enabled", "false"],
  ["load_balancing.cross_zone.enabled", "true"],
];

/** Load balancer operations by name. */
export function loadBalancerOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateLoadBalancer: (input: CreateLoadBalancerInput, call) => ({ LoadBalancers: [create(world, input, call)] }),
    DescribeLoadBalancers: (input: DescribeLoadBalancersInput, call) => {
      const all = [...elbState(world, call).loadBalancers.values()].map((record) => record.shown);
      const { LoadBalancerArns: arns = [], Names: names = [] } = input;
      for (const arn of arns) findLoadBalancer(world, call, arn);
      const missing = names.find((name) => !all.some((one) => one.LoadBalancerName === name));
      if (missing !== undefined) throw new AwsError("LoadBalancerNotFound", `Load balancers '[${missing}]' not found`);
      const asked = arns.length + names.length > 0;
      return {
        LoadBalancers: all.filter(
          (one) => !asked || arns.includes(one.LoadBalancerArn ?? "") || names.includes(one.LoadBalancerName ?? ""),
        ),
      };
    },
    DeleteLoadBalancer: ({ LoadBalancerArn = "" }: { LoadBalancerArn?: string }, call) => {
      const state = elbState(world, call);
      const record = state.loadBalancers.get(LoadBalancerArn);
      if (record?.attributes.get("deletion_protection.enabled") === "true") {
        throw new AwsError(
          "OperationNotPermitted",
          `Load balancer '${LoadBalancerArn}' cannot be deleted because deletion protection is enabled`,
        );
      }
      for (const listener of [...state.listeners.values()]) {
        if (listener.LoadBalancerArn === LoadBalancerArn) removeListener(world, call, listener.ListenerArn ?? "");
      }
      state.loadBalancers.delete(LoadBalancerArn);
      return {};
    },
    DescribeLoadBalancerAttributes: ({ LoadBalancerArn = "" }: { LoadBalancerArn?: string }, call) => ({
      Attributes: pairs(findLoadBalancer(world, call, LoadBalancerArn)),
    }),
    ModifyLoadBalancerAttributes: (input: { LoadBalancerArn?: string; Attributes?: LoadBalancerAttribute[] }, call) => {
      const record = findLoadBalancer(world, call, input.LoadBalancerArn ?? "");
      for (const { Key = "", Value = "" } of input.Attributes ?? []) record.attributes.set(Key, Value);
      return { Attributes: pairs(record) };
    },
    SetSecurityGroups: (input: { LoadBalancerArn?: string; SecurityGroups?: string[] }, call) => {
      const { shown } = findLoadBalancer(world, call, input.LoadBalancerArn ?? "");
      shown.SecurityGroups = input.SecurityGroups;
      return { SecurityGroupIds: input.SecurityGroups };
    },
  };
}

/** The load balancer of an ARN; throws LoadBalancerNotFound. */
export function findLoadBalancer(world: World, call: Call, arn: string): LoadBalancerRecord {
  const record = elbState(world, call).loadBalancers.get(arn);
  if (record === undefined) throw new AwsError("LoadBalancerNotFound", `Load balancers '[${arn}]' not found`);
  return record;
}

/** Removes a listener and its rules. */
export function removeListener(world: World, call: Call, arn: string): void {
  const state = elbState(world, call);
  for (const rule of [...state.rules.values()]) if (rule.listenerArn === arn) state.rules.delete(rule.RuleArn ?? "");
  state.listeners.delete(arn);
}

function create(world: World, input: CreateLoadBalancerInput, call: Call): LoadBalancer {
  const state = elbState(world, call);
  const name = input.Name ?? "";
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(name)) {
    throw new AwsError(
      "ValidationError",
      `The load balancer name '${name}' can only contain characters that are alphanumeric characters and hyphens(-), up to 32 of them`,
    );
  }
  const existing = [...state.loadBalancers.values()].find(({ shown }) => shown.LoadBalancerName === name);
  if (existing !== undefined) {
    throw new AwsError(
      "DuplicateLoadBalancerName",
      `A load balancer with the same name '${name}' exists, but with different settings`,
    );
  }
  const subnets = input.Subnets ?? input.SubnetMappings?.map((mapping) => mapping.SubnetId ?? "") ?? [];
  const type = input.Type ?? "application";
  if (type === "application" && subnets.length < 2) {
    throw new AwsError("ValidationError", "At least two subnets in two different Availability Zones must be specified");
  }
  const arn = newArn(world, call, type === "network" ? "loadbalancer/net" : "loadbalancer/app", name);
  const { region } = call.caller;
  const internal = input.Scheme === "internal" ? "internal-" : "";
  const shown: LoadBalancer = {
    LoadBalancerArn: arn,
    LoadBalancerName: name,
    DNSName: `${internal}${name}-${Number.parseInt(world.hex(8), 16)}.${region}.elb.amazonaws.com`,
    CanonicalHostedZoneId: "Z35SXDOTRQ7X7K",
    CreatedTime: new Date(world.clock.now()),
    Scheme: input.Scheme ?? "internet-facing",
    VpcId: "vpc-bed",
    State: { Code: "provisioning" },
    Type: type,
    AvailabilityZones: subnets.map((SubnetId, at) => ({
      ZoneName: `${region}${"abcdef"[at % 6]}`,
      SubnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: input.SecurityGroups ?? [],
    IpAddressType: input.IpAddressType ?? "ipv4",
  };
  state.loadBalancers.set(arn, { shown, attributes: new Map(DEFAULT_ATTRIBUTES) });
  state.tags.set(arn, input.Tags ?? []);
  world.clock.after(PROVISIONING, () => {
    shown.State = { Code: "active" };
  });
  return shown;
}

function pairs(record: LoadBalancerRecord): LoadBalancerAttribute[] {
  return [...record.attributes].map(([Key, Value]) => ({ Key, Value }));
}
