/** What IAM and KMS show of what templates make, change and take away. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ACCOUNT, allowing, attribute, ref, resource, startAccount } from "./account.ts";

let on: Awaited<ReturnType<typeof startAccount>>;
beforeEach(async () => {
  on = await startAccount();
});
afterEach(() => on.stop());

const role = resource("IAM::Role", { RoleName: "r", AssumeRolePolicyDocument: allowing("sts:AssumeRole") });

test("a managed policy keeps the versions that it had, and an update of something else makes none", async () => {
  const policy = (action: string, more: object = {}) => ({
    Role: role,
    Policy: resource("IAM::ManagedPolicy", { PolicyDocument: allowing(action), ...more }),
  });
  const { ids } = await on.create(policy("s3:GetObject"));
  const PolicyArn = ids.Policy;
  const said = async (VersionId: string) => {
    const { PolicyVersion } = await on.ask("iam", "GetPolicyVersion", { PolicyArn, VersionId });
    return [PolicyVersion.IsDefaultVersion, JSON.parse(decodeURIComponent(PolicyVersion.Document)).Statement[0].Action];
  };

  await on.update(policy("s3:PutObject"));
  expect(await said("v1")).toEqual([false, "s3:GetObject"]);
  expect(await said("v2")).toEqual([true, "s3:PutObject"]);
  expect(await on.refusal("iam", "GetPolicyVersion", { PolicyArn, VersionId: "v9" })).toBe(
    `NoSuchEntity: Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
  );

  const attached = await on.update(policy("s3:PutObject", { Roles: [ref("Role")] }), {
    Count: attribute("Policy", "AttachmentCount"),
    Version: attribute("Policy", "DefaultVersionId"),
  });
  expect(attached.outputs).toEqual({ Count: "1", Version: "v2" });

  for (const action of ["s3:A", "s3:B", "s3:C", "s3:D"]) await on.update(policy(action));
  const { Versions } = await on.ask("iam", "ListPolicyVersions", { PolicyArn });
  expect(Versions.map((one: Record<string, unknown>) => one.VersionId)).toEqual(["v6", "v5", "v4", "v3", "v2"]);
});

test("a policy beside its role is on the role until its resource goes", async () => {
  const beside = {
    Role: role,
    Policy: resource("IAM::RolePolicy", {
      ...{ PolicyName: "read", RoleName: ref("Role"), PolicyDocument: allowing("s3:GetObject") },
    }),
  };
  const { ids } = await on.create(beside);
  expect(ids.Policy).toBe("read|r");
  expect((await on.ask("iam", "ListRolePolicies", { RoleName: "r" })).PolicyNames).toEqual(["read"]);

  await on.update({ Role: role });
  expect((await on.ask("iam", "ListRolePolicies", { RoleName: "r" })).PolicyNames).toEqual([]);
});

test("identity providers show their tags, their new thumbprints and, for SAML, their own name", async () => {
  const providers = (thumbprint: string) => ({
    Open: resource("IAM::OIDCProvider", {
      ...{ Url: "https://id.example.com", ThumbprintList: [thumbprint], Tags: [{ Key: "a", Value: "b" }] },
    }),
    Saml: resource("IAM::SAMLProvider", { Name: "clinic", SamlMetadataDocument: "<xml/>" }),
  });
  const { ids } = await on.create(providers("a".repeat(40)));
  expect(ids.Saml).toBe(`arn:aws:iam::${ACCOUNT}:saml-provider/clinic`);
  expect(await on.ask("iam", "GetSAMLProvider", { SAMLProviderArn: ids.Saml })).toMatchObject({
    SAMLMetadataDocument: "<xml/>",
  });

  await on.update(providers("b".repeat(40)));
  expect(await on.ask("iam", "GetOpenIDConnectProvider", { OpenIDConnectProviderArn: ids.Open })).toMatchObject({
    ...{ ThumbprintList: ["b".repeat(40)], Tags: [{ Key: "a", Value: "b" }] },
  });
});

test("a key that signs is shown as one, with the algorithms of its kind", async () => {
  const { ids } = await on.create({
    Sign: resource("KMS::Key", { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" }),
    Mac: resource("KMS::Key", { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" }),
    Everywhere: resource("KMS::Key", { MultiRegion: true }),
  });
  const shown = async (KeyId: string | undefined) => (await on.ask("kms", "DescribeKey", { KeyId })).KeyMetadata;
  const sign = await shown(ids.Sign);
  expect(sign).toMatchObject({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });
  expect(sign.SigningAlgorithms).toContain("RSASSA_PSS_SHA_512");
  expect(sign).not.toHaveProperty("EncryptionAlgorithms");
  expect((await shown(ids.Mac)).MacAlgorithms).toEqual(["HMAC_SHA_256"]);
  expect((await shown(ids.Everywhere)).MultiRegionConfiguration).toMatchObject({
    ...{ MultiRegionKeyType: "PRIMARY", PrimaryKey: { Region: "us-east-1" } },
  });
});

test("a key is rotated as often as its template says, changes its tags, and is not rotated when it goes", async () => {
  const key = (days: number, tag: string) => ({
    Key: resource("KMS::Key", {
      ...{ EnableKeyRotation: true, RotationPeriodInDays: days, Tags: [{ Key: "kind", Value: tag }] },
    }),
    Alias: resource("KMS::Alias", { AliasName: "alias/k", TargetKeyId: ref("Key") }),
  });
  const { ids } = await on.create(key(90, "old"));
  const KeyId = ids.Key;
  expect((await on.ask("kms", "GetKeyRotationStatus", { KeyId })).RotationPeriodInDays).toBe(90);

  await on.update(key(180, "new"));
  expect((await on.ask("kms", "GetKeyRotationStatus", { KeyId })).RotationPeriodInDays).toBe(180);
  expect((await on.ask("kms", "ListResourceTags", { KeyId })).Tags).toContainEqual({ TagKey: "kind", TagValue: "new" });

  await on.remove();
  expect(await on.ask("kms", "GetKeyRotationStatus", { KeyId })).toEqual({ KeyId, KeyRotationEnabled: false });
  expect(await on.refusal("kms", "DescribeKey", { KeyId: "alias/k" })).toBe(
    `NotFoundException: Alias arn:aws:kms:us-east-1:${ACCOUNT}:alias/k is not found.`,
  );
});

test("lists say less of roles and policies than one of them alone", async () => {
  const Tags = [{ Key: "a", Value: "b" }];
  await on.create({
    Role: resource("IAM::Role", { AssumeRolePolicyDocument: allowing("sts:AssumeRole"), Tags }),
    Policy: resource("IAM::ManagedPolicy", { PolicyDocument: allowing("s3:*"), Description: "d" }),
  });
  const { Roles } = await on.ask("iam", "ListRoles");
  expect(Roles[0]).not.toHaveProperty("Tags");
  expect((await on.ask("iam", "GetRole", { RoleName: Roles[0].RoleName })).Role.Tags).toContainEqual(Tags[0]);
  expect((await on.ask("iam", "ListPolicies")).Policies[0]).not.toHaveProperty("Description");
});

test("a user who has to choose another password is shown as such, and one without a password has no login", async () => {
  const user = (more: object) => ({ User: resource("IAM::User", { UserName: "u", ...more }) });
  await on.create(user({ LoginProfile: { Password: "Passw0rd!", PasswordResetRequired: true } }));
  const { LoginProfile } = await on.ask("iam", "GetLoginProfile", { UserName: "u" });
  expect(LoginProfile.PasswordResetRequired).toBe(true);
  await on.update(user({}));
  expect(await on.refusal("iam", "GetLoginProfile", { UserName: "u" })).toBe(
    "NoSuchEntity: Login Profile for User u cannot be found.",
  );
});
