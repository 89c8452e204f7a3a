import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { bedClock } from "../../../clock.ts";
import { settingsFor } from "../front/client-settings.ts";

const clock = bedClock();
let bed: AwsBed;
let secrets: SecretsManagerClient;
let ssm: SSMClient;
beforeAll(async () => {
  bed = await startAwsBed({ clock });
  secrets = new SecretsManagerClient(settingsFor(bed));
  ssm = new SSMClient(settingsFor(bed));
});
afterAll(() => bed.stop());

describe("secrets", () => {
  const value = (SecretId: string, more: object = {}) =>
    secrets.send(new GetSecretValueCommand({ SecretId, ...more })).then(({ SecretString }) => SecretString);

  test("the previous version stays readable, by name, by ARN and by ARN without its random end", async () => {
    const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: "db", SecretString: "one" }));
    await secrets.send(new PutSecretValueCommand({ SecretId: "db", SecretString: "two" }));
    expect(await value("db")).toBe("two");
    expect(await value(ARN, { VersionStage: "AWSPREVIOUS" })).toBe("one");
    expect(await value(ARN.slice(0, -7))).toBe("two");
    await secrets.send(new PutSecretValueCommand({ SecretId: "db", SecretString: "three" }));
    expect(await value("db", { VersionStage: "AWSPREVIOUS" })).toBe("two");
    const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: "db" }));
    expect(Object.values(VersionIdsToStages).flat().sort()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  test("the same token twice makes one version; with another value it is refused", async () => {
    const ClientRequestToken = "6a2f41a3-c54c-4ad1-8d3c-5b4f0c0f3f10";
    const create = (SecretString: string) =>
      secrets.send(new CreateSecretCommand({ Name: "once", SecretString, ClientRequestToken }));
    expect((await create("x")).VersionId).toBe(ClientRequestToken);
    expect((await create("x")).VersionId).toBe(ClientRequestToken);
    await expect(create("y")).rejects.toMatchObject({ name: "ResourceExistsException" });
  });

  test("a deleted secret can be restored within its window, and is gone after it", async () => {
    await secrets.send(new CreateSecretCommand({ Name: "temporary", SecretString: "x" }));
    await secrets.send(new DeleteSecretCommand({ SecretId: "temporary", RecoveryWindowInDays: 30 }));
    await expect(value("temporary")).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(secrets.send(new CreateSecretCommand({ Name: "temporary" }))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    await secrets.send(new RestoreSecretCommand({ SecretId: "temporary" }));
    expect(await value("temporary")).toBe("x");
    await secrets.send(new DeleteSecretCommand({ SecretId: "temporary", RecoveryWindowInDays: 7 }));
    clock.forward(7 * 24 * 60 * 60 * 1000);
    await expect(value("temporary")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("passwords keep to their rules", async () => {
    for (let turn = 0; turn < 20; turn++) {
      const { RandomPassword = "" } = await secrets.send(
        new GetRandomPasswordCommand({ PasswordLength: 12, ExcludePunctuation: true, ExcludeCharacters: "abcABC123" }),
      );
      expect(RandomPassword).toMatch(/^[d-zD-Z04-9]{12}$/);
      expect(RandomPassword).toMatch(/[d-z]/);
      expect(RandomPassword).toMatch(/[D-Z]/);
      expect(RandomPassword).toMatch(/[0-9]/);
    }
  });

  test("a list filters by name", async () => {
    await secrets.send(new CreateSecretCommand({ Name: "mate/hospital-a/django", SecretString: "x" }));
    const { SecretList } = await secrets.send(
      new ListSecretsCommand({ Filters: [{ Key: "name", Values: ["mate/hospital-a"] }] }),
    );
    expect(SecretList?.map(({ Name }) => Name)).toEqual(["mate/hospital-a/django"]);
  });
});

describe("parameters", () => {
  const put = (Name: string, Value: string, more: object = {}) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: "String", ...more }));

  test("are written once unless overwritten, and keep their history", async () => {
    await put("/mate/release", "v1");
    await expect(put("/mate/release", "v2")).rejects.toMatchObject({ name: "ParameterAlreadyExists" });
    expect((await put("/mate/release", "v2", { Overwrite: true })).Version).toBe(2);
    expect((await ssm.send(new GetParameterCommand({ Name: "/mate/release:1" }))).Parameter).toMatchObject({
      Value: "v1",
      Selector: ":1",
    });
    const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: "/mate/release" }));
    expect(Parameters?.map(({ Value }) => Value)).toEqual(["v1", "v2"]);
  });

  test("secure ones are only readable with decryption", async () => {
    await put("/mate/key", "secret", { Type: "SecureString" });
    const read = async (WithDecryption: boolean) =>
      (await ssm.send(new GetParameterCommand({ Name: "/mate/key", WithDecryption }))).Parameter?.Value;
    expect(await read(false)).not.toContain("secret");
    expect(await read(true)).toBe("secret");
  });

  test("come by path in pages, and by name with those that are not there", async () => {
    for (const tenant of ["a", "b", "c"]) await put(`/tenants/${tenant}/size`, tenant);
    await put("/tenants/count", "3");
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page: { Parameters?: { Name?: string | undefined }[] | undefined; NextToken?: string | undefined } =
        await ssm.send(new GetParametersByPathCommand({ Path: "/tenants", Recursive: true, MaxResults: 3, NextToken }));
      names.push(...(page.Parameters ?? []).map(({ Name }) => Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toEqual(["/tenants/a/size", "/tenants/b/size", "/tenants/c/size", "/tenants/count"]);
    const flat = await ssm.send(new GetParametersByPathCommand({ Path: "/tenants" }));
    expect(flat.Parameters?.map(({ Name }) => Name)).toEqual(["/tenants/count"]);
    const { InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ["/tenants/count", "/none"] }));
    expect(InvalidParameters).toEqual(["/none"]);
  });

  test("are gone once deleted, and refuse values their pattern does not allow", async () => {
    await expect(put("/size", "large", { AllowedPattern: "^\\d+$" })).rejects.toMatchObject({
      name: "ParameterPatternMismatchException",
    });
    await put("/size", "4", { AllowedPattern: "^\\d+$" });
    await ssm.send(new DeleteParameterCommand({ Name: "/size" }));
    await expect(ssm.send(new GetParameterCommand({ Name: "/size" }))).rejects.toMatchObject({
      name: "ParameterNotFound",
    });
  });
});
