import { AwsError, type Call, type World } from "../kernel.ts";
import { refuse } from "./template/read.ts";
import { isList, type Section, section, type Value } from "./template/value.ts";

/** One parameter of a deployment. */
export interface ParameterValue {
  readonly name: string;
  /** As given or by default, as text: what DescribeStacks shows. */
  readonly text: string;
  /** What Ref gives: a list for list types, the stored value for SSM types. */
  readonly value: Value;
  /** Value of an SSM-typed parameter at the time it was looked up. */
  readonly resolved?: string;
  readonly noEcho: boolean;
  readonly type: string;
}

/** As in the API's Parameters member. */
export interface GivenParameter {
  readonly ParameterKey: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean;
}

export interface ParameterSources {
  readonly given: readonly GivenParameter[];
  /** Parameters of the stack as it is. */
  readonly previous: ReadonlyMap<string, ParameterValue>;
  readonly world: World;
  readonly call: Call;
}

const SSM_TYPE = /^AWS::SSM::Parameter::Value<(.*)>$/;

/**
 * Gives every parameter of a template its value, and refuses values that the template forbids.
 *
 * @throws AwsError ValidationError, all missing parameters in one message
 */
export async function resolveParameters(
  document: Section,
  sources: ParameterSources,
): Promise<ReadonlyMap<string, ParameterValue>> {
  const declared = section(document, "Parameters");
  const given = new Map(sources.given.map((parameter) => [parameter.ParameterKey, parameter]));
  const strange = [...given.keys()].filter((name) => !Object.hasOwn(declared, name));
  if (strange.length > 0) refuse(`Parameters: [${strange.join(", ")}] do not exist in the template`);
  const texts = new Map<string, string>();
  const missing: string[] = [];
  for (const [name, parameter] of Object.entries(declared)) {
    const text = textOf(name, parameter as Section, given.get(name), sources.previous);
    if (text === undefined) missing.push(name);
    else texts.set(name, text);
  }
  if (missing.length > 0) refuse(`Parameters: [${missing.join(", ")}] must have values`);
  const resolved = new Map<string, ParameterValue>();
  const lost: string[] = [];
  for (const [name, text] of texts) {
    const value = await parameterValue(name, text, declared[name] as Section, sources);
    // What the caller named is a value that is missing; what the template names by itself could not be fetched.
    if (value === undefined && given.get(name)?.ParameterValue !== undefined) refuse(withoutValue(name));
    if (value === undefined) lost.push(text);
    else resolved.set(name, value);
  }
  if (lost.length > 0) refuse(`Unable to fetch parameters [${lost.join(",")}] from parameter store for this account.`);
  return resolved;
}

function textOf(
  name: string,
  parameter: Section,
  given: GivenParameter | undefined,
  previous: ReadonlyMap<string, ParameterValue>,
): string | undefined {
  if (given?.UsePreviousValue === true) {
    const wrong = (how: string): never => refuse(`Invalid input for parameter key ${name}. ${how}`);
    // As people quote AWS (github.com/rackerlabs/ebs_snapper, issue 56; github.com/widdix/cfn-create-or-update, pull request 15).
    if ((given.ParameterValue ?? "") !== "")
      wrong("Cannot specify usePreviousValue as true and non empty value for a parameter");
    const before = previous.get(name);
    return (
      before?.text ?? wrong("Cannot specify usePreviousValue as true for a parameter key not in the previous template")
    );
  }
  if (given?.ParameterValue !== undefined) return given.ParameterValue;
  const fallback = parameter.Default;
  if (fallback === undefined) return undefined;
  return isList(fallback) ? fallback.map(String).join(",") : String(fallback);
}

/** @returns undefined for a parameter of an SSM type whose value is stored nowhere */
async function parameterValue(
  name: string,
  text: string,
  parameter: Section,
  { world, call }: ParameterSources,
): Promise<ParameterValue | undefined> {
  const type = String(parameter.Type);
  const noEcho = String(parameter.NoEcho ?? "false") === "true";
  const stored = SSM_TYPE.exec(type);
  if (stored !== null) {
    // An empty name is looked for nowhere (github.com/buildkite/elastic-ci-stack-for-aws, pull request 691).
    if (text === "") refuse(withoutValue(name));
    const resolved = await lookUp(text, { world, call });
    if (resolved === undefined) return undefined;
    return { name, text, type, noEcho, resolved, value: asType(resolved, stored[1] ?? "String") };
  }
  checkConstraints(name, text, parameter);
  return { name, text, type, noEcho, value: asType(text, type) };
}

function withoutValue(name: string): string {
  return `Parameter ${name} should either have input value or default value`;
}

async function lookUp(
  path: string,
  { world, call }: Pick<ParameterSources, "world" | "call">,
): Promise<string | undefined> {
  try {
    const answer = await world.invoke<{ Parameter: { Value: string } }>("ssm", "GetParameter", { Name: path }, call);
    return answer.Parameter.Value;
  } catch (cause) {
    if (!(cause instanceof AwsError) || cause.code !== "ParameterNotFound") throw cause;
    return undefined;
  }
}

function asType(text: string, type: string): Value {
  const isListType = type === "CommaDelimitedList" || type.startsWith("List<");
  return isListType ? (text === "" ? [] : text.split(",").map((entry) => entry.trim())) : text;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
function checkConstraints(name: string, text: string, parameter: Section): void {
  const fail = (rule: string): never =>
    refuse(
      parameter.ConstraintDescription === undefined
        ? `Parameter '${name}' ${rule}`
        : `Parameter ${name} failed to satisfy constraint: ${String(parameter.ConstraintDescription)}`,
    );
  const type = String(parameter.Type);
  const entries =
    type === "CommaDelimitedList" || type.startsWith("List<") ? text.split(",").map((entry) => entry.trim()) : [text];
  for (const entry of entries) {
    if (type.endsWith("Number") || type === "List<Number>") {
      if (entry === "" || Number.isNaN(Number(entry))) refuse(`Parameter '${name}' must be a number.`);
      if (parameter.MinValue !== undefined && Number(entry) < Number(parameter.MinValue))
        fail(`must be a number not less than ${String(parameter.MinValue)}`);
      if (parameter.MaxValue !== undefined && Number(entry) > Number(parameter.MaxValue))
        fail(`must be a number not greater than ${String(parameter.MaxValue)}`);
    }
    if (isList(parameter.AllowedValues) && !parameter.AllowedValues.map(String).includes(entry))
      fail("must be one of AllowedValues");
    if (parameter.AllowedPattern !== undefined && !new RegExp(`^(?:${String(parameter.AllowedPattern)})$`).test(entry))
      fail(`must match pattern ${String(parameter.AllowedPattern)}`);
    if (parameter.MinLength !== undefined && entry.length < Number(parameter.MinLength))
      fail(`must contain at least ${String(parameter.MinLength)} characters`);
    if (parameter.MaxLength !== undefined && entry.length > Number(parameter.MaxLength))
      fail(`must contain at most ${String(parameter.MaxLength)} characters`);
  }
  if (text.length > 4096) refuse(`Parameter '${name}' must contain at most 4096 characters`);
}
