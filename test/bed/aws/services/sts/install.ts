/** STS: who am I, and temporary credentials for roles with session tags, as far as the roles' trust policies allow. */
import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from "@aws-sdk/client-sts";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { roleByArn } from "../iam/roles.ts";
import { type Session, sessionsOf } from "./sessions.ts";
import { type Asking, trusts } from "./trust.ts";
import { readToken, trustsClaims } from "./web-identity.ts";

/** What happens with roles that do not exist in the bed: `open` lets anybody assume them, `strict` refuses. */
export type Trust = "open" | "strict";

type Answer<T> = Omit<T, "$metadata">;

/** @param trust for roles that nobody created in the bed; one that exists is always asked for its trust policy */
export function installSts(world: World, trust: Trust = "open"): void {
  world.services.set("sts", {
    name: "sts",
    operations: {
      GetCallerIdentity: (_input: object, { caller }: Call) => ({
        Account: caller.account,
        Arn: caller.arn,
        UserId:
          [...sessionsOf(world).values()].find(({ arn }) => arn === caller.arn)?.userId ?? "AIDAOPERATOR0000000000",
      }),
      AssumeRole: (input: AssumeRoleCommandInput, call: Call) => assumeRole(world, input, { call, trust }),
      AssumeRoleWithWebIdentity: (input: AssumeRoleWithWebIdentityCommandInput) =>
        assumeRoleWithWebIdentity(world, input, trust),
    },
  });
}

function assumeRole(
  world: World,
  input: AssumeRoleCommandInput,
  { call, trust }: { readonly call: Call; readonly trust: Trust },
): Answer<AssumeRoleCommandOutput> {
  const role = roleByArn(world, input.RoleArn);
  const { caller } = call;
  const parent = [...sessionsOf(world).values()].find(({ arn }) => arn === caller.arn);
  const inherited = Object.fromEntries((parent?.transitiveTags ?? []).map((key) => [key, parent?.tags[key] ?? ""]));
  const given = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
  const tags = { ...given, ...inherited };
  const duration = durationOf(
    input.DurationSeconds,
    parent === undefined ? (role?.MaxSessionDuration ?? 43_200) : 3600,
  );

  const refusal = notAuthorized(
    `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
  );
  if (role === undefined && trust === "strict") throw refusal;
  const context = Object.fromEntries([
    ...Object.entries(given).map(([key, value]) => [`aws:requesttag/${key}`.toLowerCase(), [value]]),
    ["aws:tagkeys", Object.keys(given)],
    ["aws:principalarn", [principalArn(caller.arn)]],
    ...Object.entries(caller.tags).map(([key, value]) => [`aws:principaltag/${key}`.toLowerCase(), [value]]),
    ...(input.ExternalId === undefined ? [] : [["sts:externalid", [input.ExternalId]]]),
  ]) as Asking["context"];
  const principals = [caller.arn, principalArn(caller.arn), caller.account, `arn:aws:iam::${caller.account}:root`];
  const asks = (action: Asking["action"]): boolean =>
    role === undefined || trusts(role.AssumeRolePolicyDocument, { action, principals, principalType: "AWS", context });
  if (!asks("sts:AssumeRole")) throw refusal;
  if (Object.keys(given).length > 0 && !asks("sts:TagSession"))
    throw notAuthorized(
      `User: ${caller.arn} is not authorized to perform: sts:TagSession on resource: ${input.RoleArn}`,
    );

  const session = open(world, {
    roleArn: input.RoleArn ?? "",
    roleId: role?.RoleId,
    name: input.RoleSessionName ?? "",
    tags,
    transitiveTags: [...(input.TransitiveTagKeys ?? []), ...Object.keys(inherited)],
    duration,
  });
  return { Credentials: credentials(session), AssumedRoleUser: assumed(session), PackedPolicySize: 1 };
}

async function assumeRoleWithWebIdentity(
  world: World,
  input: AssumeRoleWithWebIdentityCommandInput,
  trust: Trust,
): Promise<Answer<AssumeRoleWithWebIdentityCommandOutput>> {
  const claims = await readToken(input.WebIdentityToken ?? "", [world.clock.now(), Date.now()]);
  const role = roleByArn(world, input.RoleArn);
  const isTrusted = role === undefined ? trust === "open" : trustsClaims(role.AssumeRolePolicyDocument, claims);
  if (!isTrusted) throw notAuthorized("Not authorized to perform sts:AssumeRoleWithWebIdentity");
  const session = open(world, {
    roleArn: input.RoleArn ?? "",
    roleId: role?.RoleId,
    name: input.RoleSessionName ?? "",
    tags: {},
    transitiveTags: [],
    duration: durationOf(input.DurationSeconds, role?.MaxSessionDuration ?? 43_200),
  });
  return {
    Credentials: credentials(session),
    AssumedRoleUser: assumed(session),
    SubjectFromWebIdentityToken: claims.sub,
    Audience: claims.aud,
    Provider: claims.iss,
    PackedPolicySize: 1,
  };
}

function open(
  world: World,
  asked: Pick<Session, "tags" | "transitiveTags"> & {
    readonly roleArn: string;
    readonly roleId: string | undefined;
    readonly name: string;
    readonly duration: number;
  },
): Session {
  const parts = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(asked.roleArn);
  if (parts === null) throw new AwsError("ValidationError", `${asked.roleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(asked.name))
    throw new AwsError(
      "ValidationError",
      `1 validation error detected: Value '${asked.name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  const [, account = "", roleName = ""] = parts;
  const session: Session = {
    accessKeyId: `ASIA${world.hex(16).toUpperCase()}`,
    secretAccessKey: Buffer.from(world.hex(60), "hex").toString("base64"),
    sessionToken: Buffer.from(world.hex(120), "hex").toString("base64"),
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${asked.name}`,
    userId: `${asked.roleId ?? `AROA${world.hex(17).toUpperCase()}`}:${asked.name}`,
    tags: asked.tags,
    transitiveTags: asked.transitiveTags,
    expiresAt: world.clock.now() + asked.duration * 1000,
  };
  sessionsOf(world).set(session.accessKeyId, session);
  return session;
}

/** @param most seconds; one hour when a session assumes a further role */
function durationOf(asked: number | undefined, most: number): number {
  const duration = asked ?? 3600;
  if (duration < 900 || duration > most)
    throw new AwsError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  return duration;
}

function credentials(session: Session): NonNullable<AssumeRoleCommandOutput["Credentials"]> {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: new Date(session.expiresAt),
  };
}

function assumed(session: Session): NonNullable<AssumeRoleCommandOutput["AssumedRoleUser"]> {
  return { AssumedRoleId: session.userId, Arn: session.arn };
}

/** The role behind a session's ARN; any other ARN as it is. */
function principalArn(arn: string): string {
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  return session === null ? arn : `arn:aws:iam::${session[1]}:role/${session[2]}`;
}

function notAuthorized(message: string): AwsError {
  return new AwsError("AccessDenied", message, 403);
}
