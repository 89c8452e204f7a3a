/** The awsJson protocols and Smithy RPC v2 CBOR: the same tree of values, as JSON text or as CBOR bytes. */
import { cbor } from "@smithy/core/cbor";
import { AwsError } from "../kernel.ts";
import { type Shape, writeTime } from "./shapes.ts";
import type { WireError } from "./wire-error.ts";

export type TreeFormat = "json" | "cbor";

/** Reads a request's body into a tree of plain values; an empty body is an empty input. */
export function readTree(body: Uint8Array, format: TreeFormat): unknown {
  if (body.length === 0) return {};
  try {
    return format === "cbor" ? cbor.deserialize(body) : JSON.parse(Buffer.from(body).toString("utf8"));
  } catch (cause) {
    throw new AwsError("SerializationException", `the body is not ${format}: ${String(cause)}`);
  }
}

/** Turns a tree into the values operations take: dates are Date, blobs Uint8Array. Wrong types are refused with their path. */
export function fromTree(value: unknown, shape: Shape, path = ""): unknown {
  const wrong = (wanted: string): AwsError =>
    new AwsError("SerializationException", `${path || "the input"} must be ${wanted}, got ${JSON.stringify(value)}`);
  switch (shape.kind) {
    case "structure": {
      if (!isRecord(value)) throw wrong("a structure");
      const read: Record<string, unknown> = {};
      const members = new Map(shape.members.map((member) => [member.name, member]));
      for (const [name, inner] of Object.entries(value)) {
        const member = members.get(name);
        // Old query-compatible clients send their type along.
        if (member === undefined && name === "__type") continue;
        if (member === undefined) throw unknownMember(path, name);
        if (inner !== null && inner !== undefined)
          read[name] = fromTree(inner, member.shape(), path === "" ? name : `${path}.${name}`);
      }
      return read;
    }
    case "list":
      if (!Array.isArray(value)) throw wrong("a list");
      return value
        .filter((item) => item !== null)
        .map((item, index) => fromTree(item, shape.element.shape(), `${path}[${index}]`));
    case "map":
      if (!isRecord(value)) throw wrong("a map");
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== null)
          .map(([key, inner]) => [key, fromTree(inner, shape.value.shape(), `${path}.${key}`)]),
      );
    case "text":
      if (typeof value !== "string") throw wrong("a string");
      return value;
    case "number": {
      const number = typeof value === "bigint" ? Number(value) : value;
      if (typeof number !== "number") throw wrong("a number");
      return number;
    }
    case "boolean":
      if (typeof value !== "boolean") throw wrong("true or false");
      return value;
    case "blob":
      if (value instanceof Uint8Array) return value;
      if (typeof value !== "string") throw wrong("base64 text");
      return new Uint8Array(Buffer.from(value, "base64"));
    case "time": {
      const tagged = isRecord(value) && "value" in value ? value.value : value;
      const moment =
        tagged instanceof Date ? tagged : new Date(typeof tagged === "number" ? tagged * 1000 : String(tagged));
      if (Number.isNaN(moment.getTime())) throw wrong("a timestamp");
      return moment;
    }
    case "document":
      return value;
    case "unit":
      return {};
  }
}

/** The reverse of `fromTree`, for answers. Members that the shape does not have are refused: they would be lost silently. */
export function toTree(value: unknown, shape: Shape, format: TreeFormat): unknown {
  switch (shape.kind) {
    case "structure": {
      const given = value as Readonly<Record<string, unknown>>;
      const written: Record<string, unknown> = {};
      for (const member of shape.members) {
        const inner = given[member.name];
        if (inner !== undefined && inner !== null) written[member.name] = toTree(inner, member.shape(), format);
      }
      return written;
    }
    case "list":
      return (value as readonly unknown[]).map((item) => toTree(item, shape.element.shape(), format));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, inner]) => [key, toTree(inner, shape.value.shape(), format)]),
      );
    case "blob": {
      const bytes = typeof value === "string" ? Buffer.from(value) : (value as Uint8Array);
      return format === "cbor" ? bytes : Buffer.from(bytes).toString("base64");
    }
    case "time": {
      const moment = new Date(value as Date | number | string);
      if (format === "cbor") return moment;
      return shape.format === "default" || shape.format === "epoch"
        ? moment.getTime() / 1000
        : writeTime(moment, shape.format);
    }
    case "text":
      return String(value);
    case "number":
    case "boolean":
    case "document":
      return value;
    case "unit":
      return {};
  }
}

/** A tree as the body of an answer. */
export function writeTree(tree: unknown, format: TreeFormat): Uint8Array {
  return format === "cbor" ? cbor.serialize(tree) : Buffer.from(JSON.stringify(tree));
}

/** The body of an error answer: type, message, and the further members of the error's shape. */
export function errorTree(error: WireError): Readonly<Record<string, unknown>> {
  const messageName = error.shape?.members.find((member) => /^message$/i.test(member.name))?.name ?? "message";
  return { __type: error.shapeName, ...error.members, [messageName]: error.message };
}

function unknownMember(path: string, name: string): AwsError {
  return new AwsError("ValidationException", `unknown member ${path === "" ? name : `${path}.${name}`}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
