/** Layers through the ECR API, which is what Docker's own way over the registry does too. */
import type {
  BatchCheckLayerAvailabilityCommandInput,
  CompleteLayerUploadCommandInput,
  GetDownloadUrlForLayerCommandInput,
  InitiateLayerUploadCommandInput,
  UploadLayerPartCommandInput,
} from "@aws-sdk/client-ecr";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { digestOf } from "./manifest.ts";
import { type Repository, repositoryFor } from "./repositories.ts";
import { issueToken } from "./tokens.ts";

const PART_SIZE = 10 * 1024 * 1024;

export function batchCheckLayerAvailability(
  world: World,
  input: BatchCheckLayerAvailabilityCommandInput,
  { caller }: Call,
): object {
  const { blobs } = repositoryFor(world, input, caller);
  return {
    layers: (input.layerDigests ?? []).map((layerDigest) => ({
      layerDigest,
      layerAvailability: blobs.has(layerDigest) ? "AVAILABLE" : "UNAVAILABLE",
      layerSize: blobs.get(layerDigest)?.length ?? 0,
    })),
    failures: [],
  };
}

/**
 * An address from which one layer can be fetched; the one that AWS gives is of S3, and signed for an hour.
 *
 * @throws AwsError LayersNotFoundException
 */
export function downloadUrlForLayer(
  world: World,
  input: GetDownloadUrlForLayerCommandInput,
  { caller, registryUrl }: Call & { readonly registryUrl: string },
): object {
  const repository = repositoryFor(world, input, caller);
  const { layerDigest = "" } = input;
  if (!repository.blobs.has(layerDigest))
    throw new AwsError(
      "LayersNotFoundException",
      `Layers with digests '[${layerDigest}]' do not exist in the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
    );
  const url = new URL(`/v2/${repository.name}/blobs/${layerDigest}`, registryUrl);
  url.searchParams.set("X-Amz-Signature", issueToken(world, caller).password);
  return { downloadUrl: url.href, layerDigest };
}

export function initiateLayerUpload(world: World, input: InitiateLayerUploadCommandInput, { caller }: Call): object {
  return { uploadId: startUpload(world, repositoryFor(world, input, caller)), partSize: PART_SIZE };
}

export function uploadLayerPart(world: World, input: UploadLayerPartCommandInput, { caller }: Call): object {
  const repository = repositoryFor(world, input, caller);
  const { uploadId = "", layerPartBlob = new Uint8Array() } = input;
  const parts = uploadFor(repository, uploadId);
  const received = lengthOf(parts);
  if (input.partFirstByte !== received)
    throw new AwsError("InvalidLayerPartException", `the next byte is ${received}, got ${input.partFirstByte}`);
  parts.push(layerPartBlob);
  return { repositoryName: repository.name, uploadId, lastByteReceived: received + layerPartBlob.length - 1 };
}

export function completeLayerUpload(world: World, input: CompleteLayerUploadCommandInput, { caller }: Call): object {
  const repository = repositoryFor(world, input, caller);
  const [layerDigest = ""] = input.layerDigests ?? [];
  finishUpload(repository, input.uploadId ?? "", layerDigest);
  return { repositoryName: repository.name, uploadId: input.uploadId, layerDigest };
}

/** Begins an upload and gives its id. */
export function startUpload(world: World, { uploads }: Repository): string {
  const id = world.uuid();
  uploads.set(id, []);
  return id;
}

/** The parts of an upload so far. @throws AwsError UploadNotFoundException */
export function uploadFor({ uploads }: Repository, id: string): Uint8Array[] {
  const parts = uploads.get(id);
  if (parts === undefined) throw new AwsError("UploadNotFoundException", `there is no upload ${id}`);
  return parts;
}

/** Makes a blob of an upload. @throws AwsError InvalidLayerException if its digest is another one */
export function finishUpload(repository: Repository, id: string, digest: string): void {
  const blob = new Uint8Array(Buffer.concat(uploadFor(repository, id)));
  if (digestOf(blob) !== digest)
    throw new AwsError("InvalidLayerException", `the layer's digest is ${digestOf(blob)}, got ${digest}`);
  repository.blobs.set(digest, blob);
  repository.uploads.delete(id);
}

/** Bytes of all parts together. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
