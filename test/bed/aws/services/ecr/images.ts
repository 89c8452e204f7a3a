/** Reading, putting and removing images through the ECR API. */
import type {
  BatchDeleteImageCommandInput,
  BatchGetImageCommandInput,
  DescribeImageScanFindingsCommandInput,
  DescribeImagesCommandInput,
  ImageIdentifier,
  ListImagesCommandInput,
  PutImageCommandInput,
  StartImageScanCommandInput,
} from "@aws-sdk/client-ecr";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { pageOf } from "../../protocols/pages.ts";
import { imageSize, putManifest } from "./manifest.ts";
import { type Image, imageFor, type Repository, repositoryFor, type ScanFindings } from "./repositories.ts";

export function describeImages(world: World, input: DescribeImagesCommandInput, { caller }: Call): object {
  const repository = repositoryFor(world, input, caller);
  const images =
    input.imageIds === undefined
      ? [...repository.images.values()].filter((image) => hasStatus(image, input.filter?.tagStatus))
      : [...new Set(input.imageIds.map((id) => existing(repository, id)))];
  const page = pageOf(images, {
    token: input.nextToken,
    most: input.maxResults ?? 100,
    badToken: "InvalidParameterException",
  });
  return { imageDetails: page.items.map((image) => detail(repository, image)), nextToken: page.next };
}

export function listImages(world: World, input: ListImagesCommandInput, { caller }: Call): object {
  const repository = repositoryFor(world, input, caller);
  const ids = [...repository.images.values()]
    .filter((image) => hasStatus(image, input.filter?.tagStatus))
    .flatMap(({ digest: imageDigest, tags }) =>
      tags.size === 0 ? [{ imageDigest }] : [...tags].map((imageTag) => ({ imageDigest, imageTag })),
    );
  const page = pageOf(ids, {
    token: input.nextToken,
    most: input.maxResults ?? 100,
    badToken: "InvalidParameterException",
  });
  return { imageIds: page.items, nextToken: page.next };
}

/** Up to 100 images with their manifests; those that are not there are failures, not an error. */
export function batchGetImage(world: World, input: BatchGetImageCommandInput, { caller }: Call): object {
  const repository = repositoryFor(world, input, caller);
  const answers = (input.imageIds ?? []).map((id) => ({ id, image: imageFor(repository, id) }));
  return {
    images: answers.flatMap(({ id, image }) => (image === undefined ? [] : [shown(repository, image, id.imageTag)])),
    failures: answers.filter(({ image }) => image === undefined).map(({ id }) => failure(id)),
  };
}

/** @throws AwsError ImageAlreadyExistsException where the same digest has the tag already */
export function putImage(world: World, input: PutImageCommandInput, { caller }: Call): object {
  const repository = repositoryFor(world, input, caller);
  const { imageManifest: manifest = "", imageManifestMediaType: mediaType, imageTag: tag, imageDigest: digest } = input;
  const { image, isNew } = putManifest(world, repository, { manifest, mediaType, tag, digest });
  if (!isNew)
    throw new AwsError(
      "ImageAlreadyExistsException",
      `Image with digest '${image.digest}' and tag '${tag}' already exists in the repository with name '${repository.name}' in registry with id '${repository.registryId}'`,
    );
  return { image: shown(repository, image, tag) };
}

/** Removing a tag keeps the image; removing the digest, or the last tag, removes it. */
export function batchDeleteImage(world: World, input: BatchDeleteImageCommandInput, { caller }: Call): object {
  const repository = repositoryFor(world, input, caller);
  const imageIds: ImageIdentifier[] = [];
  const failures: object[] = [];
  for (const id of input.imageIds ?? []) {
    const image = imageFor(repository, id);
    if (image === undefined) {
      failures.push(failure(id));
      continue;
    }
    imageIds.push({ imageDigest: image.digest, ...(id.imageTag !== undefined && { imageTag: id.imageTag }) });
    if (id.imageTag !== undefined) image.tags.delete(id.imageTag);
    if (id.imageTag === undefined || image.tags.size === 0) repository.images.delete(image.digest);
  }
  return { imageIds, failures };
}

export function startImageScan(world: World, input: StartImageScanCommandInput, { caller }: Call): object {
  const repository = repositoryFor(world, input, caller);
  const image = existing(repository, input.imageId ?? {});
  image.findings ??= { at: new Date(world.clock.now()), findings: [] };
  return { ...scanned(repository, image), imageScanStatus: { status: "IN_PROGRESS" } };
}

/** @throws AwsError ScanNotFoundException where nothing scanned the image */
export function describeImageScanFindings(
  world: World,
  input: DescribeImageScanFindingsCommandInput,
  { caller }: Call,
): object {
  const repository = repositoryFor(world, input, caller);
  const image = existing(repository, input.imageId ?? {});
  if (image.findings === undefined)
    throw new AwsError(
      "ScanNotFoundException",
      `Image scan does not exist for the image with '{imageDigest:'${image.digest}'}' in the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
    );
  const { at, findings } = image.findings;
  return {
    ...scanned(repository, image),
    imageScanStatus: { status: "COMPLETE", description: "The scan was completed successfully." },
    imageScanFindings: {
      imageScanCompletedAt: at,
      vulnerabilitySourceUpdatedAt: at,
      findingSeverityCounts: counts(image.findings),
      findings,
    },
  };
}

function existing(repository: Repository, id: ImageIdentifier): Image {
  const image = imageFor(repository, id);
  if (image !== undefined) return image;
  const shownId = id.imageDigest === undefined ? `imageTag:'${id.imageTag}'` : `imageDigest:'${id.imageDigest}'`;
  throw new AwsError(
    "ImageNotFoundException",
    `The image with imageId {${shownId}} does not exist within the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
  );
}

function hasStatus({ tags }: Image, status: string | undefined): boolean {
  return status === undefined || status === "ANY" || (status === "TAGGED") === tags.size > 0;
}

function detail(repository: Repository, image: Image): object {
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(image.tags.size > 0 && { imageTags: [...image.tags] }),
    imageSizeInBytes: imageSize(image),
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    lastRecordedPullTime: image.pulledAt,
    imageStatus: "ACTIVE",
    ...(image.findings !== undefined && {
      imageScanStatus: { status: "COMPLETE" },
      imageScanFindingsSummary: {
        imageScanCompletedAt: image.findings.at,
        findingSeverityCounts: counts(image.findings),
      },
    }),
  };
}

function shown(repository: Repository, image: Image, imageTag: string | undefined): object {
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag },
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  };
}

function scanned(repository: Repository, image: Image): object {
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag: [...image.tags][0] },
  };
}

function counts({ findings }: ScanFindings): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const { severity } of findings) counted[severity] = (counted[severity] ?? 0) + 1;
  return counted;
}

function failure(imageId: ImageIdentifier): object {
  return { imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" };
}
