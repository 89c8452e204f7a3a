/** Reads the form bodies of the awsQuery and ec2Query protocols, where `Tags.member.1.Key=a` is a path and a value. */
import { AwsError } from "../kernel.ts";
import { type Member, readTime, type Shape } from "./shapes.ts";

interface Branch {
  value?: string;
  readonly children: Map<string, Branch>;
}

/**
 * An input from the parameters of a form, without Action and Version.
 *
 * @throws AwsError ValidationError naming the parameter that the shape does not have or cannot take
 */
export function fromForm(form: URLSearchParams, shape: Shape, style: "aws" | "ec2"): unknown {
  const root: Branch = { children: new Map() };
  for (const [key, value] of form) {
    if (key === "Action" || key === "Version") continue;
    let branch = root;
    for (const part of key.split(".")) {
      let next = branch.children.get(part);
      if (next === undefined) {
        next = { children: new Map() };
        branch.children.set(part, next);
      }
      branch = next;
    }
    branch.value = value;
  }
  return read(root, shape, { style, path: "", flat: false });
}

interface Where {
  readonly style: "aws" | "ec2";
  readonly path: string;
  readonly flat: boolean;
}

function read(branch: Branch, shape: Shape, where: Where): unknown {
  switch (shape.kind) {
    case "structure": {
      const names = new Map(shape.members.map((member) => [formName(member, where.style), member]));
      const value: Record<string, unknown> = {};
      for (const [name, child] of branch.children) {
        const path = where.path === "" ? name : `${where.path}.${name}`;
        const member = names.get(name);
        if (member === undefined) throw new AwsError("ValidationError", `unknown parameter ${path}`);
        value[member.name] = read(child, member.shape(), {
          style: where.style,
          path,
          flat: where.style === "ec2" || member.traits.xmlFlattened !== undefined,
        });
      }
      return value;
    }
    case "list":
      return elements(branch, where).map(([child, path]) =>
        read(child, shape.element.shape(), { ...where, path, flat: false }),
      );
    case "map": {
      const entries = elements(branch, where).map(([child, path]) => {
        const key = child.children.get(shape.key.traits.xmlName ?? "key")?.value;
        const inner = child.children.get(shape.value.traits.xmlName ?? "value");
        if (key === undefined || inner === undefined)
          throw new AwsError("ValidationError", `${path} needs a key and a value`);
        return [key, read(inner, shape.value.shape(), { ...where, path, flat: false })] as const;
      });
      return Object.fromEntries(entries);
    }
    case "unit":
      return {};
    case "text":
    case "number":
    case "boolean":
    case "blob":
    case "time":
    case "document":
      return scalar(branch, shape, where.path);
  }
}

/** A list is numbered, either at once (flat) or below one name that may be `member`, `entry` or the element's own. */
function elements(branch: Branch, where: Where): readonly (readonly [Branch, string])[] {
  if (branch.value === "" && branch.children.size === 0) return [];
  const [only] = branch.children;
  const below =
    !where.flat && branch.children.size === 1 && only !== undefined && !/^\d+$/.test(only[0]) ? only[1] : branch;
  if (below.value === "" && below.children.size === 0) return [];
  return [...below.children]
    .map(([index, child]) => {
      if (!/^\d+$/.test(index))
        throw new AwsError("ValidationError", `${where.path}.${index} is not a number in a list`);
      return [Number(index), child] as const;
    })
    .sort(([a], [b]) => a - b)
    .map(([index, child]) => [child, `${where.path}.${index}`] as const);
}

function scalar(branch: Branch, shape: Shape, path: string): unknown {
  const text = branch.value;
  if (text === undefined || branch.children.size > 0)
    throw new AwsError("ValidationError", `${path} must be one value`);
  switch (shape.kind) {
    case "number": {
      const number = Number(text);
      if (text.trim() === "" || Number.isNaN(number)) throw new AwsError("ValidationError", `${path} must be a number`);
      return number;
    }
    case "boolean":
      if (!/^(true|false)$/i.test(text)) throw new AwsError("ValidationError", `${path} must be true or false`);
      return text.toLowerCase() === "true";
    case "blob":
      return new Uint8Array(Buffer.from(text, "base64"));
    case "time": {
      const moment = readTime(text);
      if (Number.isNaN(moment.getTime())) throw new AwsError("ValidationError", `${path} must be a timestamp`);
      return moment;
    }
    case "text":
    case "document":
    case "list":
    case "map":
    case "structure":
    case "unit":
      return text;
  }
}

/** EC2 capitalises the XML name unless the model gives a name for queries. */
function formName(member: Member, style: "aws" | "ec2"): string {
  if (style === "aws") return member.traits.xmlName ?? member.name;
  if (member.traits.ec2QueryName !== undefined) return member.traits.ec2QueryName;
  const name = member.traits.xmlName ?? member.name;
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}
