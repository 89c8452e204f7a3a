import { AwsError, type Operation, type ResourceHandler, type World } from "../kernel.ts";
import { needStack } from "./operations/find.ts";

interface Signals {
  /** By stack id and logical id: unique ids that have reported success. */
  readonly received: Map<string, Set<string>>;
  readonly failed: Map<string, string>;
}

const POLL = 1_000;

/** AWS::CloudFormation::WaitCondition: is there once it has been signalled often enough, and fails when that takes too long. */
export function waitCondition(world: World): ResourceHandler {
  return {
    create: async (properties, { stackId, logicalId, started }) => {
      // As AWS has it, the id is that of the handle within the stack.
      const physicalId = `${stackId}/${String(properties.Handle).split("/").at(-1)}`;
      started?.(physicalId);
      const wanted = Number(properties.Count ?? 1);
      const key = `${stackId}/${logicalId}`;
      const deadline = world.clock.now() + Number(properties.Timeout ?? 0) * 1000;
      const { received, failed } = signals(world);
      const count = (): number => received.get(key)?.size ?? 0;
      while (count() < wanted) {
        const reason = failed.get(key);
        if (reason !== undefined) throw new AwsError("SignalFailed", reason);
        if (world.clock.now() >= deadline)
          throw new AwsError(
            "TimedOut",
            `WaitCondition timed out. Received ${count()} conditions when expecting ${wanted}`,
          );
        await world.clock.sleep(POLL);
      }
      return {
        physicalId,
        attributes: { Data: JSON.stringify(Object.fromEntries([...(received.get(key) ?? [])].map((id) => [id, ""]))) },
      };
    },
    update: async (made) => made,
    remove: async () => {},
  };
}

/** SignalResource, in a world. */
export function signalOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    SignalResource: (
      input: { StackName: string; LogicalResourceId: string; UniqueId: string; Status: "SUCCESS" | "FAILURE" },
      call,
    ) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      const resource = stack.resources.get(input.LogicalResourceId);
      if (resource === undefined || !resource.status.endsWith("_IN_PROGRESS"))
        throw new AwsError("ValidationError", `Resource ${input.LogicalResourceId} is in no state to be signalled`);
      const key = `${stack.id}/${input.LogicalResourceId}`;
      const { received, failed } = signals(world);
      if (input.Status === "FAILURE") failed.set(key, `Received FAILURE signal with UniqueId ${input.UniqueId}`);
      else received.set(key, new Set([...(received.get(key) ?? []), input.UniqueId]));
      return {};
    },
  };
}

function signals(world: World): Signals {
  return world.store<Signals>("cloudformation/signals", { account: "*", region: "*" }, () => ({
    received: new Map(),
    failed: new Map(),
  }));
}
