/** The image repositories of an account and region: what the ECR API and the registry's HTTP interface both show. */
import { AwsError, type Caller, type World } from "../../kernel.ts";

export interface Image {
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
  readonly pushedAt: Date;
  pulledAt: Date | undefined;
  readonly tags: Set<string>;
  findings: ScanFindings | undefined;
}

export interface ScanFindings {
  readonly at: Date;
  readonly findings: readonly { readonly name: string; readonly severity: Severity; readonly description?: string }[];
}

export type Severity = "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "INFORMATIONAL" | "UNDEFINED";

export interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly registryId: string;
  readonly uri: string;
  readonly at: Date;
  mutability: "MUTABLE" | "IMMUTABLE";
  scanOnPush: boolean;
  encryption: { readonly encryptionType: string; readonly kmsKey?: string };
  lifecyclePolicy: { readonly text: string; readonly at: Date } | undefined;
  policy: string | undefined;
  readonly tags: Map<string, string>;
  /** By digest. */
  readonly images: Map<string, Image>;
  /** Layers and configurations by digest. */
  readonly blobs: Map<string, Uint8Array>;
  /** Uploads under way by id. */
  readonly uploads: Map<string, Uint8Array[]>;
}

export type Where = Pick<Caller, "account" | "region">;

/** Repositories by name. */
export function repositoriesOf(world: World, { account, region }: Where): Map<string, Repository> {
  return world.store("ecr-repositories", { account, region }, () => new Map<string, Repository>());
}

/**
 * Makes an empty repository.
 *
 * @throws AwsError RepositoryAlreadyExistsException, InvalidParameterException
 */
export function createRepository(
  world: World,
  where: Where,
  about: Pick<Repository, "name" | "mutability" | "scanOnPush"> & {
    readonly encryption?: Repository["encryption"] | undefined;
    readonly tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];
  },
): Repository {
  const repositories = repositoriesOf(world, where);
  const { name } = about;
  if (
    !/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name) ||
    name.length < 2 ||
    name.length > 256
  )
    throw new AwsError(
      "InvalidParameterException",
      `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''`,
    );
  if (repositories.has(name))
    throw new AwsError(
      "RepositoryAlreadyExistsException",
      `The repository with name '${name}' already exists in the registry with id '${where.account}'`,
    );
  const repository: Repository = {
    name,
    arn: `arn:aws:ecr:${where.region}:${where.account}:repository/${name}`,
    registryId: where.account,
    uri: `${where.account}.dkr.ecr.${where.region}.amazonaws.com/${name}`,
    at: new Date(world.clock.now()),
    mutability: about.mutability,
    scanOnPush: about.scanOnPush,
    encryption: about.encryption ?? { encryptionType: "AES256" },
    lifecyclePolicy: undefined,
    policy: undefined,
    tags: new Map(about.tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    images: new Map(),
    blobs: new Map(),
    uploads: new Map(),
  };
  repositories.set(name, repository);
  return repository;
}

/**
 * The repository that a request names.
 *
 * @throws AwsError RepositoryNotFoundException
 */
export function repositoryFor(
  world: World,
  input: { readonly repositoryName?: string | undefined; readonly registryId?: string | undefined },
  where: Where,
): Repository {
  const account = input.registryId ?? where.account;
  const repository = repositoriesOf(world, { account, region: where.region }).get(input.repositoryName ?? "");
  if (repository === undefined)
    throw new AwsError(
      "RepositoryNotFoundException",
      `The repository with name '${input.repositoryName}' does not exist in the registry with id '${account}'`,
    );
  return repository;
}

/** The image that a tag or digest, or both, mean. */
export function imageFor(
  repository: Repository,
  id: { readonly imageDigest?: string | undefined; readonly imageTag?: string | undefined },
): Image | undefined {
  const { imageDigest, imageTag } = id;
  for (const image of repository.images.values()) {
    const isDigest = imageDigest === undefined || image.digest === imageDigest;
    const isTag = imageTag === undefined || image.tags.has(imageTag);
    if (isDigest && isTag && (imageDigest !== undefined || imageTag !== undefined)) return image;
  }
  return undefined;
}
