import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { settingsFor } from "../front/client-settings.ts";

const run = promisify(execFile);

function hasDaemon(): boolean {
  try {
    execFileSync("docker", ["info"], { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    console.log("skipped: no Docker daemon answers");
    return false;
  }
}

describe.skipIf(!hasDaemon())("Docker", () => {
  let bed: AwsBed;
  let folder = "";
  beforeAll(async () => {
    bed = await startAwsBed();
    folder = await mkdtemp(join(tmpdir(), "docker-"));
  });
  afterAll(async () => {
    await bed.stop();
    await rm(folder, { recursive: true });
  });

  test("pushes an image with ECR's token, and pulls it back by the digest that ECR shows", async () => {
    const env = { ...process.env, DOCKER_CONFIG: folder };
    const docker = async (...args: readonly string[]): Promise<string> =>
      (await run("docker", [...args], { env })).stdout.trim();
    const ecr = new ECRClient(settingsFor(bed));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "mate/django" }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const [user = "", password = ""] = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64")
      .toString("utf8")
      .split(":");
    const registry = new URL(bed.registryUrl).host;
    const image = `${registry}/mate/django`;
    const archive = join(folder, "image.tar");
    await writeFile(join(folder, "release"), "v1.4.0");
    await run("tar", ["-cf", archive, "-C", folder, "release"]);

    await expect(docker("push", `${image}:v1.4.0`)).rejects.toThrow();
    await docker("login", "--username", user, "--password", password, registry);
    await docker("import", archive, `${image}:v1.4.0`);
    await docker("push", `${image}:v1.4.0`);

    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "mate/django" }));
    const digest = imageDetails?.[0]?.imageDigest;
    expect(imageDetails).toMatchObject([{ imageTags: ["v1.4.0"], imageSizeInBytes: expect.any(Number) }]);
    await docker("rmi", `${image}:v1.4.0`);
    await docker("pull", `${image}@${digest}`);
    expect(await docker("images", "--digests", "--format", "{{.Digest}}", image)).toBe(digest);
    await docker("rmi", `${image}@${digest}`);
  });
});
