/** Customer managed policies with their versions, of which IAM keeps five. */
import type { CreatePolicyCommandInput } from "@aws-sdk/client-iam";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { encoded, policyFrom } from "./documents.ts";
import { groupsOf, usersOf } from "./principals.ts";
import { rolesOf } from "./roles.ts";

export interface ManagedPolicy {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly at: Date;
  readonly description: string | undefined;
  /** The document of its default version. */
  document: unknown;
  /** Number of its default version, the newest. */
  version: number;
  changedAt: Date;
  /** Oldest first, the default one among them. */
  versions: readonly PolicyVersion[];
}

interface PolicyVersion {
  readonly number: number;
  readonly document: unknown;
  readonly at: Date;
}

/** As many versions as a policy can have. */
const MOST_VERSIONS = 5;

/** Policies of an account by ARN. */
export function policiesOf(world: World, account: string): Map<string, ManagedPolicy> {
  return world.store("iam-policies", { account, region: "*" }, () => new Map<string, ManagedPolicy>());
}

/** A policy by ARN is one of AWS's own or one that exists. @throws AwsError NoSuchEntity */
export function checkPolicyExists(world: World, account: string, arn: string): void {
  if (arn.startsWith("arn:aws:iam::aws:") || policiesOf(world, account).has(arn)) return;
  throw new AwsError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404);
}

/** @throws AwsError EntityAlreadyExists */
export function createPolicy(
  world: World,
  account: string,
  about: {
    readonly name: string;
    readonly path?: string | undefined;
    readonly description?: string | undefined;
    readonly document: unknown;
  },
): ManagedPolicy {
  const policies = policiesOf(world, account);
  const path = about.path ?? "/";
  const arn = `arn:aws:iam::${account}:policy${path}${about.name}`;
  if ([...policies.values()].some(({ name }) => name === about.name))
    throw new AwsError(
      "EntityAlreadyExists",
      `A policy called ${about.name} already exists. Duplicate names are not allowed.`,
      409,
    );
  const at = new Date(world.clock.now());
  const policy: ManagedPolicy = {
    name: about.name,
    id: `ANPA${world.hex(17).toUpperCase()}`,
    arn,
    path,
    at,
    description: about.description,
    document: about.document,
    version: 1,
    changedAt: at,
    versions: [{ number: 1, document: about.document, at }],
  };
  policies.set(arn, policy);
  return policy;
}

/** Gives a policy another document, as its new default version; the oldest makes room where there are too many. */
export function renewPolicy(world: World, policy: ManagedPolicy, document: unknown): void {
  const at = new Date(world.clock.now());
  policy.version += 1;
  policy.document = document;
  policy.changedAt = at;
  policy.versions = [...policy.versions, { number: policy.version, document, at }].slice(-MOST_VERSIONS);
}

/** How many roles, users and groups have a policy attached. */
export function holders(world: World, account: string, arn: string): number {
  const all = [rolesOf(world, account), usersOf(world, account), groupsOf(world, account)];
  return all.flatMap((some) => [...some.values()]).filter(({ attached }) => attached.has(arn)).length;
}

/** @throws AwsError DeleteConflict while somebody has it */
export function deletePolicy(world: World, account: string, policy: ManagedPolicy): void {
  if (holders(world, account, policy.arn) > 0)
    throw new AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
  policiesOf(world, account).delete(policy.arn);
}

export function managedPolicyOperations(world: World): Readonly<Record<string, Operation>> {
  const found = (input: { PolicyArn?: string }, { caller }: Call): ManagedPolicy => {
    const policy = policiesOf(world, caller.account).get(input.PolicyArn ?? "");
    if (policy === undefined) throw new AwsError("NoSuchEntity", `Policy ${input.PolicyArn} was not found.`, 404);
    return policy;
  };
  const shown = (policy: ManagedPolicy, account: string) => ({
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: `v${policy.version}`,
    AttachmentCount: holders(world, account, policy.arn),
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    Description: policy.description,
    CreateDate: policy.at,
    UpdateDate: policy.changedAt,
    Tags: [],
  });
  const shownVersion = ({ number, at }: PolicyVersion, policy: ManagedPolicy): object => ({
    ...{ VersionId: `v${number}`, IsDefaultVersion: number === policy.version, CreateDate: at },
  });
  return {
    CreatePolicy: (input: CreatePolicyCommandInput, { caller }: Call) => ({
      Policy: shown(
        createPolicy(world, caller.account, {
          name: input.PolicyName ?? "",
          path: input.Path,
          description: input.Description,
          document: policyFrom(input.PolicyDocument),
        }),
        caller.account,
      ),
    }),
    GetPolicy: (input, call) => ({ Policy: shown(found(input, call), call.caller.account) }),
    GetPolicyVersion: (input, call) => {
      const policy = found(input, call);
      const version = policy.versions.find(({ number }) => `v${number}` === input.VersionId);
      if (version === undefined)
        throw new AwsError(
          "NoSuchEntity",
          `Policy ${policy.arn} version ${input.VersionId} does not exist or is not attachable.`,
          404,
        );
      return { PolicyVersion: { ...shownVersion(version, policy), Document: encoded(version.document) } };
    },
    ListPolicyVersions: (input, call) => {
      const policy = found(input, call);
      return {
        Versions: policy.versions.map((version) => shownVersion(version, policy)).reverse(),
        IsTruncated: false,
      };
    },
    ListPolicies: (_input, { caller }) => ({
      Policies: [...policiesOf(world, caller.account).values()].map((policy) => {
        // Lists say less of each policy (API reference, Policy).
        const { Tags, Description, ...listed } = shown(policy, caller.account);
        return listed;
      }),
      IsTruncated: false,
    }),
    DeletePolicy: (input, call) => {
      deletePolicy(world, call.caller.account, found(input, call));
      return {};
    },
  };
}
