/** Pulling an image: which digest a reference stands for, or why it cannot be pulled. */
import { createHash } from "node:crypto";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { ecsControls } from "./controls.ts";

export type Pull = { readonly digest: string } | { readonly obstacle: string };

/** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>[:tag][@digest]` */
const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

/**
 * Looks an image up as Fargate would. References to the bed's ECR are checked there; those to other registries are taken to
 * exist, and a tag of theirs stands for a digest made from its name.
 */
export async function pull(world: World, call: Call, image: string): Promise<Pull> {
  const [, account, region, repositoryName, imageTag = "latest", imageDigest] = ECR.exec(image) ?? [];
  if (account === undefined || region === undefined || !world.services.has("ecr"))
    return { digest: digestInName(image) };
  const there: Call = { ...call, caller: { ...call.caller, account, region } };
  try {
    const answer = await world.invoke<{ imageDetails?: { imageDigest?: string }[] }>(
      "ecr",
      "DescribeImages",
      { registryId: account, repositoryName, imageIds: [imageDigest === undefined ? { imageTag } : { imageDigest }] },
      there,
    );
    return { digest: answer.imageDetails?.[0]?.imageDigest ?? digestInName(image) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === "RepositoryNotFoundException" && ecsControls(world).unknownRepositories === "pull") {
      return { digest: digestInName(image) };
    }
    if (error.code !== "RepositoryNotFoundException" && error.code !== "ImageNotFoundException") throw error;
    return {
      obstacle: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
    };
  }
}

function digestInName(image: string): string {
  const at = image.indexOf("@sha256:");
  return at === -1 ? `sha256:${createHash("sha256").update(image).digest("hex")}` : image.slice(at + 1);
}
