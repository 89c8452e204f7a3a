import type { InitializeMiddleware, MiddlewareStack } from "@aws-sdk/types";
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
    return calls.run({ service: spaced(service), operation }, () => next(args));
  };
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.add(middleware, { step: "initialize", name: "scheduler", priority: "high" });
  return client;
}

/** `ApplicationAutoScaling` → `application auto scaling`, `ECS` → `ecs`. */
function spaced(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=V\d)/g, " ").toLowerCase();
}
