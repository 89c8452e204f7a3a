/** Writes values as the XML of the query and REST protocols, by their shapes. */
import { type Member, type Shape, type Traits, writeTime } from "./shapes.ts";
import type { WireError } from "./wire-error.ts";

/** The members of a structure as elements, without an element around them. */
function writeMembers(value: unknown, members: readonly Member[]): string {
  const given = value as Readonly<Record<string, unknown>>;
  return members
    .map((member) => {
      const inner = given[member.name];
      return inner === undefined || inner === null ? "" : writeMember(inner, member);
    })
    .join("");
}

/** One element with its attributes, namespace and content. */
export function writeElement(name: string, value: unknown, shape: Shape, traits: Traits = {}): string {
  const namespace = traits.xmlNamespace;
  const declared =
    namespace === undefined
      ? ""
      : ` xmlns${namespace[0] === "" ? "" : `:${namespace[0]}`}="${escapeXml(namespace[1])}"`;
  if (shape.kind !== "structure") return `<${name}${declared}>${content(value, shape)}</${name}>`;
  const attributes = shape.members
    .filter((member) => member.traits.xmlAttribute !== undefined)
    .map((member) => {
      const inner = (value as Readonly<Record<string, unknown>>)[member.name];
      return inner === undefined ? "" : ` ${member.traits.xmlName ?? member.name}="${escapeXml(String(inner))}"`;
    })
    .join("");
  const elements = shape.members.filter((member) => member.traits.xmlAttribute === undefined);
  return `<${name}${declared}${attributes}>${writeMembers(value, elements)}</${name}>`;
}

function writeMember(value: unknown, member: Member): string {
  const shape = member.shape();
  const name = member.traits.xmlName ?? member.name;
  if (member.traits.xmlFlattened === undefined) return writeElement(name, value, shape, member.traits);
  if (shape.kind === "list")
    return (value as readonly unknown[])
      .map((item) => writeElement(name, item, shape.element.shape(), shape.element.traits))
      .join("");
  if (shape.kind === "map")
    return Object.entries(value as object)
      .map(([key, inner]) => `<${name}>${writeEntry(key, inner, shape)}</${name}>`)
      .join("");
  return writeElement(name, value, shape, member.traits);
}

function writeEntry(key: string, value: unknown, map: Extract<Shape, { kind: "map" }>): string {
  return (
    writeElement(map.key.traits.xmlName ?? "key", key, map.key.shape()) +
    writeElement(map.value.traits.xmlName ?? "value", value, map.value.shape())
  );
}

function content(value: unknown, shape: Shape): string {
  switch (shape.kind) {
    case "structure":
      return writeMembers(value, shape.members);
    case "list": {
      const name = shape.element.traits.xmlName ?? "member";
      return (value as readonly unknown[])
        .map((item) => writeElement(name, item, shape.element.shape(), shape.element.traits))
        .join("");
    }
    case "map":
      return Object.entries(value as object)
        .map(([key, inner]) => `<entry>${writeEntry(key, inner, shape)}</entry>`)
        .join("");
    case "blob":
      return Buffer.from(value as Uint8Array | string).toString("base64");
    case "time":
      return writeTime(new Date(value as Date | number), shape.format === "default" ? "iso" : shape.format);
    case "text":
    case "number":
    case "boolean":
    case "document":
      return escapeXml(String(value));
    case "unit":
      return "";
  }
}

/** The answer of an operation of a query service. */
export function queryAnswer(
  operation: { readonly name: string; readonly output: Shape },
  output: object,
  answer: { readonly requestId: string; readonly xmlNamespace: string; readonly style: "aws" | "ec2" },
): string {
  const { name, output: shape } = operation;
  const members = shape.kind === "structure" ? writeMembers(output, shape.members) : "";
  if (answer.style === "ec2")
    return `${HEAD}<${name}Response xmlns="${answer.xmlNamespace}"><requestId>${answer.requestId}</requestId>${members}</${name}Response>`;
  const result = shape.kind === "structure" ? `<${name}Result>${members}</${name}Result>` : "";
  return `${HEAD}<${name}Response xmlns="${answer.xmlNamespace}">${result}<ResponseMetadata><RequestId>${answer.requestId}</RequestId></ResponseMetadata></${name}Response>`;
}

/** The answer to a query request that failed. */
export function queryError(
  error: WireError,
  answer: { readonly requestId: string; readonly xmlNamespace: string; readonly style: "aws" | "ec2" },
): string {
  const code = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  if (answer.style === "ec2")
    return `${HEAD}<Response><Errors><Error>${code}</Error></Errors><RequestID>${answer.requestId}</RequestID></Response>`;
  const members = (error.shape?.members ?? []).filter((member) => !/^message$/i.test(member.name));
  return `${HEAD}<ErrorResponse xmlns="${answer.xmlNamespace}"><Error><Type>${error.fault}</Type>${code}${writeMembers(error.members, members)}</Error><RequestId>${answer.requestId}</RequestId></ErrorResponse>`;
}

/** The XML declaration that answers begin with. */
export const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Text as XML content or attribute value; control characters that XML 1.0 cannot carry become numeric references. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]|[^\P{Cc}\t\n\r]/gu, (character) => {
    if (character === "&") return "&amp;";
    if (character === "<") return "&lt;";
    if (character === ">") return "&gt;";
    if (character === '"') return "&quot;";
    return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}
