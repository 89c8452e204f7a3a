import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { deafTo } from "../../foreign/aws-cli.ts";

const run = promisify(execFile);

function isInstalled(): boolean {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    console.log("skipped: the AWS CLI is not installed");
    return false;
  }
}

describe.skipIf(!isInstalled())("the AWS CLI", () => {
  let bed: AwsBed;
  let folder = "";
  beforeAll(async () => {
    bed = await startAwsBed();
    folder = await mkdtemp(join(tmpdir(), "aws-cli-"));
  });
  afterAll(async () => {
    await bed.stop();
    await rm(folder, { recursive: true });
  });

  /** What a command prints, as text. */
  async function aws(...args: readonly string[]): Promise<string> {
    const env = { PATH: process.env.PATH, HOME: folder, AWS_PAGER: "", ...bed.environment };
    const { stdout } = await run("aws", [...deafTo(args[0], bed.url), "--output", "text", ...args], { env });
    return stdout.trim();
  }

  test("copies files with versions, large ones in parts, and takes a lease once", async () => {
    const [small, large, back] = ["small.txt", "large.bin", "back.bin"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(small, "one");
    await writeFile(large, Buffer.alloc(9 * 1024 * 1024, 7));
    await aws("s3", "mb", "s3://tenant-data");
    await aws(
      "s3api",
      "put-bucket-versioning",
      "--bucket",
      "tenant-data",
      "--versioning-configuration",
      "Status=Enabled",
    );
    await aws("s3", "cp", "--no-progress", small, "s3://tenant-data/dir/small.txt");
    await aws("s3", "cp", "--no-progress", large, "s3://tenant-data/large.bin");
    await aws("s3", "cp", "--no-progress", "s3://tenant-data/large.bin", back);
    expect((await readFile(back)).equals(await readFile(large))).toBe(true);
    expect(await aws("s3", "ls", "s3://tenant-data", "--recursive")).toMatch(
      /3 dir\/small\.txt\n.* 9437184 large\.bin$/,
    );
    await aws("s3", "rm", "s3://tenant-data/dir/small.txt");
    expect(
      await aws("s3api", "list-object-versions", "--bucket", "tenant-data", "--query", "length(DeleteMarkers)"),
    ).toBe("1");
    await expect(aws("s3", "rb", "s3://tenant-data")).rejects.toThrow("BucketNotEmpty");

    const lease = [
      "s3api",
      "put-object",
      "--bucket",
      "tenant-data",
      "--key",
      "lease",
      "--body",
      small,
      "--if-none-match",
      "*",
    ];
    await aws(...lease);
    await expect(aws(...lease)).rejects.toThrow("(PreconditionFailed) when calling the PutObject operation");
  });

  test("reads secrets, parameters and log lines", async () => {
    await aws("secretsmanager", "create-secret", "--name", "db", "--secret-string", "hunter2");
    expect(await aws("secretsmanager", "get-secret-value", "--secret-id", "db", "--query", "SecretString")).toBe(
      "hunter2",
    );
    await aws("ssm", "put-parameter", "--name", "/a/b", "--value", "c", "--type", "SecureString");
    expect(
      await aws("ssm", "get-parameters-by-path", "--path", "/a", "--with-decryption", "--query", "Parameters[].Value"),
    ).toBe("c");
    await aws("logs", "create-log-group", "--log-group-name", "/mate/a");
    await aws("logs", "create-log-stream", "--log-group-name", "/mate/a", "--log-stream-name", "web");
    const event = `timestamp=${Math.floor(bed.world.clock.now())},message=started`;
    await aws(
      "logs",
      "put-log-events",
      "--log-group-name",
      "/mate/a",
      "--log-stream-name",
      "web",
      "--log-events",
      event,
    );
    expect(await aws("logs", "filter-log-events", "--log-group-name", "/mate/a", "--query", "events[].message")).toBe(
      "started",
    );
  });

  test("assumes a role that it created, and is that role then", async () => {
    const policy = JSON.stringify({
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "123456789012" } }],
    });
    await aws("iam", "create-role", "--role-name", "ops", "--assume-role-policy-document", policy);
    const assumed = await aws(
      "sts",
      "assume-role",
      "--role-arn",
      "arn:aws:iam::123456789012:role/ops",
      "--role-session-name",
      "me",
      "--query",
      "AssumedRoleUser.Arn",
    );
    expect(assumed).toBe("arn:aws:sts::123456789012:assumed-role/ops/me");
  });

  test("is told what the bed does not model", async () => {
    await expect(aws("budgets", "describe-budgets", "--account-id", "123456789012")).rejects.toThrow(
      "the bed does not model AWSBudgetServiceGateway: DescribeBudgets",
    );
    await expect(aws("iam", "list-virtual-mfa-devices")).rejects.toThrow(
      "the bed does not model iam:ListVirtualMFADevices",
    );
  });
});
