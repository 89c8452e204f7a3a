/** The awslogs driver: what a container writes goes to a log stream of its own in CloudWatch Logs. */
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { AwsError, type Call, type World } from "../../kernel.ts";

export interface ContainerLog {
  write(line: string): void;
  /** Resolves when everything written so far can be read in CloudWatch Logs. */
  flush(): Promise<void>;
}

/** Why a task cannot be initialised for want of its log group, if so. Creates the group if the container asks for that. */
export async function logObstacle(
  world: World,
  call: Call,
  container: ContainerDefinition,
): Promise<string | undefined> {
  const target = destination(call, container, "");
  if (target === undefined) return undefined;
  const { group, there, createGroup } = target;
  const { logGroups = [] } = await world.invoke<{ logGroups?: { logGroupName?: string }[] }>(
    "cloudwatch-logs",
    "DescribeLogGroups",
    { logGroupNamePrefix: group },
    there,
  );
  if (logGroups.some((one) => one.logGroupName === group)) return undefined;
  if (createGroup) {
    await orAlreadyThere(world.invoke("cloudwatch-logs", "CreateLogGroup", { logGroupName: group }, there));
    return undefined;
  }
  return (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create " +
    `Cloudwatch log stream: operation error CloudWatch Logs: CreateLogStream, ResourceNotFoundException: The specified log group does not exist. : exit status 1`
  );
}

/** Opens the log stream `<prefix>/<container>/<task id>` of a container; one that has no awslogs configuration writes nowhere. */
export async function openLog(
  world: World,
  call: Call,
  of: { readonly container: ContainerDefinition; readonly taskId: string },
): Promise<ContainerLog> {
  const target = destination(call, of.container, of.taskId);
  if (target === undefined) return { write: () => {}, flush: async () => {} };
  const { group, stream, there } = target;
  await orAlreadyThere(
    world.invoke("cloudwatch-logs", "CreateLogStream", { logGroupName: group, logStreamName: stream }, there),
  );
  let waiting: { timestamp: number; message: string }[] = [];
  let sent: Promise<unknown> = Promise.resolve();
  let due = false;
  const send = (): Promise<unknown> => {
    due = false;
    const logEvents = waiting;
    waiting = [];
    if (logEvents.length === 0) return sent;
    const input = { logGroupName: group, logStreamName: stream, logEvents };
    sent = sent.then(() => world.invoke("cloudwatch-logs", "PutLogEvents", input, there)).catch(lostIfStreamIsGone);
    return sent;
  };
  return {
    write: (line) => {
      waiting.push({ timestamp: Math.floor(world.clock.now()), message: line });
      if (due) return;
      due = true;
      world.clock.after(1_000, () => void send());
    },
    flush: async () => void (await send()),
  };
}

function destination(call: Call, container: ContainerDefinition, taskId: string) {
  if (container.logConfiguration?.logDriver !== "awslogs") return undefined;
  const options = container.logConfiguration.options ?? {};
  const prefix = options["awslogs-stream-prefix"];
  return {
    group: options["awslogs-group"] ?? "",
    stream: prefix === undefined ? taskId : `${prefix}/${container.name}/${taskId}`,
    createGroup: options["awslogs-create-group"] === "true",
    there: {
      ...call,
      caller: { ...call.caller, region: options["awslogs-region"] ?? call.caller.region },
    } satisfies Call,
  };
}

/** The driver loses what it cannot write; a group that somebody deleted under a running task is not the task's end. */
function lostIfStreamIsGone(error: unknown): void {
  if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
}

async function orAlreadyThere(done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ResourceAlreadyExistsException") throw error;
  }
}
