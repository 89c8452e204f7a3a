import { compileFunction } from "node:vm";
import jsonata from "jsonata";
import { describe, expect, test } from "vitest";
import { type Section, section } from "../bed/aws/cloudformation/template/value.ts";
import { specialised } from "./templates.ts";

/** A secret as Secrets Manager keeps it: versions with their stages and text. */
class Secrets {
  readonly versions = new Map<string, { stages: string[]; text: string | undefined }>();
  rotationEnabled = true;

  constructor(current: object) {
    this.versions.set("v1", { stages: ["AWSCURRENT"], text: JSON.stringify(current) });
    this.versions.set("v2", { stages: ["AWSPENDING"], text: undefined });
  }

  in(stage: string): Record<string, string> {
    const version = [...this.versions.values()].find(({ stages }) => stages.includes(stage));
    return JSON.parse(version?.text ?? "{}") as Record<string, string>;
  }

  async describeSecret(): Promise<object> {
    const stages = [...this.versions].map(([id, version]) => [id, version.stages]);
    return { RotationEnabled: this.rotationEnabled, VersionIdsToStages: Object.fromEntries(stages) };
  }

  async getSecretValue({ VersionId, VersionStage }: { VersionId?: string; VersionStage: string }): Promise<object> {
    const found = [...this.versions].find(
      ([id, { stages, text }]) => text !== undefined && stages.includes(VersionStage) && id === (VersionId ?? id),
    );
    if (found === undefined) throw Object.assign(new Error("no such version"), { name: "ResourceNotFoundException" });
    return { SecretString: found[1].text };
  }

  async getRandomPassword({ PasswordLength }: { PasswordLength: number }): Promise<object> {
    return { RandomPassword: "n".repeat(PasswordLength) };
  }

  async putSecretValue({
    ClientRequestToken,
    SecretString,
    VersionStages,
  }: {
    ClientRequestToken: string;
    SecretString: string;
    VersionStages: string[];
  }): Promise<void> {
    this.versions.set(ClientRequestToken, { stages: VersionStages, text: SecretString });
  }

  async updateSecretVersionStage({
    VersionStage,
    MoveToVersionId,
    RemoveFromVersionId,
  }: {
    VersionStage: string;
    MoveToVersionId: string;
    RemoveFromVersionId: string;
  }): Promise<void> {
    const from = this.versions.get(RemoveFromVersionId);
    const to = this.versions.get(MoveToVersionId);
    if (from === undefined || to === undefined) throw new Error("no such version");
    from.stages = ["AWSPREVIOUS"];
    to.stages = [VersionStage];
  }
}

/** A Redis that takes a token some looks after it was told. */
class Caches {
  readonly tokens: string[] = [];
  looks: number;

  constructor(looks = 2) {
    this.looks = looks;
  }

  async modifyReplicationGroup({
    ReplicationGroupId,
    AuthToken,
    AuthTokenUpdateStrategy,
  }: Record<string, string>): Promise<void> {
    this.tokens.push(`${ReplicationGroupId} ${AuthTokenUpdateStrategy} ${AuthToken}`);
  }

  async describeReplicationGroups(): Promise<object> {
    this.looks -= 1;
    return { ReplicationGroups: [{ Status: this.looks > 0 ? "modifying" : "available", PendingModifiedValues: {} }] };
  }
}

const platform = specialised.find(({ name }) => name === "platform/platform")?.document ?? {};
const { Properties } = section(platform, "Resources").RotationFunction as { readonly Properties: Section };
const source = String(section(Properties, "Code").ZipFile);

/** The function of the template, on these services. */
function lambda(secrets: Secrets, caches: Caches): (step: string, token?: string) => Promise<void> {
  const services: Readonly<Record<string, object>> = {
    "@aws-sdk/client-secrets-manager": { SecretsManager: made(secrets) },
    "@aws-sdk/client-elasticache": { ElastiCache: made(caches) },
  };
  const exports: { handler?: (event: object) => Promise<void> } = {};
  const patient = { env: { POLL_MS: "0" } };
  compileFunction(source, ["require", "exports", "process"])((name: string) => services[name], exports, patient);
  return async (Step, ClientRequestToken = "v2") => exports.handler?.({ SecretId: "s", ClientRequestToken, Step });
}

/** A class whose only instance is this. */
function made(instance: object): object {
  return new Proxy(class {}, { construct: () => instance });
}

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

