/** Putting an image's manifest into a repository, whoever does it: the API, `docker push`, or a test that needs an image. */
import { createHash } from "node:crypto";
import { AwsError, type World } from "../../kernel.ts";
import { replicate } from "./replication.ts";
import { type Image, imageFor, type Repository } from "./repositories.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

interface Descriptor {
  readonly digest: string;
  readonly size?: number;
  readonly mediaType?: string;
}

/** The members of an image manifest, or of an index of such, that the bed reads. */
export interface Manifest {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
}

/**
 * Stores a manifest under its digest and, if given, a tag.
 *
 * @throws AwsError ImageTagAlreadyExistsException, ImageAlreadyExistsException, LayersNotFoundException,
 *   ReferencedImagesNotFoundException, ImageDigestDoesNotMatchException, InvalidParameterException
 */
export function putManifest(
  world: World,
  repository: Repository,
  put: {
    readonly manifest: string;
    readonly mediaType?: string | undefined;
    readonly tag?: string | undefined;
    readonly digest?: string | undefined;
  },
): { readonly image: Image; readonly isNew: boolean } {
  const { manifest: text, tag } = put;
  const digest = digestOf(Buffer.from(text));
  if (put.digest !== undefined && put.digest !== digest)
    throw new AwsError(
      "ImageDigestDoesNotMatchException",
      `The specified image digest '${put.digest}' does not match the calculated digest '${digest}'`,
    );
  const manifest = readManifest(text);
  const existing = repository.images.get(digest);
  const tagged = tag === undefined ? undefined : imageFor(repository, { imageTag: tag });
  if (tagged !== undefined && tagged.digest !== digest && repository.mutability === "IMMUTABLE")
    throw new AwsError(
      "ImageTagAlreadyExistsException",
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  if (existing === undefined) assertWhole(repository, manifest);
  const image: Image = existing ?? {
    digest,
    manifest: text,
    mediaType: put.mediaType ?? manifest.mediaType ?? MANIFEST,
    pushedAt: new Date(world.clock.now()),
    pulledAt: undefined,
    tags: new Set(),
    findings: repository.scanOnPush ? { at: new Date(world.clock.now()), findings: [] } : undefined,
  };
  if (tag !== undefined) {
    tagged?.tags.delete(tag);
    image.tags.add(tag);
  }
  repository.images.set(digest, image);
  replicate(world, repository, image, tag);
  return { image, isNew: existing === undefined || (tag !== undefined && tagged !== existing) };
}

/**
 * Makes an image out of nothing, for tests and demonstrations that need one without building it.
 *
 * @param content any text; the same text gives the same digest
 */
export function seedImage(
  world: World,
  repository: Repository,
  of: { readonly tag?: string; readonly content: string },
): Image {
  const layer = Buffer.from(of.content);
  const config = Buffer.from(
    JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [digestOf(layer)] } }),
  );
  for (const blob of [layer, config]) repository.blobs.set(digestOf(blob), new Uint8Array(blob));
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(config), size: config.length },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: digestOf(layer), size: layer.length }],
  };
  return putManifest(world, repository, { manifest: JSON.stringify(manifest), tag: of.tag }).image;
}

/** The size that ECR shows: configuration and layers; of an index, nothing. */
export function imageSize(image: Image): number {
  const { config, layers = [] } = readManifest(image.manifest);
  return [config, ...layers].reduce((sum, part) => sum + (part?.size ?? 0), 0);
}

/** @throws AwsError InvalidParameterException */
export function readManifest(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new AwsError("InvalidParameterException", `Invalid parameter at 'imageManifest': ${String(cause)}`);
  }
}

/** `sha256:` and the hexadecimal digest of the bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function assertWhole(repository: Repository, { config, layers = [], manifests = [] }: Manifest): void {
  const missing = [...(config === undefined ? [] : [config]), ...layers]
    .map(({ digest }) => digest)
    .filter((digest) => !repository.blobs.has(digest));
  if (missing.length > 0)
    throw new AwsError(
      "LayersNotFoundException",
      `Layers with digests '[${missing.join(", ")}]' required for pushing image into repository with name '${repository.name}' in the registry with id '${repository.registryId}' do not exist`,
    );
  const lost = manifests.map(({ digest }) => digest).filter((digest) => !repository.images.has(digest));
  if (lost.length > 0)
    throw new AwsError(
      "ReferencedImagesNotFoundException",
      `Images with digests '[${lost.join(", ")}]' required for pushing image into repository with name '${repository.name}' in the registry with id '${repository.registryId}' do not exist`,
    );
}
