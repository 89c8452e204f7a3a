/** What Elastic Load Balancing remembers for one account and region. */
import type { Listener, LoadBalancer, Rule, Tag, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Call, World } from "../../kernel.ts";

export interface TargetRecord {
  readonly id: string;
  readonly port: number;
  state: "initial" | "healthy" | "unhealthy" | "draining" | "unused";
  reason: string | undefined;
  description: string | undefined;
  /** Whether it would pass a health check now. */
  answers: boolean;
  /** Told whenever its state changes. */
  readonly changed: (state: TargetRecord["state"]) => void;
  /** Cancels the health check that is under way. */
  cancel: () => void;
}

export interface TargetGroupRecord {
  shown: TargetGroup;
  readonly attributes: Map<string, string>;
  /** By `<id>:<port>`. */
  readonly targets: Map<string, TargetRecord>;
}

export interface LoadBalancerRecord {
  shown: LoadBalancer;
  readonly attributes: Map<string, string>;
}

export interface ElbState {
  /** All by ARN. */
  readonly loadBalancers: Map<string, LoadBalancerRecord>;
  readonly listeners: Map<string, Listener>;
  readonly rules: Map<string, Rule & { readonly listenerArn: string }>;
  readonly targetGroups: Map<string, TargetGroupRecord>;
  readonly tags: Map<string, readonly Tag[]>;
}

/** The state of the caller's account and region. */
export function elbState(world: World, call: Call): ElbState {
  return world.store("elastic-load-balancing-v2", call.caller, () => ({
    loadBalancers: new Map(),
    listeners: new Map(),
    rules: new Map(),
    targetGroups: new Map(),
    tags: new Map(),
  }));
}

/** ARNs of the load balancers whose listeners or rules forward to a target group. */
export function loadBalancersOf(state: ElbState, targetGroupArn: string): readonly string[] {
  const forwards = (actions: Listener["DefaultActions"]): boolean =>
    (actions ?? []).some(
      (action) =>
        action.TargetGroupArn === targetGroupArn ||
        action.ForwardConfig?.TargetGroups?.some((group) => group.TargetGroupArn === targetGroupArn) === true,
    );
  const found = new Set<string>();
  for (const listener of state.listeners.values()) {
    const rules = [...state.rules.values()].filter((rule) => rule.listenerArn === listener.ListenerArn);
    if (forwards(listener.DefaultActions) || rules.some((rule) => forwards(rule.Actions))) {
      found.add(listener.LoadBalancerArn ?? "");
    }
  }
  return [...found];
}
