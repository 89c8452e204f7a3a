/**
 * A gate between one process and the beds: every call passes here, is named and counted, and one of them can be made the last
 * thing the process ever did, before it has its effect or after.
 */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Moment = "before-effect" | "after-effect";

export interface GateCall {
  /**
   * From 1, in the order in which the process made its calls; undefined for a poll: a read asked before without a write in between.
   * How many polls there are is chance, and a process that dies between two of them leaves the same behind.
   */
  readonly number?: number;
  /** `ecs:RunTask`, `s3:PUT`, `github:POST /repos/{owner}/{repo}/issues`. */
  readonly name: string;
  /** The process was killed before this call had its effect. */
  readonly lost?: true;
}

export interface Gate {
  /** Where the process finds AWS and GitHub. */
  readonly aws: string;
  readonly github: string;
  readonly calls: readonly GateCall[];
  close(): Promise<void>;
}

export interface GateOptions {
  readonly aws: string;
  readonly github: string;
  /** Where the process ends: at the call of this number. */
  readonly last?: { readonly call: number; readonly when: Moment };
  /** Ends the process. Its last call is never answered. */
  readonly kill: (call: GateCall) => void;
}

/** Listens on 127.0.0.1 for one process. */
export async function openGate(options: GateOptions): Promise<Gate> {
  const calls: GateCall[] = [];
  const number = numbering();
  const agent = new Agent({ keepAlive: true });
  const pass = async (target: "aws" | "github", incoming: IncomingMessage, response: ServerResponse) => {
    const body = await bytesOf(incoming);
    const name = target === "aws" ? awsName(incoming, body) : gitHubName(incoming);
    const counted = number(name);
    const isLast = counted !== undefined && options.last?.call === counted;
    const lost = isLast && options.last?.when === "before-effect";
    const call: GateCall = { name, ...(counted !== undefined && { number: counted }), ...(lost && { lost }) };
    calls.push(call);
    if (lost) return options.kill(call);
    const answer = await forward({ to: options[target], agent }, incoming, body);
    if (isLast) return options.kill(call);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  };
  const [aws, github] = await Promise.all(
    (["aws", "github"] as const).map((target) => listen((incoming, response) => pass(target, incoming, response))),
  );
  if (aws === undefined || github === undefined) throw new Error("a gate has two doors");
  return {
    ...{ aws: aws.url, github: github.url, calls },
    close: async () => {
      await Promise.all([aws.close(), github.close()]);
      agent.destroy();
    },
  };
}

function numbering(): (name: string) => number | undefined {
  let last = 0;
  const asked = new Set<string>();
  return (name) => {
    if (isWrite(name)) asked.clear();
    else if (asked.has(name)) return undefined;
    else asked.add(name);
    last += 1;
    return last;
  };
}

/** By the operation's verb; asking for credentials changes nothing. */
export function isWrite(name: string): boolean {
  return !/^(sts:|\w+(-\w+)*:(Describe|List|Get|BatchGet|BatchCheck|Filter|Validate)|\w+:(GET|HEAD)\b)/.test(name);
}

async function listen(
  take: (incoming: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((incoming, response) => {
    // The process is gone in the middle of a call, or the bed is: either way there is nobody to answer.
    take(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

function forward(
  { to, agent }: { readonly to: string; readonly agent: Agent },
  incoming: IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host: _host, "transfer-encoding": _encoding, ...headers } = incoming.headers;
    const outgoing = request(new URL(incoming.url ?? "/", to), {
      ...{ method: incoming.method, agent },
      headers: { ...headers, "content-length": String(body.length) },
    });
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      bytesOf(response).then((bytes) => {
        const { "transfer-encoding": _chunked, ...kept } = response.headers;
        // The bed's clock runs fast; a client that compares Date with its own takes that for skew and repeats every refusal.
        const headers = { ...kept, ...(kept.date !== undefined && { date: new Date().toUTCString() }) };
        resolve({ status: response.statusCode ?? 502, headers, body: bytes });
      }, reject);
    });
    outgoing.end(body);
  });
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** JSON protocols name the operation in a header, query protocols in the body; S3 says it with method and path. */
function awsName(incoming: IncomingMessage, body: Buffer): string {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? "")?.[1] ?? "sts";
  const target = String(incoming.headers["x-amz-target"] ?? "")
    .split(".")
    .at(1);
  const action = /(?:^|&)Action=(\w+)/.exec(body.subarray(0, 10_000).toString("utf8"))?.[1];
  if (service !== "s3") return `${service}:${target ?? action ?? `${incoming.method} ${incoming.url}`}`;
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://s3");
  // A bucket and a folder; what comes below differs from run to run.
  const folder = pathname.split("/")[2] ?? "";
  return `s3:${incoming.method} ${searchParams.has("list-type") ? (searchParams.get("prefix") ?? "") : folder}`;
}

function gitHubName({ method, url }: IncomingMessage): string {
  const path = new URL(url ?? "/", "http://github").pathname;
  const shape = path
    .replace(/^\/api\/v3/, "")
    .replace(/\/repos\/[^/]+\/[^/]+/, "")
    .replace(/\/contents\/.*/, "/contents/{path}")
    .replace(/\/heads(\/|%2F).*/, "/heads/{branch}")
    .replace(/\/[0-9a-f]{40}/g, "/{sha}")
    .replace(/\/\d+/g, "/{number}");
  return `github:${method} ${shape}`;
}
