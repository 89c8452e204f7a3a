import { platformDigest } from "../../domain/image.ts";
import type { Images } from "../../ports/images.ts";
import { acceptedManifests } from "./manifest-types.ts";
import { AwsFailure, patiently, type Signing, signedFetch } from "./ops-signed-fetch.ts";

interface Found {
  readonly images?: readonly {
    readonly imageId?: { readonly imageDigest?: string };
    readonly imageManifest?: string;
  }[];
}

/** Images of releases, by the one call of ECR that finds them (API reference, BatchGetImage). */
export function opsImages(signing: Signing): Images {
  return {
    find: async ({ repository, tag, platform }) => {
      const body = JSON.stringify({
        repositoryName: repository,
        imageIds: [{ imageTag: tag }],
        acceptedMediaTypes: acceptedManifests,
      });
      const { images } = await patiently(() => batchGetImage(body, signing), signing.pause);
      const [image] = images ?? [];
      const digest = image?.imageId?.imageDigest;
      if (digest === undefined) return undefined;
      const manifest = image?.imageManifest ?? "{}";
      return platformDigest({ digest, manifest, name: `${repository}:${tag}` }, platform);
    },
  };
}

async function batchGetImage(body: string, signing: Signing): Promise<Found> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.BatchGetImage",
  };
  const { ok, status, text } = await signedFetch({ service: "ecr", prefix: "api.ecr", headers, body }, signing);
  if (ok) return JSON.parse(text) as Found;
  const { __type: type = `Status${status}`, message = "" } = problemIn(text);
  throw new AwsFailure(type.split("#").at(-1) ?? type, message, status);
}

/** What an answer says is wrong. What stands in front of the service answers with a page of its own when the service is not there. */
function problemIn(text: string): { readonly __type?: string; readonly message?: string } {
  try {
    return JSON.parse(text) as ReturnType<typeof problemIn>;
  } catch {
    return { message: text.slice(0, 200) };
  }
}
