import { CreateRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { bedClock } from "../../../clock.ts";
import { settingsFor } from "../front/client-settings.ts";
import { type IdentityProvider, startIdentityProvider } from "./identity-provider.ts";

const clock = bedClock();
let bed: AwsBed;
let provider: IdentityProvider;
let sts: STSClient;
let iam: IAMClient;
beforeAll(async () => {
  [bed, provider] = await Promise.all([startAwsBed({ clock, trust: "strict" }), startIdentityProvider()]);
  sts = new STSClient(settingsFor(bed));
  iam = new IAMClient(settingsFor(bed));
});
afterAll(() => Promise.all([bed.stop(), provider.stop()]));

const github = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const claim = (name: string): string => `token.actions.githubusercontent.com:${name}`;

async function role(name: string, statement: object | readonly object[]): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statement });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  return Role?.Arn ?? "";
}

const as = (
  credentials: {
    AccessKeyId?: string | undefined;
    SecretAccessKey?: string | undefined;
    SessionToken?: string | undefined;
  } = {},
) =>
  settingsFor(bed, {
    accessKeyId: credentials.AccessKeyId ?? "",
    secretAccessKey: credentials.SecretAccessKey ?? "",
    sessionToken: credentials.SessionToken ?? "",
  });

describe("a workflow's token", () => {
  const workflow = "acme/mate/.github/workflows/deploy.yml@refs/heads/main";
  const claims = {
    sub: "repo:acme/mate:environment:production",
    repository_id: "4711",
    environment: "production",
    job_workflow_ref: workflow,
  };
  let RoleArn = "";
  beforeAll(async () => {
    RoleArn = await role("mate-production-deploy", {
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: github },
      Condition: {
        StringEquals: {
          [claim("aud")]: "sts.amazonaws.com",
          [claim("repository_id")]: "4711",
          [claim("environment")]: "production",
        },
        StringLike: {
          [claim("sub")]: ["repo:acme/mate:environment:*", "repo:acme@*/mate@*:environment:*"],
          [claim("job_workflow_ref")]: "acme/mate/.github/workflows/*@refs/heads/main",
        },
      },
    });
  });
  const assume = (WebIdentityToken: string) =>
    new STSClient({ endpoint: bed.url, region: "us-east-1", maxAttempts: 1 }).send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "run-1", WebIdentityToken }),
    );

  test("opens the role that trusts it, and the credentials are that role's", async () => {
    const { Credentials, SubjectFromWebIdentityToken } = await assume(provider.token(claims));
    expect(SubjectFromWebIdentityToken).toBe(claims.sub);
    const { Arn, Account } = await new STSClient(as(Credentials)).send(new GetCallerIdentityCommand({}));
    expect({ Arn, Account }).toEqual({
      Arn: "arn:aws:sts::123456789012:assumed-role/mate-production-deploy/run-1",
      Account: "123456789012",
    });
  });

  test.for([
    ["another audience", { aud: "somebody-else" }],
    ["another repository of the same name", { repository_id: "666" }],
    ["a pull request", { sub: "repo:acme/mate:pull_request", environment: undefined }],
    ["another environment", { environment: "staging" }],
    ["a workflow from a branch", { job_workflow_ref: "acme/mate/.github/workflows/deploy.yml@refs/heads/evil" }],
  ] as const)("is refused from %s", async ([, change]) => {
    await expect(assume(provider.token({ ...claims, ...change }))).rejects.toMatchObject({
      name: "AccessDenied",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    });
  });

  test("is refused with a forged signature, and when it is too old", async () => {
    const [head, , signature] = provider.token(claims).split(".");
    const forged = Buffer.from(
      JSON.stringify({ ...claims, iss: provider.url, aud: "sts.amazonaws.com", sub: "repo:evil" }),
    ).toString("base64url");
    await expect(assume(`${head}.${forged}.${signature}`)).rejects.toMatchObject({
      name: "InvalidIdentityTokenException",
    });
    await expect(assume(provider.token(claims, -60))).rejects.toMatchObject({ name: "ExpiredTokenException" });
  });
});

describe("assuming a role", () => {
  test("tags the session, and only where the role allows tags", async () => {
    const RoleArn = await role("mate-production-ops", [
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::123456789012:root" } },
      {
        Effect: "Allow",
        Action: "sts:TagSession",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Condition: { StringLike: { "aws:RequestTag/tenant": "hospital-*" } },
      },
    ]);
    const assume = (tenant: string) =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn,
          RoleSessionName: "op",
          Tags: [{ Key: "tenant", Value: tenant }],
          TransitiveTagKeys: ["tenant"],
        }),
      );
    await assume("hospital-a");
    await expect(assume("clinic-b")).rejects.toMatchObject({ name: "AccessDenied" });
    const tagged = bed.calls.all().filter(({ operation }) => operation === "AssumeRole");
    expect(tagged.map(({ outcome }) => outcome)).toEqual(["ok", "AccessDenied"]);
  });

  test("is refused to strangers, of roles that do not exist, and for names or times AWS does not take", async () => {
    const RoleArn = await role("closed", {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { AWS: "210987654321" },
    });
    const assume = (input: object) => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "op", ...input }));
    await expect(assume({})).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(assume({ RoleArn: "arn:aws:iam::123456789012:role/none" })).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: "closed",
        PolicyDocument: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:*", Principal: { AWS: "*" } }] }),
      }),
    );
    await expect(assume({ RoleSessionName: "no spaces please" })).rejects.toMatchObject({ name: "ValidationError" });
    await expect(assume({ DurationSeconds: 7200 })).rejects.toMatchObject({ name: "ValidationError" });
    await assume({});
  });

  test("credentials expire by bed time", async () => {
    const RoleArn = await role("short", {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { AWS: "123456789012" },
    });
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: "op", DurationSeconds: 900 }),
    );
    const session = new STSClient(as(Credentials));
    await session.send(new GetCallerIdentityCommand({}));
    clock.forward(901_000);
    await expect(session.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "ExpiredToken" });
  });
});

test("keys can name the account they belong to", async () => {
  const other = new STSClient(settingsFor(bed, { accessKeyId: "AKIA210987654321XYZ", secretAccessKey: "x" }));
  expect((await other.send(new GetCallerIdentityCommand({}))).Account).toBe("210987654321");
});
