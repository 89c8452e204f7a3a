import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { OperatorError } from "../../domain/operator-error.ts";
import type { ImageBuild } from "../../ports/images.ts";
import { describeBuildFailure } from "./build-failure.ts";
import { warnedOfPlatform } from "./build-warnings.ts";
import { docker } from "./docker-command.ts";
import type { DockerSession } from "./docker-session.ts";

/** What buildx writes with `--metadata-file` (Docker docs, "docker buildx build"); warnings only where they are asked for. */
const metadata = z.looseObject({
  "containerimage.digest": z.string().regex(/^sha256:[0-9a-f]{64}$/),
  "buildx.build.warnings": z.unknown().optional(),
});

/**
 * Builds and pushes with buildx, by digest and without a tag, with provenance and SBOM attached.
 *
 * @returns the digest of the index
 * @throws OperatorError `build-failed`, `wrong-platform`
 */
export async function buildxBuild(
  request: ImageBuild,
  session: Pick<DockerSession, "config" | "registry"> & { readonly builder: string },
  onLine: (line: string) => void,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mate-build-"));
  try {
    const metadataFile = join(folder, "metadata.json");
    const args = buildxArguments(request, { ...session, metadataFile });
    const environment = { BUILDX_METADATA_WARNINGS: "1" };
    const { exitCode, lines } = await docker(args, { config: session.config, environment, onLine });
    if (exitCode !== 0) throw new OperatorError("build-failed", describeBuildFailure(request.repository, lines));
    const written = metadata.parse(JSON.parse(await readFile(metadataFile, "utf8")));
    const foreign = warnedOfPlatform(written["buildx.build.warnings"]);
    if (foreign !== undefined) throw wrongPlatform(request, foreign);
    return written["containerimage.digest"];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** BuildKit builds it all the same, and calls the result what was asked for; each of its programs would end at its first instruction. */
function wrongPlatform({ repository, platform }: ImageBuild, said: string): OperatorError {
  return new OperatorError(
    "wrong-platform",
    `${repository} stands on a base image that is not for ${platform}: ${said}; choose one that is, or correct the platform in the environment file`,
  );
}

/** The arguments after `docker`. Nothing here is read by a shell. */
export function buildxArguments(
  request: ImageBuild,
  to: { readonly registry: string; readonly builder: string; readonly metadataFile: string },
): readonly string[] {
  const name = `${to.registry}/${request.repository}`;
  const { cache } = request;
  const cacheTo = `type=registry,ref=${name}:${cache.to},mode=max,image-manifest=true,oci-mediatypes=true`;
  return [
    ...["buildx", "build", "--builder", to.builder, "--progress=plain"],
    ...["--platform", request.platform],
    ...["--file", request.dockerfile],
    ...(request.target === undefined ? [] : ["--target", request.target]),
    ...Object.entries(request.labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
    ...["--provenance=mode=max", "--sbom=true"],
    ...(cache.from === undefined ? [] : ["--cache-from", `type=registry,ref=${name}:${cache.from}`]),
    // A cache that cannot be written, for example because an earlier try at this release wrote it, costs time and nothing else.
    ...["--cache-to", `${cacheTo},ignore-error=true`],
    ...["--output", `type=image,name=${name},push-by-digest=true,name-canonical=true,push=true`],
    ...["--metadata-file", to.metadataFile],
    request.context,
  ];
}
