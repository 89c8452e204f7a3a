import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ecrImages } from "../../actions/lib/adapters/aws/ecr-images.ts";
import { git } from "../../actions/lib/adapters/git/git-command.ts";
import { type AwsBed, startAwsBed } from "../bed/aws/bed.ts";
import { type IdentityProvider, startIdentityProvider } from "../bed/tests/aws/data/identity-provider.ts";

const root = new URL("../..", import.meta.url).pathname;
let folder = "";
let bed: AwsBed;
let issuer: IdentityProvider;
let tokens: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "build-action-"));
  bed = await startAwsBed({ account: "123456789012" });
  issuer = await startIdentityProvider();
  tokens = await tokenService();
  const ecr = new ECRClient(settings());
  for (const role of ["django", "celery", "beat"]) {
    const repository = { repositoryName: `mate/${role}`, imageTagMutability: "IMMUTABLE" } as const;
    await ecr.send(new CreateRepositoryCommand({ ...repository, imageScanningConfiguration: { scanOnPush: true } }));
  }
  await bucket().send(new CreateBucketCommand({ Bucket: "mate-production-pipeline-123456789012" }));
  await workspace();
});
afterAll(async () => {
  tokens.close();
  await issuer.stop();
  await bed.stop();
  await rm(folder, { recursive: true });
});

function settings() {
  const credentials = { accessKeyId: bed.environment.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "secret" };
  return { region: "us-east-1", endpoint: bed.url, credentials };
}

function bucket(): S3Client {
  return new S3Client({ ...settings(), forcePathStyle: true });
}

/** Where the job asks for its token; GitHub's own address for that is another than the issuer's, too. */
async function tokenService(): Promise<Server> {
  const value = issuer.token({ sub: "repo:mate-health/delivery:environment:production" });
  const server = createServer((_request, response) => response.end(JSON.stringify({ value })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** This repository's declarations, with the application in a folder beside them, committed. */
async function workspace(): Promise<void> {
  for (const part of ["tenants", "infra"]) await cp(join(root, part), join(folder, "work", part), { recursive: true });
  await cp(join(root, "test/fixtures/application"), join(folder, "work/application"), { recursive: true });
  const file = join(folder, "work/infra/environments/production.yml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(/application:\n {2}repository: .*\n/, "application:\n  path: application\n"));
  const at = { folder: join(folder, "work") };
  await git(["init", "--quiet"], at);
  await commit();
}

async function commit(): Promise<void> {
  const at = { folder: join(folder, "work") };
  const author = ["-c", "user.name=engineer", "-c", "user.email=engineer@example.com", "-c", "commit.gpgsign=false"];
  await git(["add", "."], at);
  await git([...author, "commit", "--quiet", "--message", "application"], at);
}

interface Ran {
  readonly exitCode: number;
  readonly log: string;
  readonly outputs: string;
  readonly summary: string;
}

/** Runs the action as a runner would. */
async function runBuild(release: string): Promise<Ran> {
  const job = await mkdtemp(join(folder, "job-"));
  await mkdir(join(job, "temporary"));
  await writeFile(join(job, "event.json"), "{}");
  const port = (tokens.address() as AddressInfo).port;
  const env = {
    ...bed.environment,
    PATH: `${join(root, "test/bed/docker")}${delimiter}${process.env.PATH}`,
    HOME: job,
    TMPDIR: join(job, "temporary"),
    INPUT_ENVIRONMENT: "production",
    INPUT_RELEASE: release,
    GITHUB_REPOSITORY: "mate-health/delivery",
    GITHUB_RUN_ID: "1",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_API_URL: "https://api.github.com",
    GITHUB_SHA: "0".repeat(40),
    GITHUB_ACTOR: "engineer",
    GITHUB_EVENT_NAME: "push",
    GITHUB_EVENT_PATH: join(job, "event.json"),
    GITHUB_WORKSPACE: join(folder, "work"),
    GITHUB_OUTPUT: join(job, "outputs"),
    GITHUB_STEP_SUMMARY: join(job, "summary"),
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request",
  };
  const child = spawn(process.execPath, [join(root, "actions/build/main.ts")], { env, cwd: folder });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => log.push(chunk.toString()));
  const exitCode = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)));
  const read = (name: string): Promise<string> => readFile(join(job, name), "utf8").catch(() => "");
  return { exitCode, log: log.join(""), outputs: await read("outputs"), summary: await read("summary") };
}

test("the action builds a release from a folder of this repository, once", { timeout: 60_000 }, async () => {
  const first = await runBuild("v1.4.0");
  expect(first.log).not.toContain("::error");
  expect(first.exitCode).toBe(0);
  expect(first.outputs).toContain('["celery","django","beat"]');
  expect(first.summary).toContain("Images of v1.4.0 in production: 3 of 3 built");
  const django = await ecrImages(new ECRClient(settings())).find({
    repository: "mate/django",
    tag: "v1.4.0",
    platform: "linux/amd64",
  });
  const { Body } = await bucket().send(
    new GetObjectCommand({ Bucket: "mate-production-pipeline-123456789012", Key: "releases/v1.4.0.json" }),
  );
  const record = JSON.parse((await Body?.transformToString()) ?? "") as { images: object; migrations: string };
  expect(record).toMatchObject({ release: "v1.4.0", images: { django } });
  expect(record.migrations).toMatch(/^[0-9a-f]{64}$/);

  const second = await runBuild("v1.4.0");
  expect(second.exitCode).toBe(0);
  expect(second.outputs).toContain("\n[]\n");
  expect(second.log).toContain("v1.4.0 has all its images");
});

test("a broken Dockerfile fails the step, the failing line first", { timeout: 60_000 }, async () => {
  const file = join(folder, "work/application/Dockerfile");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("COPY manage.py ./", "COPY manage.pi ./"));
  await commit();

  const { exitCode, log, outputs } = await runBuild("v1.5.0");

  expect(exitCode).toBe(1);
  expect(outputs).toContain("build-failed");
  const error = log.split("\n").find((line) => line.startsWith("::error"));
  expect(error).toMatch(
    /^::error::building mate\/\w+ failed at \[base 6\/8\] COPY manage\.pi \.\/: .*"\/manage\.pi": not found/,
  );
});
