import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { OperatorError } from "../../domain/operator-error.ts";
import type { RegistryLogin } from "../../ports/images.ts";
import { docker } from "./docker-command.ts";

/** A docker that is logged in, by a configuration that belongs to this run alone. */
export interface DockerSession {
  readonly config: string;
  readonly registry: string;
  /** The BuildKit that builds, if this docker has buildx; its own BuildKit otherwise. */
  readonly builder: { readonly kind: "buildx"; readonly name: string } | { readonly kind: "docker" };
  /** Removes the builder and the credentials. */
  close(): Promise<void>;
}

/**
 * Logs in and prepares a builder. With buildx that is one of its own, because the builder that comes with docker can neither
 * export a cache nor attest what it built (Docker docs, "docker-container driver"). Where BUILDKIT_HOST names a BuildKit that runs
 * already, as on a runner that may not start privileged containers, that one builds (Docker docs, "remote driver").
 *
 * @throws OperatorError `registry-login-failed`, `no-builder`, `no-docker`
 */
export async function openDocker({ registry, username, password }: RegistryLogin): Promise<DockerSession> {
  const config = await mkdtemp(join(tmpdir(), "mate-docker-"));
  // A cancelled job gets a signal and a few seconds; the credentials must not outlive it.
  const onSignal = (signal: NodeJS.Signals): void => {
    rmSync(config, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  const forget = async (): Promise<void> => {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    await rm(config, { recursive: true, force: true });
  };
  try {
    await writeFile(join(config, "config.json"), JSON.stringify({ cliPluginsExtraDirs: [pluginFolder()] }), {
      mode: 0o600,
    });
    const login = await docker(["login", "--username", username, "--password-stdin", registry], {
      config,
      input: password,
    });
    if (login.exitCode !== 0) throw failure("registry-login-failed", `cannot log in to ${registry}`, login.lines);
    const builder = await prepareBuilder(config);
    return {
      config,
      registry,
      builder,
      close: async () => {
        try {
          await Promise.all([
            ...(builder.kind === "buildx" ? [docker(["buildx", "rm", "--force", builder.name], { config })] : []),
            docker(["logout", registry], { config }),
          ]);
        } finally {
          await forget();
        }
      },
    };
  } catch (error) {
    await forget();
    throw error;
  }
}

/** Where this user's own docker has its plugins; docker looks for them beside its configuration, which is another one here. */
function pluginFolder(): string {
  return join(process.env.DOCKER_CONFIG ?? join(homedir(), ".docker"), "cli-plugins");
}

async function prepareBuilder(config: string): Promise<DockerSession["builder"]> {
  const version = await docker(["buildx", "version"], { config });
  if (version.exitCode !== 0) return { kind: "docker" };
  const name = `mate-${randomBytes(6).toString("hex")}`;
  const host = process.env.BUILDKIT_HOST ?? "";
  const driver = host === "" ? ["--driver", "docker-container"] : ["--driver", "remote", host];
  const created = await docker(["buildx", "create", "--name", name, ...driver], { config });
  if (created.exitCode !== 0) throw failure("no-builder", "docker buildx cannot make a builder", created.lines);
  return { kind: "buildx", name };
}

function failure(reasonCode: string, what: string, lines: readonly string[]): OperatorError {
  const said = lines.findLast((line) => line.trim() !== "") ?? "docker gave no reason";
  return new OperatorError(reasonCode, `${what}: ${said}`);
}
