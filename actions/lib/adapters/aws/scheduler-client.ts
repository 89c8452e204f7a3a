import type { InitializeMiddleware, MiddlewareStack } from "@aws-sdk/types";
import { serviceOrder } from "../../domain/service.ts";
import type { AwsClientSettings } from "./client.ts";
import type { CallScheduler } from "./scheduler.ts";

/** The SDK's own retries are off: two that wait for each other would wait twice, and only the scheduler knows the buckets. */
export const withoutRetries = { retryMode: "standard", maxAttempts: 1 } as const;

/** Settings of a client whose calls the scheduler lets out. */
export function scheduledSettings(
  settings: AwsClientSettings,
): Omit<AwsClientSettings, keyof typeof withoutRetries> & typeof withoutRetries {
  return { ...settings, ...withoutRetries };
}

/** Sends every call of a client through the scheduler, so that none can go round it. */
export function scheduled<C extends { readonly middlewareStack: object }>(client: C, calls: CallScheduler): C {
  const middleware: InitializeMiddleware<object, object> = (next, context) => (args) => {
    const service = (context.clientName ?? "").replace(/Client$/, "");
    const operation = (context.commandName ?? "").replace(/Command$/, "");
    return calls.run({ service: spaced(service), operation, urgency: urgencyOf(args.input) }, () => next(args));
  };
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.add(middleware, { step: "initialize", name: "scheduler", priority: "high" });
  return client;
}

/**
 * Whose tenant has most left to do goes first: a tenant registers for its migration, then for one service after the other, and the
 * wave is over when the last of them is. Served in the order they come, a tenant that lost time with one service would lose it again
 * in line behind all the others' last ones.
 */
function urgencyOf(input: object): number {
  const family = "family" in input && typeof input.family === "string" ? input.family : "";
  const position = serviceOrder.findIndex((role) => family.endsWith(`-${role}`));
  return serviceOrder.length - (position === -1 ? 0 : position);
}

/** `ApplicationAutoScaling` → `application auto scaling`, `ECS` → `ecs`. */
function spaced(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=V\d)/g, " ").toLowerCase();
}
