/** Systems Manager: its Parameter Store, and documents, windows and baselines as templates make them. */
import type {
  AddTagsToResourceCommandInput,
  DeleteParameterCommandInput,
  DeleteParametersCommandInput,
  DescribeParametersCommandInput,
  GetParameterCommandInput,
  GetParameterHistoryCommandInput,
  GetParametersByPathCommandInput,
  GetParametersCommandInput,
  LabelParameterVersionCommandInput,
  ListTagsForResourceCommandInput,
  PutParameterCommandInput,
  RemoveTagsFromResourceCommandInput,
} from "@aws-sdk/client-ssm";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { pageOf } from "../../protocols/pages.ts";
import { declaredOperations } from "./declared.ts";
import { type Parameter, type ParameterVersion, parametersOf, putParameter, versionNamed } from "./parameters.ts";
import { installSsmResources } from "./resources.ts";

export function installSsm(world: World): void {
  const byName = ({ caller }: Call): readonly Parameter[] =>
    [...parametersOf(world, caller).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const existing = ({ caller }: Call, name: string | undefined): Parameter => {
    const parameter = parametersOf(world, caller).get(name ?? "");
    if (parameter === undefined)
      throw new AwsError(
        "InvalidResourceId",
        "The resource ID is not valid. Verify that you entered the correct ID and try again.",
      );
    return parameter;
  };
  world.services.set("ssm", {
    name: "ssm",
    operations: {
      ...declaredOperations(world),
      PutParameter: (input: PutParameterCommandInput, { caller }: Call) => {
        const { Name = "", Value = "" } = input;
        const { version, tier } = putParameter(world, caller, { ...input, Name, Value });
        return { Version: version, Tier: tier };
      },
      GetParameter: (input: GetParameterCommandInput, { caller }: Call) => {
        const { parameter, version, selector } = versionNamed(world, caller, input.Name ?? "");
        return { Parameter: { ...shown(parameter, version, input.WithDecryption), Selector: selector } };
      },
      GetParameters: (input: GetParametersCommandInput, { caller }: Call) => {
        const found: object[] = [];
        const invalid: string[] = [];
        for (const name of input.Names ?? []) {
          try {
            const { parameter, version, selector } = versionNamed(world, caller, name);
            found.push({ ...shown(parameter, version, input.WithDecryption), Selector: selector });
          } catch (failure) {
            if (!(failure instanceof AwsError)) throw failure;
            invalid.push(name);
          }
        }
        return { Parameters: found, InvalidParameters: invalid };
      },
      GetParametersByPath: (input: GetParametersByPathCommandInput, call: Call) => {
        const path = (input.Path ?? "").endsWith("/") ? (input.Path ?? "") : `${input.Path}/`;
        const below = byName(call).filter(
          ({ name }) => name.startsWith(path) && (input.Recursive === true || !name.slice(path.length).includes("/")),
        );
        const page = pageOf(below, {
          token: input.NextToken,
          most: input.MaxResults ?? 10,
          badToken: "InvalidNextToken",
        });
        return {
          Parameters: page.items.map((parameter) => shown(parameter, latest(parameter), input.WithDecryption)),
          NextToken: page.next,
        };
      },
      GetParameterHistory: (input: GetParameterHistoryCommandInput, { caller }: Call) => {
        const { parameter } = versionNamed(world, caller, input.Name ?? "");
        const page = pageOf(parameter.versions, {
          token: input.NextToken,
          most: input.MaxResults ?? 50,
          badToken: "InvalidNextToken",
        });
        return {
          Parameters: page.items.map((version) => ({
            ...described(parameter, version),
            Value: readable(version, input.WithDecryption),
            Labels: [...version.labels],
          })),
          NextToken: page.next,
        };
      },
      DescribeParameters: (input: DescribeParametersCommandInput, call: Call) => {
        const matching = byName(call).filter((parameter) =>
          (input.ParameterFilters ?? []).every((filter) => meets(parameter, filter)),
        );
        const page = pageOf(matching, {
          token: input.NextToken,
          most: input.MaxResults ?? 50,
          badToken: "InvalidNextToken",
        });
        return {
          Parameters: page.items.map((parameter) => described(parameter, latest(parameter))),
          NextToken: page.next,
        };
      },
      DeleteParameter: (input: DeleteParameterCommandInput, { caller }: Call) => {
        if (!parametersOf(world, caller).delete(input.Name ?? "")) throw new AwsError("ParameterNotFound", "");
        return {};
      },
      DeleteParameters: (input: DeleteParametersCommandInput, { caller }: Call) => {
        const names = input.Names ?? [];
        const deleted = names.filter((name) => parametersOf(world, caller).delete(name));
        return { DeletedParameters: deleted, InvalidParameters: names.filter((name) => !deleted.includes(name)) };
      },
      LabelParameterVersion: (input: LabelParameterVersionCommandInput, { caller }: Call) => {
        const selector = input.ParameterVersion === undefined ? "" : `:${input.ParameterVersion}`;
        const { parameter, version } = versionNamed(world, caller, `${input.Name}${selector}`);
        for (const label of input.Labels ?? []) {
          for (const other of parameter.versions) other.labels.delete(label);
          version.labels.add(label);
        }
        return { InvalidLabels: [], ParameterVersion: version.version };
      },
      AddTagsToResource: (input: AddTagsToResourceCommandInput, call: Call) => {
        for (const { Key = "", Value = "" } of input.Tags ?? []) existing(call, input.ResourceId).tags.set(Key, Value);
        return {};
      },
      RemoveTagsFromResource: (input: RemoveTagsFromResourceCommandInput, call: Call) => {
        for (const key of input.TagKeys ?? []) existing(call, input.ResourceId).tags.delete(key);
        return {};
      },
      ListTagsForResource: (input: ListTagsForResourceCommandInput, call: Call) => ({
        TagList: [...existing(call, input.ResourceId).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
    },
  });
  installSsmResources(world);
}

function latest(parameter: Parameter): ParameterVersion {
  return parameter.versions.at(-1) as ParameterVersion;
}

function shown(parameter: Parameter, version: ParameterVersion, decrypted: boolean | undefined): object {
  return {
    Name: parameter.name,
    Type: version.type,
    Value: readable(version, decrypted),
    Version: version.version,
    LastModifiedDate: version.at,
    ARN: parameter.arn,
    DataType: version.dataType,
  };
}

/** What a secure parameter looks like without decryption is not the secret, and stays the same. */
function readable(version: ParameterVersion, decrypted: boolean | undefined): string {
  if (version.type !== "SecureString" || decrypted === true) return version.value;
  return `AQICAHh${Buffer.from(`${version.keyId}/${version.version}`).toString("base64")}`;
}

function described(parameter: Parameter, version: ParameterVersion): object {
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: version.type,
    KeyId: version.keyId,
    LastModifiedDate: version.at,
    LastModifiedUser: version.by,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
}

function meets(
  parameter: Parameter,
  filter: {
    readonly Key?: string | undefined;
    readonly Option?: string | undefined;
    readonly Values?: readonly string[] | undefined;
  },
): boolean {
  const values = filter.Values ?? [];
  const tag = filter.Key?.startsWith("tag:") === true ? parameter.tags.get(filter.Key.slice(4)) : undefined;
  if (filter.Key?.startsWith("tag:") === true)
    return tag !== undefined && (values.length === 0 || values.includes(tag));
  switch (filter.Key) {
    case "Name":
      if (filter.Option === "BeginsWith") return values.some((value) => parameter.name.startsWith(value));
      if (filter.Option === "Contains") return values.some((value) => parameter.name.includes(value));
      return values.includes(parameter.name);
    case "Path":
      return values.some((value) => parameter.name.startsWith(value.endsWith("/") ? value : `${value}/`));
    case "Type":
      return values.includes(latest(parameter).type);
    default:
      throw new AwsError("InvalidFilterKey", `the bed does not filter parameters by ${filter.Key}`);
  }
}
