/** Customer managed policies, in their default version. */
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
  document: unknown;
  version: number;
  changedAt: Date;
}

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
  };
  policies.set(arn, policy);
  return policy;
}

/** How many roles, users and groups have a policy. */
function holders(world: World, account: string, arn: string): number {
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
  const shown = (policy: ManagedPolicy, account: string): object => ({
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
      return {
        PolicyVersion: {
          Document: encoded(policy.document),
          VersionId: `v${policy.version}`,
          IsDefaultVersion: true,
          CreateDate: policy.changedAt,
        },
      };
    },
    ListPolicies: (_input, { caller }) => ({
      Policies: [...policiesOf(world, caller.account).values()].map((policy) => shown(policy, caller.account)),
      IsTruncated: false,
    }),
    DeletePolicy: (input, call) => {
      deletePolicy(world, call.caller.account, found(input, call));
      return {};
    },
  };
}
