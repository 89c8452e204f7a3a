/** One signed request to AWS, with the SDK's own signer and Node's own fetch and crypto. */

import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";
import { SignatureV4 } from "@smithy/signature-v4";

export interface SignedRequest {
  /** Name of the service as it is signed, and as its endpoint begins. */
  readonly service: string;
  /** Where the endpoint begins otherwise, as `api.ecr`. */
  readonly prefix?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Signing {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  /** Waits between two tries, milliseconds; in real time if left out. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** An error AWS answered with. The name is its code, as with the SDK's own errors. */
export class AwsFailure extends Error {
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

/** Sends a request that can be repeated. */
export async function signedFetch(
  { service, prefix = service, headers, body }: SignedRequest,
  { region, credentials }: Signing,
): Promise<{ readonly ok: boolean; readonly status: number; readonly text: string }> {
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  // An endpoint of one's own, as on a test bed, or the region's.
  const address = new URL(process.env.AWS_ENDPOINT_URL ?? `https://${prefix}.${region}.${suffix}`);
  const signed = await new SignatureV4({ service, region, credentials, sha256: NodeSha256 }).sign({
    method: "POST",
    protocol: address.protocol,
    hostname: address.hostname,
    ...(address.port !== "" && { port: Number(address.port) }),
    path: "/",
    query: {},
    headers: { host: address.host, ...headers },
    body,
  });
  const { host: _, ...sent } = signed.headers;
  const response = await fetch(address, { method: "POST", headers: sent, body });
  return { ok: response.ok, status: response.status, text: await response.text() };
}

const tries = 5;

/** Tries again what broke on the way, and what came when there were too many. */
export async function patiently<T>(ask: () => Promise<T>, pause: Signing["pause"] = setTimeout): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || attempt === tries) throw error;
      await pause(2 ** attempt * 100);
    }
  }
}

const tooMany: readonly string[] = [
  "Throttling",
  "ThrottlingException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
];

function isPassing(error: unknown): boolean {
  if (error instanceof AwsFailure) return error.status >= 500 || tooMany.includes(error.name);
  // What fetch throws when a connection breaks.
  return error instanceof TypeError;
}

/** The hash that the signer asks for. */
class NodeSha256 {
  #hash: Hash | Hmac;
  readonly #secret: string | Uint8Array | undefined;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined || typeof secret === "string" ? secret : bytesOf(secret);
    this.#hash = this.#fresh();
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === "string" ? data : bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash("sha256") : createHmac("sha256", this.#secret);
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
