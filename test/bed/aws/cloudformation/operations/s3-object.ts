import { AwsError } from "../../kernel.ts";
import { refuse } from "../template/read.ts";
import type { Where } from "./find.ts";

/**
 * The text of an object in the bed's S3, by URL.
 *
 * @throws AwsError ValidationError if the URL is not one of S3's, or the object cannot be read
 */
export async function fetchText(url: string, { world, call }: Where): Promise<string> {
  if (url.startsWith("s3://"))
    refuse(`S3 error: Domain name specified in ${new URL(url).hostname} is not a valid S3 domain`);
  const place = objectAt(url);
  if (place === undefined) refuse("TemplateURL must be a supported URL.");
  try {
    const { Body } = await world.invoke<{ Body: unknown }>("s3", "GetObject", place, call);
    return await bodyText(Body);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    return refuse(
      `S3 error: ${cause.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
    );
  }
}

/** Virtual-hosted and path style, on any host: the bed's own S3 is on a loopback address. */
function objectAt(
  text: string,
): { readonly Bucket: string; readonly Key: string; readonly VersionId?: string } | undefined {
  if (!/^https?:\/\//.test(text)) return undefined;
  const url = new URL(text);
  const path = decodeURIComponent(url.pathname.slice(1));
  const hosted = /^(.+)\.s3[.-]/.exec(url.hostname)?.[1];
  const loopback = /^(localhost|127\.|\[::1\])/.test(url.hostname);
  if (hosted === undefined && !loopback && !/^s3[.-]/.test(url.hostname)) return undefined;
  const [first = "", ...rest] = path.split("/");
  const version = url.searchParams.get("versionId");
  const place = hosted === undefined ? { Bucket: first, Key: rest.join("/") } : { Bucket: hosted, Key: path };
  return { ...place, ...(version !== null && { VersionId: version }) };
}

/** The body as a data service gives it: bytes, text, or a stream. */
async function bodyText(body: unknown): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  if (typeof body === "object" && body !== null && Symbol.asyncIterator in body) {
    const parts: Buffer[] = [];
    for await (const part of body as AsyncIterable<Uint8Array>) parts.push(Buffer.from(part));
    return Buffer.concat(parts).toString("utf8");
  }
  throw new Error("S3 gave a body that is neither bytes, text nor a stream");
}
