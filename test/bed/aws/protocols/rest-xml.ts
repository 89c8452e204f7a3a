/** The restXml protocol's bindings: which member of an input or answer is in the path, query, headers or body. */
import { AwsError } from "../kernel.ts";
import type { OperationModel } from "./model.ts";
import type { S3Request, S3Target } from "./s3-route.ts";
import { type Member, readTime, type Shape, writeTime } from "./shapes.ts";
import type { WireError } from "./wire-error.ts";
import { escapeXml, HEAD, writeElement } from "./xml.ts";
import { fromXml, parseXml } from "./xml-read.ts";

/** An input from a request, its body already decoded from aws-chunked. */
export function fromRest(operation: OperationModel, request: S3Request & S3Target, body: Uint8Array): object {
  if (operation.input.kind !== "structure") return {};
  const value: Record<string, unknown> = {};
  const inBody: Member[] = [];
  for (const member of operation.input.members) {
    const { traits } = member;
    const shape = member.shape();
    if (traits.httpLabel !== undefined) {
      const label = member.name === "Bucket" ? request.bucket : request.key;
      if (label !== undefined) value[member.name] = label;
    } else if (traits.httpQuery !== undefined) {
      const text = request.query.get(traits.httpQuery);
      if (text !== null) value[member.name] = fromText(text, shape, member.name);
    } else if (traits.httpHeader !== undefined) {
      const text = request.headers[traits.httpHeader.toLowerCase()];
      if (text !== undefined) value[member.name] = fromText(text, shape, member.name);
    } else if (traits.httpPrefixHeaders !== undefined) {
      const found = prefixed(request.headers, traits.httpPrefixHeaders);
      if (Object.keys(found).length > 0) value[member.name] = found;
    } else if (traits.httpPayload !== undefined) {
      if (shape.kind === "structure") {
        if (body.length > 0) value[member.name] = fromXml(parseXml(body), shape);
      } else value[member.name] = shape.kind === "text" ? Buffer.from(body).toString("utf8") : body;
    } else inBody.push(member);
  }
  if (inBody.length > 0 && body.length > 0)
    Object.assign(value, fromXml(parseXml(body), { ...operation.input, members: inBody }) as object);
  return value;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** The answer of an operation. */
export function restAnswer(operation: OperationModel, output: object, xmlNamespace: string): RestAnswer {
  const declared = operation.traits.http?.[2] ?? 200;
  const shape = operation.output;
  if (shape.kind !== "structure") return { status: declared, headers: {}, body: "" };
  const given = output as Readonly<Record<string, unknown>>;
  const headers: Record<string, string> = {};
  const inBody: Member[] = [];
  let payload: Uint8Array | string | undefined;
  for (const member of shape.members) {
    const inner = given[member.name];
    const { traits } = member;
    if (traits.httpHeader !== undefined) {
      if (inner !== undefined) headers[traits.httpHeader] = toHeader(inner, member.shape());
    } else if (traits.httpPrefixHeaders !== undefined) {
      for (const [name, text] of Object.entries((inner as object | undefined) ?? {}))
        headers[`${traits.httpPrefixHeaders}${name}`] = String(text);
    } else if (traits.httpPayload !== undefined) {
      payload = inner === undefined ? "" : toPayload(inner, member, xmlNamespace);
    } else inBody.push(member);
  }
  const status = given.ContentRange === undefined ? declared : 206;
  if (payload !== undefined) return { status, headers, body: payload };
  if (inBody.length === 0) return { status, headers, body: "" };
  // The one answer of S3 whose only member is the root itself.
  const members = operation.name === "GetBucketLocation" ? undefined : { ...shape, members: inBody };
  const name = shape.traits.xmlName ?? shape.name;
  const traits = { xmlNamespace: ["", xmlNamespace] as const };
  const body =
    members === undefined
      ? `<LocationConstraint xmlns="${xmlNamespace}">${escapeXml(String(given.LocationConstraint ?? ""))}</LocationConstraint>`
      : writeElement(name, output, members, traits);
  return { status, headers: { "Content-Type": "application/xml", ...headers }, body: HEAD + body };
}

/** The answer to a REST request that failed; to HEAD without a body, as HTTP has it. */
export function restError(
  error: WireError,
  at: { readonly method: string; readonly resource: string; readonly requestId: string },
): RestAnswer {
  const headers: Record<string, string> = { "Content-Type": "application/xml" };
  for (const [name, value] of Object.entries(error.members))
    if (name.startsWith("x-amz-")) headers[name] = String(value);
  if (at.method === "HEAD" || error.status === 304) return { status: error.status, headers, body: "" };
  const more = Object.entries(error.members)
    .filter(([name]) => !name.startsWith("x-amz-"))
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join("");
  return {
    status: error.status,
    headers,
    body: `${HEAD}<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${more}<Resource>${escapeXml(at.resource)}</Resource><RequestId>${at.requestId}</RequestId></Error>`,
  };
}

function toPayload(value: unknown, member: Member, xmlNamespace: string): Uint8Array | string {
  const shape = member.shape();
  if (shape.kind !== "structure") return value instanceof Uint8Array ? value : String(value);
  const name = member.traits.xmlName ?? shape.name;
  return HEAD + writeElement(name, value, shape, { xmlNamespace: ["", xmlNamespace] });
}

function fromText(text: string, shape: Shape, name: string): unknown {
  if (shape.kind === "number") {
    const number = Number(text);
    if (Number.isNaN(number)) throw new AwsError("InvalidArgument", `${name} must be a number`);
    return number;
  }
  if (shape.kind === "boolean") return text.toLowerCase() === "true";
  if (shape.kind === "time") return readTime(text);
  if (shape.kind === "list") return text.split(",").map((item) => item.trim());
  return text;
}

function toHeader(value: unknown, shape: Shape): string {
  if (shape.kind === "time")
    return writeTime(new Date(value as Date), shape.format === "default" ? "http" : shape.format);
  if (shape.kind === "list") return (value as readonly unknown[]).join(",");
  return String(value);
}

function prefixed(headers: S3Request["headers"], prefix: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, text] of Object.entries(headers))
    if (text !== undefined && name.startsWith(prefix.toLowerCase())) found[name.slice(prefix.length)] = text;
  return found;
}
