/** Images in other registries: as ECR copies them, once both accounts want it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { seedImage } from "../../../aws/services/ecr/manifest.ts";
import { repositoryFor } from "../../../aws/services/ecr/repositories.ts";
import { bedClock } from "../../../clock.ts";

const region = "us-east-1";
const from = "210987654321";
const to = "123456789012";
let aws: AwsBed;
beforeAll(async () => {
  aws = await startAwsBed({ clock: bedClock(1_000) });
  for (const account of [from, to]) {
    for (const repositoryName of ["mate/django", "other"])
      await ask(account, "CreateRepository", { repositoryName, imageTagMutability: "IMMUTABLE" });
  }
});
afterAll(() => aws?.stop());

function ask<T>(account: string, operation: string, input: object = {}): Promise<T> {
  const caller = { account, region, arn: `arn:aws:iam::${account}:user/test`, tags: {} };
  return aws.world.invoke<T>("ecr", operation, input, { requestId: "test", caller });
}

function push(account: string, name: string, tag: string, content = tag): string {
  return seedImage(aws.world, repositoryFor(aws.world, { repositoryName: name }, { account, region }), { tag, content })
    .digest;
}

async function tagged(account: string, repositoryName: string): Promise<Readonly<Record<string, string>>> {
  const { imageIds } = await ask<{ imageIds: readonly { imageTag?: string; imageDigest: string }[] }>(
    account,
    "ListImages",
    { repositoryName },
  );
  return Object.fromEntries(
    imageIds.flatMap(({ imageTag, imageDigest }) => (imageTag ? [[imageTag, imageDigest]] : [])),
  );
}

const copied = (): Promise<void> => aws.world.clock.sleep(5 * 60_000);

test("nothing is copied until both accounts want it, and only what is pushed from then on", async () => {
  await expect(ask(to, "GetRegistryPolicy")).rejects.toMatchObject({ code: "RegistryPolicyNotFoundException" });
  push(from, "mate/django", "v1.0.0");
  const rules = [
    {
      destinations: [{ region, registryId: to }],
      repositoryFilters: [{ filter: "mate/", filterType: "PREFIX_MATCH" }],
    },
  ];
  await ask(from, "PutReplicationConfiguration", { replicationConfiguration: { rules } });
  expect(await ask(from, "DescribeRegistry")).toEqual({ registryId: from, replicationConfiguration: { rules } });
  push(from, "mate/django", "v1.1.0");
  await copied();
  expect(await tagged(to, "mate/django")).toEqual({});

  const statement = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${from}:root` },
    Action: "ecr:ReplicateImage",
    Resource: `arn:aws:ecr:${region}:${to}:repository/mate/*`,
  };
  await ask(to, "PutRegistryPolicy", { policyText: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) });
  const digest = push(from, "mate/django", "v1.2.0");
  push(from, "other", "v1.2.0");
  await copied();

  expect(await tagged(to, "mate/django")).toEqual({ "v1.2.0": digest });
  expect(await tagged(to, "other")).toEqual({});
});

test("a tag that stands for another image there stays with that one, and the copy has none", async () => {
  const own = push(to, "mate/django", "v1.3.0", "built there");

  const other = push(from, "mate/django", "v1.3.0", "built here");
  await copied();

  expect((await tagged(to, "mate/django"))["v1.3.0"]).toBe(own);
  const imageIds = [{ imageDigest: other }];
  expect(await ask(to, "BatchGetImage", { repositoryName: "mate/django", imageIds })).toMatchObject({ failures: [] });
});

test("what is copied is not copied on, and a repository that is not there is not made", async () => {
  const third = "111122223333";
  const rules = [{ destinations: [{ region, registryId: third }], repositoryFilters: [] }];
  await ask(to, "PutReplicationConfiguration", { replicationConfiguration: { rules } });
  await ask(third, "CreateRepository", { repositoryName: "mate/django" });
  await ask(from, "CreateRepository", { repositoryName: "mate/new" });

  push(from, "mate/django", "v1.4.0");
  push(from, "mate/new", "v1.4.0");
  await copied();

  expect(Object.keys(await tagged(to, "mate/django"))).toContain("v1.4.0");
  expect(await tagged(third, "mate/django")).toEqual({});
  await expect(tagged(to, "mate/new")).rejects.toMatchObject({ code: "RepositoryNotFoundException" });
});
