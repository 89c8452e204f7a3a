/** Policies as CloudFormation makes them: inline ones, beside whom they are on, and managed ones. */
import { isDeepStrictEqual } from "node:util";
import { generatedName } from "../../cloudformation/resources/names.ts";
import {
  AwsError,
  type MadeResource,
  type Properties,
  type ResourceContext,
  type ResourceHandler,
  type World,
} from "../../kernel.ts";
import {
  createPolicy,
  deletePolicy,
  holders,
  type ManagedPolicy,
  policiesOf,
  renewPolicy,
} from "./managed-policies.ts";
import { holdersOf } from "./policy-holders.ts";

export function installPolicyResources(world: World): void {
  world.resources.set("AWS::IAM::Policy", inlinePolicyHandler(world));
  world.resources.set("AWS::IAM::ManagedPolicy", managedPolicyHandler(world));
  for (const kind of ["Role", "User", "Group"] as const)
    world.resources.set(`AWS::IAM::${kind}Policy`, policyOnOneHandler(world, kind));
}

/** An inline policy on roles, users and groups. */
function inlinePolicyHandler(world: World): ResourceHandler {
  const put = (properties: Properties, context: ResourceContext): void => {
    for (const { inline } of holdersOf(world, properties, context))
      inline.set(String(properties.PolicyName), properties.PolicyDocument);
  };
  const take = (properties: Properties, context: ResourceContext): void => {
    for (const { inline } of holdersOf(world, properties, context, "skip"))
      inline.delete(String(properties.PolicyName));
  };
  return {
    create: async (properties, context) => {
      put(properties, context);
      const physicalId = generatedName(world, "AWS::IAM::Policy", context);
      return { physicalId, attributes: { Id: physicalId } };
    },
    update: async (made, before, after, context) => {
      take(before, context);
      put(after, context);
      return made;
    },
    remove: async (_made, properties, context) => take(properties, context),
  };
}

/** An inline policy of a template on one role, user or group that may belong to somebody else. Its id is both their names. */
function policyOnOneHandler(world: World, kind: "Role" | "User" | "Group"): ResourceHandler {
  const owner = (properties: Properties, context: ResourceContext, missing: "fail" | "skip" = "fail") =>
    holdersOf(world, { [`${kind}s`]: [properties[`${kind}Name`]] }, context, missing);
  const put = (properties: Properties, context: ResourceContext): void => {
    for (const { inline } of owner(properties, context))
      inline.set(String(properties.PolicyName), properties.PolicyDocument ?? {});
  };
  return {
    create: async (properties, context) => {
      put(properties, context);
      return { physicalId: `${properties.PolicyName}|${properties[`${kind}Name`]}`, attributes: {} };
    },
    update: async (made, _before, after, context) => {
      put(after, context);
      return made;
    },
    remove: async (_made, properties, context) => {
      for (const { inline } of owner(properties, context, "skip")) inline.delete(String(properties.PolicyName));
    },
  };
}

function managedPolicyHandler(world: World): ResourceHandler {
  const attach = (arn: string, properties: Properties, context: ResourceContext): void => {
    for (const { attached } of holdersOf(world, properties, context)) attached.add(arn);
  };
  const detach = (arn: string, properties: Properties, context: ResourceContext): void => {
    for (const { attached } of holdersOf(world, properties, context, "skip")) attached.delete(arn);
  };
  return {
    create: async (properties, context) => {
      const policy = createPolicy(world, context.call.caller.account, {
        name: String(properties.ManagedPolicyName ?? generatedName(world, "AWS::IAM::ManagedPolicy", context)),
        path: properties.Path,
        description: properties.Description,
        document: properties.PolicyDocument,
      });
      attach(policy.arn, properties, context);
      return madePolicy(world, policy, context);
    },
    update: async (made, before, after, context) => {
      const policy = policiesOf(world, context.call.caller.account).get(made.physicalId);
      if (policy === undefined) throw new AwsError("NoSuchEntity", `Policy ${made.physicalId} was not found.`, 404);
      // The same document again makes no version.
      if (!isDeepStrictEqual(policy.document, after.PolicyDocument)) renewPolicy(world, policy, after.PolicyDocument);
      detach(policy.arn, before, context);
      attach(policy.arn, after, context);
      return madePolicy(world, policy, context);
    },
    remove: async (made, properties, context) => {
      const policy = policiesOf(world, context.call.caller.account).get(made.physicalId);
      if (policy === undefined) return;
      detach(policy.arn, properties, context);
      deletePolicy(world, context.call.caller.account, policy);
    },
    read: async (made, properties, { call }) => {
      const policy = policiesOf(world, call.caller.account).get(made.physicalId);
      return policy === undefined ? undefined : { ...properties, PolicyDocument: policy.document };
    },
    adopt: ({ PolicyArn = "" }, context) => {
      const policy = policiesOf(world, context.call.caller.account).get(PolicyArn);
      return policy && madePolicy(world, policy, context);
    },
  };
}

/** A managed policy with its attributes as they are now. */
function madePolicy(world: World, policy: ManagedPolicy, { call }: Pick<ResourceContext, "call">): MadeResource {
  const { arn, id, version, at, changedAt } = policy;
  const attributes = {
    ...{ PolicyArn: arn, PolicyId: id, DefaultVersionId: `v${version}`, IsAttachable: true },
    ...{ CreateDate: at.toISOString(), UpdateDate: changedAt.toISOString() },
    ...{ AttachmentCount: holders(world, call.caller.account, arn), PermissionsBoundaryUsageCount: 0 },
  };
  return { physicalId: arn, attributes };
}
