import { type AwsBed, startAwsBed } from "../aws/bed.ts";
import { installCloudFormation } from "../aws/cloudformation/install.ts";
import { validation } from "../aws/cloudformation/operations/early-validation.ts";
import { AwsError, type Call } from "../aws/kernel.ts";
import { asRecorded, isArray, isObject } from "./answer.ts";
import type { Json } from "./recording.ts";
import { virtualClock } from "./virtual-clock.ts";

/** The account and region of the recordings. */
const CALL: Call = {
  requestId: "replay",
  caller: { account: "111111111111", region: "us-east-1", arn: "arn:aws:iam::111111111111:user/recorder", tags: {} },
};

/** Names that boto3 has for services whose SDK package is called otherwise. */
const PACKAGE: Readonly<Record<string, string>> = {
  secretsmanager: "secrets-manager",
  logs: "cloudwatch-logs",
  stepfunctions: "sfn",
  apigateway: "api-gateway",
  events: "eventbridge",
  route53: "route-53",
  es: "elasticsearch-service",
};

/** Hours of bed time after which a wait is given up. */
const LONGEST_WAIT = 24 * 3600_000;
const POLL = 5_000;

export interface Session {
  readonly bed: AwsBed;
  /** @throws AwsError as the service answers, or UnknownOperationException for what the bed does not model */
  call(service: string, operation: string, params: object): Promise<Json>;
  /** Asks again and again until the answer is one; undefined if it never is. */
  poll(ask: () => Promise<Json>, until: (answer: Json) => boolean): Promise<Json | undefined>;
  end(): Promise<void>;
}

/** A fresh bed, in which time passes as fast as the work allows. */
export async function openSession(seed: string): Promise<Session> {
  const clock = virtualClock();
  const bed = await startAwsBed({ clock, seed, account: CALL.caller.account, region: CALL.caller.region });
  if (!bed.world.services.has("cloudformation")) installCloudFormation(bed.world);
  // Most recordings are older than validation before deployment; what it says is shown by tests of its own.
  validation(bed.world).isEarly = false;
  const call = async (service: string, operation: string, params: object): Promise<Json> => {
    const name = bed.world.services.has(service) ? service : (PACKAGE[service] ?? service);
    return asRecorded(await bed.world.invoke(name, operation, params, CALL));
  };
  const poll: Session["poll"] = async (ask, until) => {
    const deadline = clock.now() + LONGEST_WAIT;
    while (clock.now() < deadline) {
      const answer = await ask();
      if (until(answer)) return answer;
      await clock.sleep(POLL);
    }
    return undefined;
  };
  return { bed, call, poll, end: () => bed.stop() };
}

/** True if the error says that the bed does not have the operation. */
export function isNotModelled(cause: unknown): boolean {
  return cause instanceof AwsError && (cause.code === "UnknownOperationException" || cause.status === 501);
}

/** The status of the stack in an answer of DescribeStacks. */
export function stackStatus(answer: Json): string {
  const [stack] = isObject(answer) && isArray(answer.Stacks) ? answer.Stacks : [];
  return isObject(stack) ? String(stack.StackStatus) : "";
}
