import type { ImageBuilder, RegistryLogin } from "../../ports/images.ts";
import type { Progress } from "../../ports/progress.ts";
import { buildxBuild } from "./buildx-build.ts";
import { type DockerSession, openDocker } from "./docker-session.ts";
import { plainBuild } from "./plain-build.ts";

/**
 * Lends a builder that uses the docker of this machine. It logs in when the first image is built, so where everything is there
 * already no docker is needed; whatever happens, no credentials and no builder are left behind.
 *
 * @param settings.login asked once, for a fresh token
 */
export async function withDockerBuilder<T>(
  settings: { readonly login: () => Promise<RegistryLogin>; readonly progress: Progress },
  work: (builder: ImageBuilder) => Promise<T>,
): Promise<T> {
  let session: Promise<DockerSession> | undefined;
  const builder: ImageBuilder = {
    build: async (request) => {
      session ??= settings.login().then(openDocker);
      const opened = await session;
      const onLine = (line: string): void => {
        if (line !== "") settings.progress.say(`${request.repository} | ${line}`);
      };
      switch (opened.builder.kind) {
        case "buildx":
          return await buildxBuild(request, { ...opened, builder: opened.builder.name }, onLine);
        case "docker":
          return await plainBuild(request, opened, onLine);
      }
    },
  };
  try {
    return await work(builder);
  } finally {
    // One that could not be opened has cleaned up after itself, and the builds that waited for it have thrown its error.
    const [opened] = await Promise.allSettled([session]);
    if (opened.status === "fulfilled") await opened.value?.close();
  }
}
