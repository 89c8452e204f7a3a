/** BuildKit and buildx for the lane, where they were built (test/containers/buildkit); docker's own builder builds where they were not. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { programPath } from "./available.ts";
import { must, run, startServer } from "./program.ts";

export interface BuildKit {
  /** What this process's environment needs so that the build action builds with it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * @param from.store registry that BuildKit asks instead of Docker Hub; the scanner that `--sbom` runs is there
 * @returns undefined where one of the two programs is missing
 */
export async function startBuildKit(from: {
  readonly folder: string;
  readonly store: string;
  readonly base: string;
}): Promise<BuildKit | undefined> {
  const [buildkitd, buildx] = [programPath("buildkitd"), programPath("docker-buildx")];
  if (buildkitd === undefined || buildx === undefined) return undefined;
  const { folder, store } = from;
  const plugins = join(folder, "docker/cli-plugins");
  await mkdir(plugins, { recursive: true });
  await copyFile(buildx, join(plugins, "docker-buildx"));
  await pushScanner(from);
  const configuration = join(folder, "buildkitd.toml");
  await writeFile(
    configuration,
    `[registry."docker.io"]\nmirrors = ["${store}"]\n[registry."${store}"]\nhttp = true\n`,
  );
  const host = `unix://${join(folder, "buildkitd.sock")}`;
  const environment = { DOCKER_CONFIG: join(folder, "docker"), BUILDKIT_HOST: host };
  const probe = ["buildx", "create", "--name", "probe", "--driver", "remote", host];
  await must("docker", probe, { environment });
  const running = await startServer(
    [buildkitd, "--config", configuration, "--root", join(folder, "buildkit"), "--addr", host],
    {
      log: join(folder, "buildkitd.log"),
      ready: async () =>
        (await run("docker", ["buildx", "inspect", "--bootstrap", "probe"], { environment })).exitCode === 0,
    },
  );
  await must("docker", ["buildx", "rm", "probe"], { environment });
  return { environment, close: () => running.stop() };
}

/** Under the name that BuildKit takes a scanner by if none is named. */
async function pushScanner({ store, base }: { readonly store: string; readonly base: string }): Promise<void> {
  const name = `${store}/docker/buildkit-syft-scanner:stable-1`;
  const container = await must("docker", ["create", base]);
  await must("docker", ["cp", new URL("scanner/scan.py", import.meta.url).pathname, `${container}:/scan.py`]);
  await must("docker", ["commit", "--change", 'ENTRYPOINT ["python", "/scan.py"]', container, name]);
  await must("docker", ["rm", container]);
  await must("docker", ["push", "--quiet", name]);
}
