import { AwsError, type Operation, type ResourceHandler, type World } from "../kernel.ts";
import { needStack } from "./operations/find.ts";
import { note } from "./stack/events.ts";
import { signalsOf } from "./stack/signals.ts";

const POLL = 1_000;

/**
 * AWS::CloudFormation::WaitCondition: is there once it has been signalled often enough, and fails when that takes too long. One
 * without a handle waits by its creation policy.
 */
export function waitCondition(world: World): ResourceHandler {
  return {
    create: async (properties, { stackId, logicalId, started }) => {
      // As AWS has it, the id is that of the handle within the stack.
      const physicalId = `${stackId}/${String(properties.Handle ?? logicalId)
        .split("/")
        .at(-1)}`;
      started?.(physicalId);
      const wanted = properties.Handle === undefined ? 0 : Number(properties.Count ?? 1);
      const deadline = world.clock.now() + Number(properties.Timeout ?? 0) * 1000;
      const { succeeded, failed } = signalsOf(world, stackId, logicalId);
      while (succeeded.size < wanted) {
        const [bad] = failed;
        if (bad !== undefined) throw new AwsError("SignalFailed", `Received FAILURE signal with UniqueId ${bad}`);
        if (world.clock.now() >= deadline)
          throw new AwsError(
            "TimedOut",
            `WaitCondition timed out. Received ${succeeded.size} conditions when expecting ${wanted}`,
          );
        await world.clock.sleep(POLL);
      }
      return {
        physicalId,
        attributes: { Data: JSON.stringify(Object.fromEntries([...succeeded].map((id) => [id, ""]))) },
      };
    },
    update: async (made) => made,
    remove: async () => {},
  };
}

interface SignalInput {
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly UniqueId: string;
  readonly Status: "SUCCESS" | "FAILURE";
}

/** SignalResource, in a world: each signal counts once, and the resource's events tell of it. */
export function signalOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    SignalResource: ({ StackName, LogicalResourceId, UniqueId, Status }: SignalInput, call) => {
      const stack = needStack(StackName, { world, call }, "in brackets");
      const resource = stack.resources.get(LogicalResourceId);
      const operation = stack.operations.at(-1);
      const { status } = resource ?? {};
      if (resource === undefined || operation === undefined || status?.endsWith("_IN_PROGRESS") !== true)
        throw new AwsError("ValidationError", `Resource ${LogicalResourceId} is in no state to be signalled`);
      const { succeeded, failed } = signalsOf(world, stack.id, LogicalResourceId);
      if (succeeded.has(UniqueId) || failed.has(UniqueId)) return {};
      (Status === "FAILURE" ? failed : succeeded).add(UniqueId);
      const reason = `Received ${Status} signal with UniqueId ${UniqueId}`;
      note({ world, call, stack, operation }, resource, { status: resource.status, reason });
      return {};
    },
  };
}
