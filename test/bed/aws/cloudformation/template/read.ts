import { load, YAMLException } from "js-yaml";
import { AwsError } from "../../kernel.ts";
import { TEMPLATE_SCHEMA } from "./short-tags.ts";
import { isSection, type Section, type Value } from "./value.ts";

/** A template as it was sent, and as read. */
export interface TemplateText {
  readonly body: string;
  readonly document: Section;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const LONGEST_INLINE_BODY = 51_200;
const LONGEST_BODY = 1_000_000;

/** A ValidationError, the code of nearly everything CloudFormation refuses. */
export function refuse(message: string): never {
  throw new AwsError("ValidationError", message);
}

/** Refuses a body that is too long to be sent inline, or empty, in the words of the API's own validation. */
export function checkInlineLength(body: string): void {
  if (body === "")
    refuse(
      "1 validation error detected: Value '' at 'templateBody' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  if (body.length > LONGEST_INLINE_BODY)
    refuse(
      `1 validation error detected: Value '${body}' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_INLINE_BODY}`,
    );
}

/** A fleet deploys one template a thousand times: it is read once, and all its stacks share it. */
const recent = new Map<string, TemplateText>();
const REMEMBERED = 64;

/**
 * Reads JSON, or YAML with short-form functions.
 *
 * @throws AwsError ValidationError "Template format error: …" as AWS words it
 */
export function readTemplate(body: string): TemplateText {
  const known = recent.get(body);
  if (known !== undefined) return known;
  if (Buffer.byteLength(body) > LONGEST_BODY) refuse(`Template may not exceed ${LONGEST_BODY} bytes in size.`);
  const value = body.trimStart().startsWith("{") ? readJson(body) : readYaml(body);
  if (!isSection(value)) refuse("Template format error: unsupported structure.");
  const [oldest] = recent.keys();
  if (recent.size >= REMEMBERED && oldest !== undefined) recent.delete(oldest);
  const text = { body, document: value };
  recent.set(body, text);
  return text;
}

function readJson(body: string): Value {
  try {
    return JSON.parse(body) as Value;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const { line, column } = whereJsonBreaks(body, cause);
    throw new AwsError(
      "ValidationError",
      `Template format error: JSON not well-formed. (line ${line}, column ${column})`,
    );
  }
}

/** AWS reports the place after the offending character, counted from 1. */
function whereJsonBreaks(body: string, cause: SyntaxError): { readonly line: number; readonly column: number } {
  const position = Number(/position (\d+)/.exec(cause.message)?.[1] ?? body.length);
  const lines = body.slice(0, position).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 2 };
}

function readYaml(body: string): Value {
  try {
    return load(body, { schema: TEMPLATE_SCHEMA }) as Value;
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    const where = cause.mark;
    const place = where === undefined ? "" : ` (line ${where.line + 1}, column ${where.column + 1})`;
    throw new AwsError("ValidationError", `Template format error: YAML not well-formed.${place}`);
  }
}
