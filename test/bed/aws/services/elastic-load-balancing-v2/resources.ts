/** How CloudFormation makes load balancers, listeners, rules and target groups: through the same operations as everybody. */
import type { Listener, LoadBalancer, Rule, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import { generatedName } from "../../cloudformation/resources/names.ts";
import type { MadeResource, Properties, ResourceContext, ResourceHandler } from "../../kernel.ts";
import { fullName } from "./names.ts";
import { elbState } from "./state.ts";

const SERVICE = "elastic-load-balancing-v2";

type Attributes = readonly { readonly Key: string; readonly Value: string }[];

function invoke<T>({ world, call }: ResourceContext, operation: string, input: object): Promise<T> {
  return world.invoke<T>(SERVICE, operation, input, call);
}

function tagsOf(properties: Properties, context: ResourceContext): object[] {
  return [...(properties.Tags ?? []), ...context.tags];
}

export const loadBalancerHandler: ResourceHandler = {
  create: async (properties, context) => {
    const {
      Name = generatedName(context.world, "AWS::ElasticLoadBalancingV2::LoadBalancer", context),
      LoadBalancerAttributes,
      ...rest
    } = properties;
    const input = { ...rest, Name, Tags: tagsOf(properties, context) };
    const { LoadBalancers } = await invoke<{ LoadBalancers: [LoadBalancer] }>(context, "CreateLoadBalancer", input);
    const [made] = LoadBalancers;
    context.started?.(made.LoadBalancerArn ?? "");
    await setAttributes(context, "LoadBalancer", made.LoadBalancerArn, LoadBalancerAttributes);
    while (
      context.express !== true &&
      elbState(context.world, context.call).loadBalancers.get(made.LoadBalancerArn ?? "")?.shown.State?.Code ===
        "provisioning"
    ) {
      await context.world.clock.sleep(5_000);
    }
    return {
      physicalId: made.LoadBalancerArn ?? "",
      attributes: {
        LoadBalancerArn: made.LoadBalancerArn,
        LoadBalancerFullName: fullName(made.LoadBalancerArn ?? ""),
        LoadBalancerName: made.LoadBalancerName,
        DNSName: made.DNSName,
        CanonicalHostedZoneID: made.CanonicalHostedZoneId,
        SecurityGroups: made.SecurityGroups,
      },
    };
  },
  update: async (made, _before, after, context) => {
    await setAttributes(context, "LoadBalancer", made.physicalId, after.LoadBalancerAttributes);
    if (after.SecurityGroups !== undefined) {
      await invoke(context, "SetSecurityGroups", {
        LoadBalancerArn: made.physicalId,
        SecurityGroups: after.SecurityGroups,
      });
    }
    await invoke(context, "AddTags", { ResourceArns: [made.physicalId], Tags: tagsOf(after, context) });
    return made;
  },
  remove: async (made, _properties, context) => {
    await invoke(context, "DeleteLoadBalancer", { LoadBalancerArn: made.physicalId });
  },
  read: async (made, properties, { world, call }) => {
    const record = elbState(world, call).loadBalancers.get(made.physicalId);
    if (record === undefined) return undefined;
    return { ...properties, ...liveAttributes(properties, "LoadBalancerAttributes", record.attributes) };
  },
};

export const targetGroupHandler: ResourceHandler = {
  create: async (properties, context) => {
    const {
      Name = generatedName(context.world, "AWS::ElasticLoadBalancingV2::TargetGroup", context),
      TargetGroupAttributes,
      Targets,
      ...rest
    } = properties;
    const input = { ...rest, Name, Tags: tagsOf(properties, context) };
    const { TargetGroups } = await invoke<{ TargetGroups: [TargetGroup] }>(context, "CreateTargetGroup", input);
    const arn = TargetGroups[0].TargetGroupArn ?? "";
    await setAttributes(context, "TargetGroup", arn, TargetGroupAttributes);
    if (Targets !== undefined) await invoke(context, "RegisterTargets", { TargetGroupArn: arn, Targets });
    return {
      physicalId: arn,
      attributes: {
        TargetGroupArn: arn,
        TargetGroupFullName: fullName(arn),
        TargetGroupName: Name,
        LoadBalancerArns: [],
      },
    };
  },
  update: async (made, _before, after, context) => {
    const {
      Name,
      TargetGroupAttributes,
      Targets,
      Tags,
      Port,
      Protocol,
      VpcId,
      TargetType,
      ProtocolVersion,
      ...health
    } = after;
    await invoke(context, "ModifyTargetGroup", { ...health, TargetGroupArn: made.physicalId });
    await setAttributes(context, "TargetGroup", made.physicalId, TargetGroupAttributes);
    await invoke(context, "AddTags", { ResourceArns: [made.physicalId], Tags: tagsOf(after, context) });
    return made;
  },
  remove: async (made, _properties, context) => {
    await invoke(context, "DeleteTargetGroup", { TargetGroupArn: made.physicalId });
  },
  read: async (made, properties, { world, call }) => {
    const record = elbState(world, call).targetGroups.get(made.physicalId);
    if (record === undefined) return undefined;
    const shown = Object.entries(record.shown).filter(([name]) => properties[name] !== undefined);
    return {
      ...properties,
      ...Object.fromEntries(shown),
      ...liveAttributes(properties, "TargetGroupAttributes", record.attributes),
    };
  },
};

export const listenerHandler: ResourceHandler = {
  create: async (properties, context) => {
    const { ListenerAttributes: _, ...input } = properties;
    const { Listeners } = await invoke<{ Listeners: [Listener] }>(context, "CreateListener", input);
    return listenerMade(Listeners[0]);
  },
  update: async (made, _before, after, context) => {
    const { LoadBalancerArn: _, ListenerAttributes: __, ...input } = after;
    await invoke(context, "ModifyListener", { ...input, ListenerArn: made.physicalId });
    return made;
  },
  remove: async (made, _properties, { world, call, ...context }) => {
    if (elbState(world, call).listeners.has(made.physicalId)) {
      await invoke({ world, call, ...context }, "DeleteListener", { ListenerArn: made.physicalId });
    }
  },
  read: async (made, properties, { world, call }) => {
    const live = elbState(world, call).listeners.get(made.physicalId);
    if (live === undefined) return undefined;
    return {
      ...properties,
      ...Object.fromEntries(Object.entries(live).filter(([name]) => properties[name] !== undefined)),
    };
  },
};

export const listenerRuleHandler: ResourceHandler = {
  create: async (properties, context) => {
    const { Rules } = await invoke<{ Rules: [Rule] }>(context, "CreateRule", properties);
    const arn = Rules[0].RuleArn ?? "";
    return { physicalId: arn, attributes: { RuleArn: arn, IsDefault: false } };
  },
  update: async (made, before, after, context) => {
    await invoke(context, "ModifyRule", {
      RuleArn: made.physicalId,
      Conditions: after.Conditions,
      Actions: after.Actions,
    });
    if (before.Priority !== after.Priority) {
      await invoke(context, "SetRulePriorities", {
        RulePriorities: [{ RuleArn: made.physicalId, Priority: after.Priority }],
      });
    }
    return made;
  },
  remove: async (made, _properties, { world, call, ...context }) => {
    if (elbState(world, call).rules.has(made.physicalId)) {
      await invoke({ world, call, ...context }, "DeleteRule", { RuleArn: made.physicalId });
    }
  },
  read: async (made, properties, { world, call }) => {
    const live = elbState(world, call).rules.get(made.physicalId);
    return live === undefined
      ? undefined
      : { ...properties, Conditions: live.Conditions, Actions: live.Actions, Priority: Number(live.Priority) };
  },
};

function listenerMade(listener: Listener): MadeResource {
  return { physicalId: listener.ListenerArn ?? "", attributes: { ListenerArn: listener.ListenerArn } };
}

async function setAttributes(
  context: ResourceContext,
  kind: "LoadBalancer" | "TargetGroup",
  arn: string | undefined,
  attributes: Attributes | undefined,
): Promise<void> {
  if (attributes === undefined || attributes.length === 0) return;
  await invoke(context, `Modify${kind}Attributes`, { [`${kind}Arn`]: arn, Attributes: attributes });
}

function liveAttributes(properties: Properties, name: string, live: ReadonlyMap<string, string>): Properties {
  const declared = properties[name] as Attributes | undefined;
  return declared === undefined ? {} : { [name]: declared.map(({ Key }) => ({ Key, Value: live.get(Key) })) };
}
