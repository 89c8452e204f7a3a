/** An HTTP request with its whole body, decoded as far as HTTP and S3's chunked encoding go. */
import type { IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { readChunked } from "./aws-chunked.ts";

export interface HttpRequest {
  readonly method: string;
  readonly host: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name; trailers of a chunked body are among them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/**
 * Reads a request to its end.
 *
 * @throws AwsError IncompleteBody if its chunks are cut off
 */
export async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const raw = new Uint8Array(Buffer.concat(parts));
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(",") : value;
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? "" : url.slice(mark + 1));
  const request = { method: incoming.method ?? "GET", host: headers.host ?? "", path, query };

  const encodings = (headers["content-encoding"] ?? "").split(",").map((encoding) => encoding.trim());
  const isChunked =
    encodings.includes("aws-chunked") || headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true;
  if (isChunked) {
    const { body, trailers } = readChunked(raw);
    const rest = encodings.filter((encoding) => encoding !== "aws-chunked" && encoding !== "").join(",");
    return {
      ...request,
      headers: {
        ...headers,
        ...trailers,
        "content-encoding": rest === "" ? undefined : rest,
        "content-length": String(body.length),
      },
      body,
    };
  }
  // The SDK compresses large bodies of some RPC operations; S3 keeps what it is given.
  const isRpc = headers["x-amz-target"] !== undefined || headers["smithy-protocol"] !== undefined;
  return { ...request, headers, body: isRpc && encodings.includes("gzip") ? new Uint8Array(gunzipSync(raw)) : raw };
}
