import { randomBytes } from "node:crypto";
import { OperatorError } from "../../domain/operator-error.ts";
import type { ImageBuild } from "../../ports/images.ts";
import { describeBuildFailure } from "./build-failure.ts";
import { docker } from "./docker-command.ts";
import type { DockerSession } from "./docker-session.ts";

/**
 * Builds with the BuildKit inside docker and pushes, where there is no buildx. Such a docker cannot push without a tag, so it pushes
 * under one of its own that no release has; it attests nothing and keeps its cache on the machine.
 *
 * @returns the digest of the manifest
 * @throws OperatorError `build-failed`, `wrong-platform`
 */
export async function plainBuild(
  request: ImageBuild,
  { config, registry }: Pick<DockerSession, "config" | "registry">,
  onLine: (line: string) => void,
): Promise<string> {
  const name = `${registry}/${request.repository}`;
  const tagged = `${name}:candidate-${randomBytes(8).toString("hex")}`;
  const run = async (args: readonly string[]): Promise<readonly string[]> => {
    const { exitCode, lines, out } = await docker(args, { config, onLine });
    if (exitCode !== 0) throw new OperatorError("build-failed", describeBuildFailure(request.repository, lines));
    return out;
  };
  await run([
    ...["build", "--progress=plain", "--platform", request.platform],
    ...["--file", request.dockerfile],
    ...(request.target === undefined ? [] : ["--target", request.target]),
    ...Object.entries(request.labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
    ...["--tag", tagged, request.context],
  ]);
  const quiet = async (format: string): Promise<string> => {
    const { exitCode, out, lines } = await docker(["image", "inspect", "--format", format, tagged], { config });
    if (exitCode !== 0) throw new OperatorError("build-failed", describeBuildFailure(request.repository, lines));
    return out.join("\n");
  };
  try {
    // A manifest of its own, unlike an index, does not say what it runs on; a base image of another platform would go unseen.
    const platform = await quiet("{{.Os}}/{{.Architecture}}");
    if (platform !== request.platform) {
      throw new OperatorError(
        "wrong-platform",
        `${request.repository} was built for ${platform}, not for ${request.platform}; choose a base image for the platform in the environment file`,
      );
    }
    await run(["push", tagged]);
    const digests = JSON.parse(await quiet("{{json .RepoDigests}}")) as readonly string[];
    const pushed = digests.find((digest) => digest.startsWith(`${name}@`));
    if (pushed === undefined) throw new Error(`docker pushed ${tagged} and names no digest for it`);
    return pushed.slice(name.length + 1);
  } finally {
    await docker(["image", "rm", tagged], { config });
  }
}
