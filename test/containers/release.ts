/** The `build` action's use case with its real adapters: docker, git, and ECR with the real registry behind it. */
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { build } from "../../actions/build/build.ts";
import { ecrCandidates } from "../../actions/lib/adapters/aws/ecr-candidates.ts";
import { ecrImages } from "../../actions/lib/adapters/aws/ecr-images.ts";
import { withDockerBuilder } from "../../actions/lib/adapters/docker/docker-builder.ts";
import { applicationSources } from "../../actions/lib/adapters/git/application-source.ts";
import type { BuiltRelease } from "../../actions/lib/domain/built-release.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import type { RegistryLogin } from "../../actions/lib/ports/images.ts";
import type { ContainersStage } from "./stage.ts";

export interface Built {
  readonly release: BuiltRelease;
  /** What it printed. */
  readonly said: readonly string[];
}

/** Debian's docker, which has a BuildKit of its own and no buildx; a newer one that has no buildx either refuses to build. */
const plainDocker = { PATH: `/usr/bin:${process.env.PATH}` };

/**
 * Builds a release of what is committed now.
 *
 * @param request.builder `docker` builds without buildx; left out, buildx builds if this lane has it
 */
export async function buildRelease(
  { rehearsal, application, registry, buildkit }: ContainersStage,
  request: { readonly environment: Environment; readonly release: string; readonly builder?: "docker" },
): Promise<Built> {
  const { environment, release } = request;
  const more: Readonly<Record<string, string>> =
    buildkit === undefined || request.builder === "docker" ? plainDocker : buildkit.environment;
  const said: string[] = [];
  const progress = { say: (line: string): void => void said.push(line) };
  const { url, environment: settings } = rehearsal.aws;
  const credentials = { accessKeyId: settings.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "any" };
  const ecr = new ECRClient({ region: environment.region, endpoint: url, credentials });
  const login = async (): Promise<RegistryLogin> => {
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString("utf8");
    const [username = "", password = ""] = token.split(/:(.*)/s);
    return { registry: registry.front, username, password };
  };
  const sources = applicationSources({ workspace: application.workspace });
  const { records } = rehearsal.cell(environment);
  // Building takes real time.
  rehearsal.setSpeed(1);
  const before = { ...process.env };
  Object.assign(process.env, more);
  try {
    const built = await withDockerBuilder({ login, progress }, (builder) =>
      build(
        { environment, release },
        {
          ...{ images: ecrImages(ecr), candidates: ecrCandidates(ecr), builder, sources, records },
          ...{ clock: rehearsal.clock, progress },
        },
      ),
    );
    return { release: built, said };
  } catch (error) {
    throw Object.assign(error as Error, { said });
  } finally {
    for (const name of Object.keys(more)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
