import { BatchGetImageCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { platformDigest } from "../../domain/image.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import type { Images } from "../../ports/images.ts";
import { hasCode } from "./client.ts";
import { acceptedManifests } from "./manifest-types.ts";

/** Images of releases in ECR. */
export function ecrImages(client: ECRClient): Images {
  return {
    find: async ({ repository, tag, platform }) => {
      try {
        const { images } = await client.send(
          new BatchGetImageCommand({
            repositoryName: repository,
            imageIds: [{ imageTag: tag }],
            acceptedMediaTypes: acceptedManifests,
          }),
        );
        const image = images?.[0];
        if (image?.imageId?.imageDigest === undefined) return undefined;
        return platformDigest(
          { digest: image.imageId.imageDigest, manifest: image.imageManifest ?? "{}", name: `${repository}:${tag}` },
          platform,
        );
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
