import { BatchGetImageCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { OperatorError } from "../../domain/operator-error.ts";
import type { Images } from "../../ports/images.ts";
import { hasCode } from "./client.ts";

interface Manifest {
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform?: { readonly os: string; readonly architecture: string };
  }[];
}

const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Images of releases in ECR. */
export function ecrImages(client: ECRClient): Images {
  return {
    find: async ({ repository, tag, platform }) => {
      try {
        const { images } = await client.send(
          new BatchGetImageCommand({
            repositoryName: repository,
            imageIds: [{ imageTag: tag }],
            acceptedMediaTypes: accepted,
          }),
        );
        const image = images?.[0];
        if (image?.imageId?.imageDigest === undefined) return undefined;
        return platformDigest(image.imageId.imageDigest, image.imageManifest ?? "{}", `${repository}:${tag}`, platform);
      } catch (error) {
        if (!hasCode(error, "RepositoryNotFoundException")) throw error;
        throw new OperatorError(
          "no-repository",
          `there is no ECR repository ${repository} in this account and region; deploy the bootstrap stack, or mend images in the environment file`,
          { cause: error },
        );
      }
    },
  };
}

/**
 * A build with provenance pushes an index whose entries are the platform's manifest and attestations; only the former can run.
 */
function platformDigest(digest: string, manifest: string, name: string, platform: string): string {
  const { manifests } = JSON.parse(manifest) as Manifest;
  if (manifests === undefined) return digest;
  const found = manifests.find((entry) => `${entry.platform?.os}/${entry.platform?.architecture}` === platform);
  if (found === undefined) {
    const there = manifests.map((entry) => `${entry.platform?.os}/${entry.platform?.architecture}`).join(", ");
    throw new OperatorError(
      "wrong-platform",
      `${name} has no image for ${platform}, only for ${there}; build it for the platform in the environment file`,
    );
  }
  return found.digest;
}
