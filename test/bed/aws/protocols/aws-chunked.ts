/** Bodies in S3's `aws-chunked` content encoding: chunks, their signatures, and trailers with a checksum. */
import { AwsError } from "../kernel.ts";

export interface ChunkedBody {
  readonly body: Uint8Array;
  /** Trailing headers by lower-case name, such as x-amz-checksum-crc32. */
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Takes the chunks apart.
 *
 * @throws AwsError IncompleteBody if a chunk is cut off
 */
export function readChunked(encoded: Uint8Array): ChunkedBody {
  const buffer = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = buffer.indexOf("\r\n", at);
    if (end === -1) throw incomplete();
    // `size;chunk-signature=…`
    const size = Number.parseInt(buffer.toString("latin1", at, end), 16);
    if (Number.isNaN(size)) throw incomplete();
    at = end + 2;
    if (size === 0) break;
    if (at + size > buffer.length) throw incomplete();
    chunks.push(buffer.subarray(at, at + size));
    at += size + 2;
  }
  const trailers: Record<string, string> = {};
  for (const line of buffer.toString("latin1", at).split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) trailers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { body: new Uint8Array(Buffer.concat(chunks)), trailers };
}

function incomplete(): AwsError {
  return new AwsError("IncompleteBody", "The request body terminated unexpectedly");
}
