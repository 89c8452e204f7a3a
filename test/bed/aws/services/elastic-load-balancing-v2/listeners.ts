/** Listeners and their rules. */
import type {
  CreateListenerInput,
  CreateRuleInput,
  DescribeListenersInput,
  DescribeRulesInput,
  Listener,
  ModifyListenerInput,
  ModifyRuleInput,
  Rule,
  SetRulePrioritiesInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { findLoadBalancer, removeListener } from "./load-balancers.ts";
import { partArn } from "./names.ts";
import { elbState } from "./state.ts";
import { findGroup } from "./targets.ts";

type ListedRule = Rule & { readonly listenerArn: string };

/** Listener and rule operations by name. */
export function listenerOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateListener: (input: CreateListenerInput, call) => ({ Listeners: [createListener(world, input, call)] }),
    DescribeListeners: (input: DescribeListenersInput, call) => {
      for (const arn of input.ListenerArns ?? []) findListener(world, call, arn);
      if (input.LoadBalancerArn !== undefined) findLoadBalancer(world, call, input.LoadBalancerArn);
      const all = [...elbState(world, call).listeners.values()];
      return {
        Listeners: all.filter((one) =>
          input.ListenerArns === undefined || input.ListenerArns.length === 0
            ? input.LoadBalancerArn === undefined || one.LoadBalancerArn === input.LoadBalancerArn
            : input.ListenerArns.includes(one.ListenerArn ?? ""),
        ),
      };
    },
    ModifyListener: (input: ModifyListenerInput, call) => {
      const listener = findListener(world, call, input.ListenerArn ?? "");
      checkActions(world, call, input.DefaultActions);
      const { ListenerArn, ...change } = structuredClone(input);
      Object.assign(listener, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)));
      return { Listeners: [listener] };
    },
    DeleteListener: ({ ListenerArn = "" }: { ListenerArn?: string }, call) => {
      findListener(world, call, ListenerArn);
      removeListener(world, call, ListenerArn);
      return {};
    },
    CreateRule: (input: CreateRuleInput, call) => ({ Rules: [shownRule(createRule(world, input, call))] }),
    DescribeRules: (input: DescribeRulesInput, call) => {
      const all = [...elbState(world, call).rules.values()];
      for (const arn of input.RuleArns ?? []) findRule(world, call, arn);
      const rules = all.filter(
        (rule) => input.RuleArns?.includes(rule.RuleArn ?? "") ?? rule.listenerArn === input.ListenerArn,
      );
      if (input.ListenerArn === undefined) return { Rules: rules.map(shownRule) };
      const listener = findListener(world, call, input.ListenerArn);
      const last: Rule = {
        RuleArn: partArn(world, input.ListenerArn, "listener-rule"),
        Priority: "default",
        Conditions: [],
        Actions: listener.DefaultActions,
        IsDefault: true,
      };
      return { Rules: [...rules.map(shownRule).sort((a, b) => Number(a.Priority) - Number(b.Priority)), last] };
    },
    ModifyRule: (input: ModifyRuleInput, call) => {
      const rule = findRule(world, call, input.RuleArn ?? "");
      checkActions(world, call, input.Actions);
      if (input.Actions !== undefined) rule.Actions = structuredClone(input.Actions);
      if (input.Conditions !== undefined) rule.Conditions = structuredClone(input.Conditions);
      return { Rules: [shownRule(rule)] };
    },
    SetRulePriorities: (input: SetRulePrioritiesInput, call) => {
      const changed = (input.RulePriorities ?? []).map(({ RuleArn = "", Priority = 1 }) => {
        const rule = findRule(world, call, RuleArn);
        rule.Priority = String(Priority);
        return shownRule(rule);
      });
      return { Rules: changed };
    },
    DeleteRule: ({ RuleArn = "" }: { RuleArn?: string }, call) => {
      findRule(world, call, RuleArn);
      elbState(world, call).rules.delete(RuleArn);
      return {};
    },
  };
}

/** The listener of an ARN; throws ListenerNotFound. */
function findListener(world: World, call: Call, arn: string): Listener {
  const listener = elbState(world, call).listeners.get(arn);
  if (listener === undefined) throw new AwsError("ListenerNotFound", `One or more listeners not found`);
  return listener;
}

function findRule(world: World, call: Call, arn: string): ListedRule {
  const rule = elbState(world, call).rules.get(arn);
  if (rule === undefined) throw new AwsError("RuleNotFound", "One or more rules not found");
  return rule;
}

function createListener(world: World, input: CreateListenerInput, call: Call): Listener {
  const state = elbState(world, call);
  const loadBalancer = input.LoadBalancerArn ?? "";
  findLoadBalancer(world, call, loadBalancer);
  checkActions(world, call, input.DefaultActions);
  if ([...state.listeners.values()].some((one) => one.LoadBalancerArn === loadBalancer && one.Port === input.Port)) {
    throw new AwsError("DuplicateListener", "A listener already exists on this port for this load balancer");
  }
  if (input.Protocol === "HTTPS" && (input.Certificates ?? []).length === 0) {
    throw new AwsError("ValidationError", "A certificate must be specified for HTTPS listeners");
  }
  const { Tags, ...content } = structuredClone(input);
  const listener: Listener = { ...content, ListenerArn: partArn(world, loadBalancer, "listener") };
  state.listeners.set(listener.ListenerArn ?? "", listener);
  state.tags.set(listener.ListenerArn ?? "", Tags ?? []);
  return listener;
}

function createRule(world: World, input: CreateRuleInput, call: Call): ListedRule {
  const state = elbState(world, call);
  const listenerArn = input.ListenerArn ?? "";
  findListener(world, call, listenerArn);
  checkActions(world, call, input.Actions);
  if (
    [...state.rules.values()].some(
      (rule) => rule.listenerArn === listenerArn && rule.Priority === String(input.Priority),
    )
  ) {
    throw new AwsError("PriorityInUse", `Priority '${input.Priority}' is currently in use`);
  }
  const { Tags, Priority, ListenerArn, ...content } = structuredClone(input);
  const rule: ListedRule = {
    ...content,
    RuleArn: partArn(world, listenerArn, "listener-rule"),
    Priority: String(Priority),
    IsDefault: false,
    listenerArn,
  };
  state.rules.set(rule.RuleArn ?? "", rule);
  state.tags.set(rule.RuleArn ?? "", Tags ?? []);
  return rule;
}

function checkActions(world: World, call: Call, actions: CreateRuleInput["Actions"]): void {
  for (const action of actions ?? []) {
    if (action.TargetGroupArn !== undefined) findGroup(world, call, action.TargetGroupArn);
    for (const group of action.ForwardConfig?.TargetGroups ?? []) findGroup(world, call, group.TargetGroupArn ?? "");
  }
}

function shownRule({ listenerArn: _, ...rule }: ListedRule): Rule {
  return rule;
}
