/**
 * Shapes of AWS inputs and outputs as plain values, read from the schemas that the SDK's clients export. Everything else in
 * this folder walks these shapes, so no protocol code knows the SDK's own encoding of schemas.
 */
import { NormalizedSchema } from "@smithy/core/schema";

export type TimeFormat = "default" | "iso" | "http" | "epoch";

export type Shape =
  | { readonly kind: "text" | "number" | "boolean" | "document" | "unit" }
  | { readonly kind: "blob"; readonly streaming: boolean }
  | { readonly kind: "time"; readonly format: TimeFormat }
  | { readonly kind: "list"; readonly element: Member }
  | { readonly kind: "map"; readonly key: Member; readonly value: Member }
  | Structure;

export interface Structure {
  readonly kind: "structure";
  readonly name: string;
  readonly traits: Traits;
  readonly members: readonly Member[];
  /** How many of the members, from the first, an input must have. */
  readonly required: number;
}

export interface Member {
  readonly name: string;
  readonly traits: Traits;
  /** A function, because shapes refer to each other in circles. */
  readonly shape: () => Shape;
}

/** The traits of Smithy that the protocols of AWS read: where a member goes on the wire and what it is called there. */
export interface Traits {
  readonly xmlName?: string;
  readonly xmlFlattened?: unknown;
  readonly xmlAttribute?: unknown;
  readonly xmlNamespace?: readonly [string, string];
  readonly ec2QueryName?: string;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpQuery?: string;
  readonly httpLabel?: unknown;
  readonly httpPayload?: unknown;
  readonly http?: readonly [string, string, number];
  readonly httpError?: number;
  readonly awsQueryError?: readonly [string, number];
  readonly error?: "client" | "server";
  readonly sensitive?: unknown;
}

const known = new WeakMap<object, Shape>();

/** The shape that a schema exported by an SDK client describes. */
export function shapeOf(schema: unknown): Shape {
  const normal = NormalizedSchema.of(schema as Parameters<typeof NormalizedSchema.of>[0]);
  const raw: unknown = normal.getSchema();
  if (typeof raw !== "object" || raw === null) return describe(normal);
  const earlier = known.get(raw);
  if (earlier !== undefined) return earlier;
  const shape = describe(normal);
  known.set(raw, shape);
  return shape;
}

function describe(schema: NormalizedSchema): Shape {
  if (schema.isUnitSchema()) return { kind: "unit" };
  if (schema.isListSchema()) return { kind: "list", element: member("member", schema.getValueSchema()) };
  if (schema.isMapSchema())
    return {
      kind: "map",
      key: member("key", schema.getKeySchema()),
      value: member("value", schema.getValueSchema()),
    };
  if (schema.isStructSchema()) {
    const raw = schema.getSchema() as unknown as readonly unknown[];
    return {
      kind: "structure",
      name: String(raw[2]),
      traits: schema.getOwnTraits() as Traits,
      members: [...schema.structIterator()].map(([name, inner]) => member(name, inner)),
      required: typeof raw[6] === "number" ? raw[6] : 0,
    };
  }
  if (schema.isBlobSchema()) return { kind: "blob", streaming: schema.isStreaming() };
  if (schema.isTimestampSchema()) return { kind: "time", format: timeFormat(Number(schema.getSchema())) };
  if (schema.isBooleanSchema()) return { kind: "boolean" };
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return { kind: "number" };
  if (schema.isDocumentSchema()) return { kind: "document" };
  return { kind: "text" };
}

function member(name: string, schema: NormalizedSchema): Member {
  let shape: Shape | undefined;
  return {
    name,
    traits: schema.getMergedTraits() as Traits,
    shape: () => {
      shape ??= shapeOf(schema);
      return shape;
    },
  };
}

/** Numbers as in Smithy's TypeScript schemas: 4 default, 5 date-time, 6 http-date, 7 epoch-seconds. */
function timeFormat(code: number): TimeFormat {
  if (code === 5) return "iso";
  if (code === 6) return "http";
  if (code === 7) return "epoch";
  return "default";
}

/** Writes a moment in the given format, in UTC. */
export function writeTime(moment: Date, format: Exclude<TimeFormat, "default">): string {
  if (format === "http") return moment.toUTCString();
  if (format === "epoch") return String(moment.getTime() / 1000);
  return moment.toISOString();
}

/** Reads a moment written in any of the three formats; an invalid Date if it is none of them. */
export function readTime(text: string): Date {
  return /^-?\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
}
