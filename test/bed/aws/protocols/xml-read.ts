/** Reads XML request bodies by the shape of the input. */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { AwsError } from "../kernel.ts";
import { readTime, type Shape } from "./shapes.ts";

/** An element: its text, or its children by name, each name with all its elements in order. */
export type XmlNode = string | { readonly [name: string]: readonly XmlNode[] };

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  isArray: () => true,
  ignoreDeclaration: true,
});

/**
 * The root element of a document.
 *
 * @throws AwsError MalformedXML
 */
export function parseXml(body: Uint8Array): XmlNode {
  const text = Buffer.from(body).toString("utf8");
  if (XMLValidator.validate(text) !== true) throw malformed();
  const parsed: Readonly<Record<string, unknown>> = parser.parse(text);
  const root = Object.values(parsed).find((value) => Array.isArray(value) && value.length === 1) as
    | readonly unknown[]
    | undefined;
  if (root === undefined) throw malformed();
  return tidy(root[0]);
}

/** The value that an element holds; unknown elements and wrong contents are refused. */
export function fromXml(node: XmlNode, shape: Shape): unknown {
  switch (shape.kind) {
    case "structure": {
      const value: Record<string, unknown> = {};
      const children = typeof node === "string" ? {} : node;
      const known = new Set<string>();
      for (const member of shape.members) {
        const name = member.traits.xmlName ?? member.name;
        known.add(name);
        const found = children[name];
        if (found === undefined) continue;
        const inner = member.shape();
        const flat = member.traits.xmlFlattened !== undefined;
        if (flat && inner.kind === "list")
          value[member.name] = found.map((child) => fromXml(child, inner.element.shape()));
        else if (found[0] !== undefined) value[member.name] = fromXml(found[0], inner);
      }
      if (Object.keys(children).some((name) => !known.has(name))) throw malformed();
      return value;
    }
    case "list": {
      const name = shape.element.traits.xmlName ?? "member";
      const children = typeof node === "string" ? [] : (node[name] ?? []);
      return children.map((child) => fromXml(child, shape.element.shape()));
    }
    case "map":
      throw new Error("no S3 request has a map in its body");
    case "text":
    case "document":
      return scalar(node);
    case "number": {
      const number = Number(scalar(node));
      if (Number.isNaN(number)) throw malformed();
      return number;
    }
    case "boolean":
      return scalar(node).toLowerCase() === "true";
    case "blob":
      return new Uint8Array(Buffer.from(scalar(node), "base64"));
    case "time":
      return readTime(scalar(node));
    case "unit":
      return {};
  }
}

function scalar(node: XmlNode): string {
  if (typeof node !== "string") throw malformed();
  return node;
}

/** The parser gives an element with children its white space as well; that is no content. */
function tidy(node: unknown): XmlNode {
  if (typeof node !== "object" || node === null) return String(node ?? "");
  const children = Object.entries(node).filter(([name]) => name !== "#text");
  if (children.length === 0) return String((node as { readonly "#text"?: unknown })["#text"] ?? "");
  return Object.fromEntries(children.map(([name, nodes]) => [name, (nodes as readonly unknown[]).map(tidy)]));
}

function malformed(): AwsError {
  return new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}
