/** The bed's registry with the repositories of the application, and a docker to push to it. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from "@aws-sdk/client-ecr";
import type { RegistryLogin } from "../../../actions/lib/ports/images.ts";
import { type AwsBed, startAwsBed } from "../../bed/aws/bed.ts";

export const application = new URL("../../fixtures/application", import.meta.url).pathname;

export interface RegistryStage {
  readonly bed: AwsBed;
  readonly ecr: ECRClient;
  login(): Promise<RegistryLogin>;
  /** A manifest or index as it was pushed. */
  manifest(repository: string, digest: string): Promise<PushedManifest>;
  /** A blob as JSON, over the registry's own interface. */
  blob(repository: string, digest: string): Promise<unknown>;
  /** Folders that a docker or a build left in the temporary folder. */
  leftovers(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface PushedManifest {
  readonly mediaType: string;
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string; readonly annotations?: Readonly<Record<string, string>> }[];
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform: { readonly os: string; readonly architecture: string };
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}

/** Puts the stand-in first on this process's PATH and its temporary files into a folder of its own, until `stop`. */
export async function registryStage(): Promise<RegistryStage> {
  const before = { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR };
  const temporary = await mkdtemp(join(tmpdir(), "registry-stage-"));
  const standIn = new URL("../../bed/docker", import.meta.url).pathname;
  process.env.PATH = `${standIn}${delimiter}${before.PATH}`;
  process.env.TMPDIR = temporary;
  const bed = await startAwsBed();
  const ecr = new ECRClient({
    region: "us-east-1",
    endpoint: bed.url,
    credentials: { accessKeyId: bed.environment.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "secret" },
  });
  for (const role of ["django", "celery", "beat", "broken", "cached", "published"]) {
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: `mate/${role}`,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
      }),
    );
  }
  const login = async (): Promise<RegistryLogin> => {
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const { authorizationToken = "", proxyEndpoint = "" } = authorizationData?.[0] ?? {};
    const [username = "", password = ""] = Buffer.from(authorizationToken, "base64").toString("utf8").split(/:(.*)/s);
    return { registry: new URL(proxyEndpoint).host, username, password };
  };
  return {
    ...{ bed, ecr, login },
    manifest: async (repository, digest) => {
      const command = new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageDigest: digest }] });
      const { images } = await ecr.send(command);
      return JSON.parse(images?.[0]?.imageManifest ?? "{}") as PushedManifest;
    },
    blob: async (repository, digest) => {
      const { username, password } = await login();
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
      const response = await fetch(`${bed.registryUrl}/v2/${repository}/blobs/${digest}`, {
        headers: { authorization },
      });
      return await response.json();
    },
    leftovers: async () => (await readdir(temporary)).filter((name) => name.startsWith("mate-")),
    stop: async () => {
      process.env.PATH = before.PATH;
      if (before.TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before.TMPDIR;
      ecr.destroy();
      await bed.stop();
      await rm(temporary, { recursive: true });
    },
  };
}
