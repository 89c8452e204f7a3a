/** ECR: repositories, images, and tokens for the registry beside it. */
import type {
  CreateRepositoryCommandInput,
  DeleteRepositoryCommandInput,
  DescribeRepositoriesCommandInput,
  GetDownloadUrlForLayerCommandInput,
  PutImageScanningConfigurationCommandInput,
  PutImageTagMutabilityCommandInput,
  PutLifecyclePolicyCommandInput,
  PutRegistryPolicyCommandInput,
  PutReplicationConfigurationCommandInput,
  SetRepositoryPolicyCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-ecr";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { pageOf } from "../../protocols/pages.ts";
import {
  batchDeleteImage,
  batchGetImage,
  describeImageScanFindings,
  describeImages,
  listImages,
  putImage,
  startImageScan,
} from "./images.ts";
import {
  batchCheckLayerAvailability,
  completeLayerUpload,
  downloadUrlForLayer,
  initiateLayerUpload,
  uploadLayerPart,
} from "./layers.ts";
import { registryPolicy, registrySettings } from "./replication.ts";
import { createRepository, type Repository, repositoriesOf, repositoryFor } from "./repositories.ts";
import { installEcrResources } from "./resources.ts";
import { issueToken } from "./tokens.ts";

type Named = { readonly repositoryName?: string; readonly registryId?: string };

/** @param registryUrl where images are pushed to; asked when a token is issued, as it is not known before the bed listens */
export function installEcr(world: World, registryUrl: () => string): void {
  const on =
    <I>(operation: (world: World, input: I, call: Call) => object) =>
    (input: I, call: Call): object =>
      operation(world, input, call);
  const byArn = (arn: string | undefined, { caller }: Call): Repository =>
    repositoryFor(world, { repositoryName: arn?.split(":repository/")[1] }, caller);
  world.services.set("ecr", {
    name: "ecr",
    operations: {
      GetAuthorizationToken: (_input: object, { caller }: Call) => {
        const { password, expiresAt } = issueToken(world, caller);
        const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
        return {
          authorizationData: [{ authorizationToken, expiresAt: new Date(expiresAt), proxyEndpoint: registryUrl() }],
        };
      },
      CreateRepository: (input: CreateRepositoryCommandInput, { caller }: Call) => ({
        repository: shown(
          createRepository(world, caller, {
            name: input.repositoryName ?? "",
            mutability: input.imageTagMutability === "IMMUTABLE" ? "IMMUTABLE" : "MUTABLE",
            scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
            encryption: input.encryptionConfiguration as Repository["encryption"] | undefined,
            tags: input.tags ?? [],
          }),
        ),
      }),
      DescribeRepositories: (input: DescribeRepositoriesCommandInput, { caller }: Call) => {
        const where = { account: input.registryId ?? caller.account, region: caller.region };
        const named = input.repositoryNames?.map((repositoryName) => repositoryFor(world, { repositoryName }, where));
        const all = named ?? [...repositoriesOf(world, where).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
        const page = pageOf(all, {
          token: input.nextToken,
          most: input.maxResults ?? 100,
          badToken: "InvalidParameterException",
        });
        return { repositories: page.items.map(shown), nextToken: page.next };
      },
      DeleteRepository: (input: DeleteRepositoryCommandInput, { caller }: Call) => {
        const repository = repositoryFor(world, input, caller);
        deleteRepository(world, repository, { force: input.force === true, region: caller.region });
        return { repository: shown(repository) };
      },
      PutImageTagMutability: (input: PutImageTagMutabilityCommandInput, { caller }: Call) => {
        const repository = repositoryFor(world, input, caller);
        repository.mutability = input.imageTagMutability === "IMMUTABLE" ? "IMMUTABLE" : "MUTABLE";
        return { ...idOf(repository), imageTagMutability: repository.mutability };
      },
      PutImageScanningConfiguration: (input: PutImageScanningConfigurationCommandInput, { caller }: Call) => {
        const repository = repositoryFor(world, input, caller);
        repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
        return { ...idOf(repository), imageScanningConfiguration: { scanOnPush: repository.scanOnPush } };
      },
      PutLifecyclePolicy: (input: PutLifecyclePolicyCommandInput, { caller }: Call) => {
        const repository = repositoryFor(world, input, caller);
        repository.lifecyclePolicy = { text: input.lifecyclePolicyText ?? "", at: new Date(world.clock.now()) };
        return { ...idOf(repository), lifecyclePolicyText: repository.lifecyclePolicy.text };
      },
      GetLifecyclePolicy: (input: Named, { caller }: Call) => lifecycleOf(repositoryFor(world, input, caller)),
      DeleteLifecyclePolicy: (input: Named, { caller }: Call) => {
        const repository = repositoryFor(world, input, caller);
        const was = lifecycleOf(repository);
        repository.lifecyclePolicy = undefined;
        return was;
      },
      SetRepositoryPolicy: (input: SetRepositoryPolicyCommandInput, { caller }: Call) => {
        const repository = repositoryFor(world, input, caller);
        repository.policy = input.policyText;
        return { ...idOf(repository), policyText: repository.policy };
      },
      GetRepositoryPolicy: (input: Named, { caller }: Call) => {
        const repository = repositoryFor(world, input, caller);
        if (repository.policy === undefined)
          throw new AwsError(
            "RepositoryPolicyNotFoundException",
            `Repository policy does not exist for the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
          );
        return { ...idOf(repository), policyText: repository.policy };
      },
      TagResource: (input: TagResourceCommandInput, call: Call) => {
        for (const { Key = "", Value = "" } of input.tags ?? []) byArn(input.resourceArn, call).tags.set(Key, Value);
        return {};
      },
      UntagResource: (input: UntagResourceCommandInput, call: Call) => {
        for (const key of input.tagKeys ?? []) byArn(input.resourceArn, call).tags.delete(key);
        return {};
      },
      ListTagsForResource: (input: { resourceArn?: string }, call: Call) => ({
        tags: [...byArn(input.resourceArn, call).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
      DescribeImages: on(describeImages),
      ListImages: on(listImages),
      BatchGetImage: on(batchGetImage),
      PutImage: on(putImage),
      BatchDeleteImage: on(batchDeleteImage),
      StartImageScan: on(startImageScan),
      DescribeImageScanFindings: on(describeImageScanFindings),
      BatchCheckLayerAvailability: on(batchCheckLayerAvailability),
      InitiateLayerUpload: on(initiateLayerUpload),
      UploadLayerPart: on(uploadLayerPart),
      CompleteLayerUpload: on(completeLayerUpload),
      GetDownloadUrlForLayer: (input: GetDownloadUrlForLayerCommandInput, call: Call) =>
        downloadUrlForLayer(world, input, { ...call, registryUrl: registryUrl() }),
      PutReplicationConfiguration: (
        { replicationConfiguration }: PutReplicationConfigurationCommandInput,
        { caller }: Call,
      ) => {
        registrySettings(world, caller).rules = (replicationConfiguration?.rules ?? []).map(
          ({ destinations = [], repositoryFilters = [] }) => ({
            destinations: destinations.map(({ region = "", registryId = "" }) => ({ region, registryId })),
            prefixes: repositoryFilters.map(({ filter = "" }) => filter),
          }),
        );
        return { replicationConfiguration };
      },
      DescribeRegistry: (_input: object, { caller }: Call) => ({
        registryId: caller.account,
        replicationConfiguration: {
          rules: registrySettings(world, caller).rules.map(({ destinations, prefixes }) => ({
            destinations,
            repositoryFilters: prefixes.map((filter) => ({ filter, filterType: "PREFIX_MATCH" })),
          })),
        },
      }),
      PutRegistryPolicy: ({ policyText }: PutRegistryPolicyCommandInput, { caller }: Call) => {
        registrySettings(world, caller).policy = policyText;
        return { registryId: caller.account, policyText };
      },
      GetRegistryPolicy: (_input: object, { caller }: Call) => registryPolicy(world, caller),
      DeleteRegistryPolicy: (_input: object, { caller }: Call) => {
        const was = registryPolicy(world, caller);
        registrySettings(world, caller).policy = undefined;
        return was;
      },
    },
  });
  installEcrResources(world);
}

/** @throws AwsError RepositoryNotEmptyException unless forced */
function deleteRepository(
  world: World,
  repository: Repository,
  options: { readonly force: boolean; readonly region: string },
): void {
  if (repository.images.size > 0 && !options.force)
    throw new AwsError(
      "RepositoryNotEmptyException",
      `The repository with name '${repository.name}' in registry with id '${repository.registryId}' cannot be deleted because it still contains images`,
    );
  repositoriesOf(world, { account: repository.registryId, region: options.region }).delete(repository.name);
}

function idOf({ registryId, name }: Repository): { readonly registryId: string; readonly repositoryName: string } {
  return { registryId, repositoryName: name };
}

function lifecycleOf(repository: Repository): object {
  if (repository.lifecyclePolicy === undefined)
    throw new AwsError(
      "LifecyclePolicyNotFoundException",
      `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
    );
  const { text, at } = repository.lifecyclePolicy;
  return { ...idOf(repository), lifecyclePolicyText: text, lastEvaluatedAt: at };
}

function shown(repository: Repository): object {
  return {
    ...idOf(repository),
    repositoryArn: repository.arn,
    repositoryUri: repository.uri,
    createdAt: repository.at,
    imageTagMutability: repository.mutability,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  };
}
