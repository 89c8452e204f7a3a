/** Checksums that a caller sends along with a body, and has verified. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError } from "../../kernel.ts";

const algorithms: Readonly<Record<string, (body: Uint8Array) => string>> = {
  CRC32: (body) => fourBytes(crc32(body)),
  CRC32C: (body) => fourBytes(crc32c(body)),
  SHA1: (body) => createHash("sha1").update(body).digest("base64"),
  SHA256: (body) => createHash("sha256").update(body).digest("base64"),
};

/**
 * The checksums to keep with a body, as members of the answer: those that came, or that the named algorithm gives.
 *
 * @throws AwsError BadDigest, InvalidDigest if one that came is wrong
 */
export function checksumsOf(input: object, body: Uint8Array): Readonly<Record<string, string>> {
  const { ContentMD5, ChecksumAlgorithm } = input as Readonly<Record<string, unknown>>;
  if (typeof ContentMD5 === "string" && ContentMD5 !== createHash("md5").update(body).digest("base64"))
    throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(input)) {
    const algorithm = /^Checksum(CRC\w+|SHA\w+|MD5|XXHASH\w+)$/.exec(name)?.[1];
    if (algorithm === undefined || typeof value !== "string") continue;
    const compute = algorithms[algorithm];
    if (compute !== undefined && compute(body) !== value)
      throw new AwsError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
    kept[name] = value;
  }
  const named = typeof ChecksumAlgorithm === "string" ? algorithms[ChecksumAlgorithm] : undefined;
  if (Object.keys(kept).length === 0 && named !== undefined) kept[`Checksum${String(ChecksumAlgorithm)}`] = named(body);
  return kept;
}

/** Castagnoli's polynomial, reflected. */
const castagnoli = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

function crc32c(body: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of body) value = (value >>> 8) ^ (castagnoli[(value ^ byte) & 0xff] ?? 0);
  return (value ^ 0xffffffff) >>> 0;
}

function fourBytes(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}
