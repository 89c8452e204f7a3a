/**
 * The front of the AWS bed: takes HTTP requests of any AWS client, lets the faults meet them, calls the services and logs
 * what came of it. What it does not know it refuses with status 501 and a message that names it.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Arrival, Effect } from "./faults/arrival.ts";
import type { CallLog } from "./faults/call-log.ts";
import { asIfUnseen } from "./faults/eventual-consistency.ts";
import type { Faults } from "./faults/faults.ts";
import { AwsError, type Caller, type World } from "./kernel.ts";
import { type Conversation, converse } from "./protocols/conversation.ts";
import { type HttpRequest, readRequest } from "./protocols/http-request.ts";
import { inProtocolOf, tooFast } from "./protocols/refusals.ts";
import { missingMembers } from "./protocols/required.ts";
import type { RestAnswer } from "./protocols/rest-xml.ts";
import { wireError } from "./protocols/wire-error.ts";
import { expiredToken, identify } from "./services/sts/sessions.ts";

/** Something else that answers under paths of its own, such as the image registry. */
export interface Neighbour {
  takes(path: string): boolean;
  answer(request: HttpRequest): Promise<RestAnswer>;
}

export interface Front {
  readonly world: World;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly account: string;
  readonly region: string;
  readonly neighbours: readonly Neighbour[];
}

export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1. @param port 0 for any free one */
export async function serve(front: Front, port: number): Promise<RunningServer> {
  const server: Server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    handle(front, incoming, response).catch((failure: unknown) => {
      // A bug of the bed: loud for the client, and with its stack for the engineer.
      console.error(failure);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "Content-Type": "text/plain" }).end(String((failure as Error).stack ?? failure));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(front: Front, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await readRequest(incoming);
  const neighbour = front.neighbours.find(({ takes }) => takes(request.path));
  const reaction = neighbour === undefined ? await react(front, request) : await neighbour.answer(request);
  if (reaction === "reset") response.destroy();
  else if (reaction !== "hang") send(response, { ...reaction, isHead: request.method === "HEAD" });
}

/** Everything from a request to its answer, or to the end of its connection. */
async function react(front: Front, request: HttpRequest): Promise<RestAnswer | "reset" | "hang"> {
  const { world, calls, faults } = front;
  const conversation = await converse(request);
  const requestId = randomUUID();
  const at = world.clock.now();
  let caller: Caller = { account: front.account, region: front.region, arn: "anonymous", tags: {} };
  let shown: object = {};
  const log = (outcome: string): void => {
    const { service, operation } = conversation;
    const { account, region, arn, tags } = caller;
    const who = { account, region, caller: arn, callerTags: tags };
    calls.record({ at, answeredAt: world.clock.now(), service, operation, ...who, requestId, outcome, input: shown });
  };
  try {
    caller = callerOf(front, conversation);
    const input = conversation.input();
    shown = withoutBytes(input);
    const { service, operation } = conversation;
    const arrival: Arrival = { service, operation, account: caller.account, region: caller.region, input: shown, at };
    const effects = faults.meet(arrival);
    for (const effect of effects) if (effect.does === "delay") await world.clock.sleep(effect.milliseconds);
    const cut = effects.find((effect) => effect.does === "cut");
    if (cut?.when === "before-effect") {
      log(`${cut.connection}-before-effect`);
      return cut.connection;
    }
    const output = await outcome(front, conversation, { effects, input, call: { requestId, caller } });
    if (cut !== undefined) {
      log(`${cut.connection}-after-effect`);
      return cut.connection;
    }
    faults.answered(arrival, output);
    const answer = conversation.answer(output, requestId);
    log("ok");
    return answer;
  } catch (failure) {
    if (!(failure instanceof AwsError)) throw failure;
    const error = wireError(inProtocolOf(conversation, failure), conversation.model);
    log(error.code);
    return conversation.failure(error, requestId);
  }
}

/** An input as the call log and the faults see it: of a body only its length. */
function withoutBytes(input: object): object {
  const members = Object.entries(input).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? { bytes: value.length } : value,
  ]);
  return Object.fromEntries(members);
}

function callerOf(front: Front, { service, operation, credential }: Conversation): Caller {
  if (credential === undefined) {
    if (service === "sts" && operation === "AssumeRoleWithWebIdentity")
      return { account: front.account, region: front.region, arn: "anonymous", tags: {} };
    throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
  }
  const { account, arn, tags } = identify(front.world, credential, front.account);
  return { account, arn, tags, region: credential.region };
}

async function outcome(
  { world }: Front,
  conversation: Conversation,
  asked: {
    readonly effects: readonly Effect[];
    readonly input: object;
    readonly call: { readonly requestId: string; readonly caller: Caller };
  },
): Promise<object> {
  for (const effect of asked.effects) {
    if (effect.does === "throttle") throw tooFast(conversation);
    if (effect.does === "expire") throw expiredToken();
    if (effect.does === "fail") throw effect.error;
    if (effect.does === "answer") return effect.output;
  }
  const { model, service, operation } = conversation;
  const overlooked = asked.effects.flatMap((effect) => (effect.does === "overlook" ? effect.unseen : []));
  const missing = missingMembers(asked.input, model?.operations.get(operation)?.input ?? { kind: "unit" });
  if (missing.length > 0) throw lacks(missing);
  const invoke = (input: object): Promise<object> => world.invoke(service, operation, input, asked.call);
  return overlooked.length === 0 ? await invoke(asked.input) : await asIfUnseen(overlooked, asked.input, invoke);
}

function lacks(missing: readonly string[]): AwsError {
  const problems = missing.map((path) => `Value at '${path}' failed to satisfy constraint: Member must not be null`);
  const text = `${problems.length} validation error${problems.length === 1 ? "" : "s"} detected: ${problems.join("; ")}`;
  return new AwsError("ValidationError", text);
}

function send(response: ServerResponse, answer: RestAnswer & { readonly isHead: boolean }): void {
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  // The client's own time, however fast the bed's runs: the SDK takes a difference for a wrong clock, and repeats what was refused.
  const headers: Record<string, string> = { Date: new Date().toUTCString(), ...answer.headers };
  // The answer to HEAD states the length of what GET would send.
  if (!answer.isHead && answer.status !== 204 && answer.status !== 304) headers["Content-Length"] = String(body.length);
  response.writeHead(answer.status, headers);
  response.end(answer.isHead ? undefined : body);
}
