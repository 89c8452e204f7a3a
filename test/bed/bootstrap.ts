/** Bootstraps an environment on the AWS bed the way infra/README.md says: the administrator's three stacks, in order. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AwsBed } from "./aws/bed.ts";
import type { Call } from "./aws/kernel.ts";

export interface BootstrapWish {
  /** Checkout whose templates are deployed. */
  readonly root: string;
  readonly environment: string;
  /** Account of the environment, and its domain; those of production if left out. */
  readonly account?: string;
  readonly domain?: string;
  /** Account that gets a copy of the environment's images, or whose images are copied to it. */
  readonly images?: { readonly replica?: string; readonly source?: string };
  /** Repository whose workflows may take the roles. */
  readonly repository: {
    readonly id: number;
    readonly name: string;
    readonly owner: { readonly id: number; readonly login: string };
    readonly defaultBranch: string;
  };
}

const region = "us-east-1";

/** Deploys bootstrap, roles and platform, and waits for each. */
export async function bootstrapEnvironment(
  aws: AwsBed,
  { root, environment, repository, images, account = "123456789012", domain = "mate.example.com" }: BootstrapWish,
): Promise<void> {
  const administrator: Call = {
    requestId: "bootstrap",
    caller: { account, region, arn: `arn:aws:iam::${account}:user/administrator`, tags: {} },
  };
  const { world } = aws;
  const deploy = async (
    name: string,
    file: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>> => {
    const StackName = `mate-${name}-${environment}`;
    const body = await readFile(join(root, "infra", file), "utf8");
    await world.invoke(
      "cloudformation",
      "CreateStack",
      {
        StackName,
        ...(await templateOf(body, StackName)),
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Capabilities: ["CAPABILITY_NAMED_IAM"],
      },
      administrator,
    );
    for (;;) {
      const { Stacks } = await world.invoke<{ Stacks: readonly StackLike[] }>(
        "cloudformation",
        "DescribeStacks",
        { StackName },
        administrator,
      );
      const [stack] = Stacks;
      if (stack?.StackStatus === "CREATE_COMPLETE") {
        return Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
      }
      if (stack?.StackStatus !== "CREATE_IN_PROGRESS")
        throw new Error(`${StackName} is ${stack?.StackStatus}: ${await why(StackName)}`);
      await world.clock.sleep(5_000);
    }
  };
  const templateOf = async (body: string, key: string): Promise<object> => {
    if (Buffer.byteLength(body) <= 51_200) return { TemplateBody: body };
    const Bucket = `mate-${environment}-pipeline-${account}`;
    await world.invoke(
      "s3",
      "PutObject",
      { Bucket, Key: `templates/${key}.yml`, Body: Buffer.from(body) },
      administrator,
    );
    return { TemplateURL: `https://${Bucket}.s3.${region}.amazonaws.com/templates/${key}.yml` };
  };
  const why = async (StackName: string): Promise<string> => {
    const { StackEvents } = await world.invoke<{ StackEvents: readonly EventLike[] }>(
      "cloudformation",
      "DescribeStackEvents",
      { StackName },
      administrator,
    );
    return StackEvents.filter(({ ResourceStatus }) => ResourceStatus.endsWith("_FAILED"))
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`)
      .join("; ");
  };

  const HostedZoneId = "Z0123456789ABCDEFGHIJ";
  const bootstrap = await deploy("bootstrap", "bootstrap/bootstrap.yml", { Environment: environment, HostedZoneId });
  await deploy("roles", "bootstrap/roles.yml", {
    Environment: environment,
    GitHubOwner: repository.owner.login,
    GitHubOwnerId: String(repository.owner.id),
    GitHubRepository: repository.name,
    GitHubRepositoryId: String(repository.id),
    GitHubDefaultBranch: repository.defaultBranch,
    PipelineKeyArn: bootstrap.PipelineKeyArn ?? "",
    CloudFormationRoleArn: bootstrap.CloudFormationRoleArn ?? "",
  });
  await deploy("platform", "platform/platform.yml", {
    Environment: environment,
    DomainName: domain,
    HostedZoneId,
    PermissionsBoundaryArn: bootstrap.PermissionsBoundaryArn ?? "",
    ...(images?.replica !== undefined && { ImageReplicaAccount: images.replica, ImageReplicaRegion: region }),
    ...(images?.source !== undefined && { ImageSourceAccount: images.source }),
    FirstAvailabilityZone: `${region}a`,
    SecondAvailabilityZone: `${region}b`,
    UserPoolDomainPrefix: `clinic-${environment}`,
    AlertEmail: `alerts@${domain}`,
  });
}

interface StackLike {
  readonly StackStatus: string;
  readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}

interface EventLike {
  readonly LogicalResourceId: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}
