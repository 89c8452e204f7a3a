/** The parameters of an account and region with all their versions. */
import { AwsError, type Caller, type World } from "../../kernel.ts";

export interface ParameterVersion {
  readonly version: number;
  readonly value: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly at: Date;
  readonly by: string;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly dataType: string;
  readonly keyId: string | undefined;
  readonly tier: string;
  readonly labels: Set<string>;
}

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  /** Oldest first; at least one. */
  readonly versions: ParameterVersion[];
  readonly tags: Map<string, string>;
}

export type Where = Pick<Caller, "account" | "region">;

/** Parameters by name. */
export function parametersOf(world: World, { account, region }: Where): Map<string, Parameter> {
  return world.store("ssm-parameters", { account, region }, () => new Map<string, Parameter>());
}

/** ARN of a parameter; a name that begins with a slash brings its own separator. */
function parameterArn({ account, region }: Where, name: string): string {
  return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
}

/**
 * The version that a name means: `name`, `name:3`, `name:label` or an ARN.
 *
 * @throws AwsError ParameterNotFound, ParameterVersionNotFound
 */
export function versionNamed(
  world: World,
  where: Where,
  selector: string,
): { readonly parameter: Parameter; readonly version: ParameterVersion; readonly selector: string | undefined } {
  const bare = selector.startsWith("arn:") ? selector.replace(/^arn:[^/]*:parameter/, "") : selector;
  const parameters = parametersOf(world, where);
  const [name = "", wanted] = bare.split(":");
  const parameter = parameters.get(name) ?? (selector.startsWith("arn:") ? parameters.get(name.slice(1)) : undefined);
  if (parameter === undefined) throw new AwsError("ParameterNotFound", "");
  const version =
    wanted === undefined
      ? parameter.versions.at(-1)
      : parameter.versions.find(({ version, labels }) => String(version) === wanted || labels.has(wanted));
  if (version === undefined)
    throw new AwsError(
      "ParameterVersionNotFound",
      `Systems Manager could not find version ${wanted} of ${name}. Verify the version and try again.`,
    );
  return { parameter, version, selector: wanted === undefined ? undefined : `:${wanted}` };
}

/**
 * Keeps a new parameter, or a new version of one.
 *
 * @throws AwsError ParameterAlreadyExists, ParameterPatternMismatchException, ValidationException
 */
export function putParameter(
  world: World,
  where: Where & { readonly arn: string },
  input: {
    readonly Name: string;
    readonly Value: string;
    readonly Type?: string | undefined;
    readonly Description?: string | undefined;
    readonly AllowedPattern?: string | undefined;
    readonly DataType?: string | undefined;
    readonly KeyId?: string | undefined;
    readonly Tier?: string | undefined;
    readonly Overwrite?: boolean | undefined;
    readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
  },
): ParameterVersion {
  const parameters = parametersOf(world, where);
  const { Name: name } = input;
  if (!/^[\w./-]+$/.test(name))
    throw new AwsError(
      "ValidationException",
      `Parameter name: can't be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_`,
    );
  const existing = parameters.get(name);
  if (existing !== undefined && input.Overwrite !== true)
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  const latest = existing?.versions.at(-1);
  const type = (input.Type ?? latest?.type) as ParameterVersion["type"] | undefined;
  if (type === undefined)
    throw new AwsError("ValidationException", "A parameter type is required when you create a parameter.");
  const pattern = input.AllowedPattern;
  if (pattern !== undefined && !new RegExp(pattern).test(input.Value))
    throw new AwsError(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
  const advanced = input.Tier === "Advanced" || input.Tier === "Intelligent-Tiering";
  if (Buffer.byteLength(input.Value) > (advanced ? 8192 : 4096))
    throw new AwsError(
      "ValidationException",
      `Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    );
  const version: ParameterVersion = {
    version: (latest?.version ?? 0) + 1,
    value: input.Value,
    type,
    at: new Date(world.clock.now()),
    by: where.arn,
    description: input.Description ?? latest?.description,
    allowedPattern: pattern ?? latest?.allowedPattern,
    dataType: input.DataType ?? "text",
    keyId: type === "SecureString" ? (input.KeyId ?? "alias/aws/ssm") : undefined,
    tier: input.Tier === "Advanced" ? "Advanced" : "Standard",
    labels: new Set(),
  };
  const parameter = existing ?? { name, arn: parameterArn(where, name), versions: [], tags: new Map<string, string>() };
  parameter.versions.push(version);
  for (const { Key = "", Value = "" } of input.Tags ?? []) parameter.tags.set(Key, Value);
  parameters.set(name, parameter);
  return version;
}
