import { AwsError, type Call, type World } from "../../kernel.ts";
import { refuse } from "../template/read.ts";
import { isList, isSection, type Section, type Value } from "../template/value.ts";

interface Where {
  readonly world: World;
  readonly call: Call;
}

/** Which references to look up: those whose value may be shown, or the secret ones as well. */
export type Reach = "plain" | "secret";

const REFERENCE = /\{\{resolve:(ssm-secure|ssm|secretsmanager):([^}]+)\}\}/g;

/**
 * Replaces dynamic references in texts by what they stand for.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 *
 * @throws AwsError ValidationError if a parameter or secret is not there
 */
export async function withDynamicReferences<V extends Value>(value: V, reach: Reach, where: Where): Promise<V>;
export async function withDynamicReferences(value: Value, reach: Reach, where: Where): Promise<Value> {
  if (typeof value === "string") return value.includes("{{resolve:") ? filled(value, reach, where) : value;
  if (isList(value)) return Promise.all(value.map((entry) => withDynamicReferences(entry, reach, where)));
  if (!isSection(value)) return value;
  const entries = Object.entries(value).map(
    async ([key, entry]): Promise<[string, Value]> => [key, await withDynamicReferences(entry, reach, where)],
  );
  return Object.fromEntries(await Promise.all(entries)) satisfies Section;
}

async function filled(text: string, reach: Reach, where: Where): Promise<string> {
  let result = "";
  let from = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, kind = "", path = ""] = match;
    const value = kind === "ssm" || reach === "secret" ? await lookUp(kind, path, where) : whole;
    result += text.slice(from, match.index) + value;
    from = match.index + whole.length;
  }
  return result + text.slice(from);
}

async function lookUp(kind: string, path: string, { world, call }: Where): Promise<string> {
  try {
    if (kind === "secretsmanager") return await secret(path, { world, call });
    const answer = await world.invoke<{ Parameter: { Value: string } }>(
      "ssm",
      "GetParameter",
      { Name: path, WithDecryption: kind === "ssm-secure" },
      call,
    );
    return answer.Parameter.Value;
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    if (kind === "secretsmanager")
      return refuse(`Could not read a value from destinationType: ${kind}. ${cause.message}`);
    return refuse(`Unable to fetch parameters [${path}] from parameter store for this account.`);
  }
}

async function secret(path: string, { world, call }: Where): Promise<string> {
  const arn = /^(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+)(?::(.*))?$/.exec(path);
  const [id = "", rest = ""] = arn === null ? path.split(/:(.*)/s) : [arn[1], arn[2]];
  const [, key = "", stage = "", version = ""] = rest.split(":");
  const answer = await world.invoke<{ SecretString?: string }>(
    "secrets-manager",
    "GetSecretValue",
    { SecretId: id, ...(stage !== "" && { VersionStage: stage }), ...(version !== "" && { VersionId: version }) },
    call,
  );
  const text = answer.SecretString ?? "";
  if (key === "") return text;
  const members = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (members[key] === undefined) return refuse(`Could not find a value associated with JSONKey in SecretString`);
  return String(members[key]);
}