describe("rotating the token of a Redis", () => {
  const current = { replicationGroup: "mate-hospital-a-production", token: "old" };

  test("gives Redis the new token beside the old one, and makes it the current one when Redis has it", async () => {
    const secrets = new Secrets(current);
    const caches = new Caches();
    const run = lambda(secrets, caches);

    for (const step of steps) await run(step);

    expect(caches.tokens).toEqual([`mate-hospital-a-production ROTATE ${"n".repeat(64)}`]);
    expect(secrets.in("AWSCURRENT")).toEqual({ ...current, token: "n".repeat(64) });
    expect(secrets.in("AWSPREVIOUS")).toEqual(current);
  });

  test("ends the same when every step runs twice", async () => {
    const secrets = new Secrets(current);
    const run = lambda(secrets, new Caches());

    for (const step of steps) {
      await run(step);
      await run(step);
    }

    expect(secrets.in("AWSCURRENT").token).toBe("n".repeat(64));
  });

  test("keeps the old token current when Redis does not take the new one", async () => {
    const secrets = new Secrets(current);
    const run = lambda(secrets, new Caches(1_000));
    await run("createSecret");
    await run("setSecret");

    await expect(run("testSecret")).rejects.toThrow("mate-hospital-a-production did not take the new token in time");

    expect(secrets.in("AWSCURRENT")).toEqual(current);
  });
});

test("rotating a Django key keeps the one before as fallback, so nobody is signed out", async () => {
  const secrets = new Secrets({ secret_key: "old", fallback: "older" });
  const caches = new Caches();
  const run = lambda(secrets, caches);

  for (const step of steps) await run(step);

  expect(secrets.in("AWSCURRENT")).toEqual({ secret_key: "n".repeat(64), fallback: "old" });
  expect(caches.tokens).toEqual([]);
});

test("a schedule that only tests passes with nothing pending", async () => {
  const secrets = new Secrets({ secret_key: "only", fallback: "" });

  await lambda(secrets, new Caches())("testSecret");

  expect(secrets.in("AWSCURRENT")).toEqual({ secret_key: "only", fallback: "" });
});

test.for<readonly [string, string, string]>([
  ["createSecret", "v9", "s has no version v9"],
  ["dropSecret", "v2", "unknown step dropSecret"],
  ["setSecret", "v2", "s has nothing pending"],
])("%s of %s is refused: %s", async ([step, token, message]) => {
  await expect(lambda(new Secrets({ secret_key: "a" }), new Caches())(step, token)).rejects.toThrow(message);
});

describe("after a rotation the services of the tenant whose secret it is are started anew", () => {
  const { Properties: machine } = section(platform, "Resources").RestartAfterRotation as {
    readonly Properties: Section;
  };
  const states = section(section(machine, "Definition"), "States");
  const { Output } = states.LookAtSecret as { readonly Output: { readonly stem: string } };
  const expression = Output.stem
    .trim()
    .replace(/^\{%(.*)%\}$/s, "$1")
    // As the state machine's DefinitionSubstitutions do.
    .replaceAll(/\$\{Environment\}/g, "production");
  const master = (instance: string): object => ({
    Name: "rds!db-0a1b",
    Tags: [
      { Key: "aws:secretsmanager:owningService", Value: "rds" },
      { Key: "aws:rds:primaryDBInstanceArn", Value: `arn:aws:rds:us-east-1:123456789012:db:${instance}` },
    ],
  });

  test.for<readonly [string, object, string]>([
    ["its Redis token", { Name: "mate/production/hospital-a/redis", Tags: [] }, "mate-hospital-a-production"],
    ["its Django key", { Name: "mate/production/hospital-a/django" }, "mate-hospital-a-production"],
    ["its master password", master("mate-hospital-a-production"), "mate-hospital-a-production"],
    // Secrets Manager may go on naming the instance as it was called when it was restored.
    [
      "the master password of a restored database",
      master("mate-hospital-a-production-r20261127031000"),
      "mate-hospital-a-production",
    ],
    [
      "a hospital that is called like the environment",
      master("mate-north-production-r2-production"),
      "mate-north-production-r2-production",
    ],
  ])("%s", async ([, result, stem]) => {
    expect(await jsonata(expression).evaluate({}, { states: { result } })).toBe(stem);
  });
});
