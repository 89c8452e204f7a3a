import {
  AwsError,
  type MadeResource,
  type Properties,
  type ResourceContext,
  type ResourceHandler,
  type World,
} from "../kernel.ts";
import { findStack } from "./operations/find.ts";
import { type Deployment, type DeploymentInput, deploymentOf } from "./operations/request.ts";
import { randomLetters } from "./resources/names.ts";
import { createStack } from "./stack/create.ts";
import { emptyStack, stackId } from "./stack/new-stack.ts";
import { begin } from "./stack/operation.ts";
import { planChanges } from "./stack/plan.ts";
import { removeStack } from "./stack/remove.ts";
import { rollBackUpdate } from "./stack/rollback.ts";
import { accountOf, type Stack } from "./stack/state.ts";
import { updateStack } from "./stack/update.ts";

/**
 * AWS::CloudFormation::Stack: a stack of its own that follows its parent. It never rolls back by itself, its parent does that.
 */
export function nestedStack(world: World): ResourceHandler {
  const deployment = async (properties: Properties, stack: Stack, context: ResourceContext): Promise<Deployment> => {
    const pseudo = { stackId: stack.id, stackName: stack.name };
    const input = nestedRequest(properties, parentOf(world, context).options);
    const current = stack.blueprint === undefined ? undefined : stack;
    return deploymentOf(input, { pseudo, stack: current, expands: true }, { world, call: context.call });
  };
  return {
    create: async (properties, context) => {
      const { call } = context;
      const stack = reviewedStack(context) ?? newStack(context);
      const { blueprint, options } = await deployment(properties, stack, context);
      stack.blueprint = blueprint;
      stack.options = options;
      stack.disableRollback = true;
      accountOf(world, call.caller).stacks.set(stack.id, stack);
      context.started?.(stack.id);
      await createStack(
        begin({ world, call }, stack, { type: "CREATE_STACK", token: undefined, express: isExpress(context) }),
        blueprint,
        "DO_NOTHING",
      );
      return made(stack, "created");
    },
    update: async (before, _was, after, context) => {
      const { call } = context;
      const stack = need(before, { world, call });
      const { blueprint, options } = await deployment(after, stack, context);
      const express = isExpress(context);
      const work = () => begin({ world, call }, stack, { type: "UPDATE_STACK", token: undefined, express });
      if (stack.status === "UPDATE_FAILED") {
        await rollBackUpdate(work(), undefined);
        return made(stack, "updated");
      }
      const plan = await planChanges({ stack, blueprint, options, world, call });
      if (plan.changes.length === 0 && !plan.otherwise) return made(stack, "updated");
      stack.disableRollback = true;
      await updateStack(work(), { blueprint, options });
      return made(stack, "updated");
    },
    remove: async (before, _properties, context) => {
      const stack = findStack(before.physicalId, { world, call: context.call });
      if (stack === undefined || stack.status === "DELETE_COMPLETE") return;
      const express = isExpress(context);
      const work = begin({ world, call: context.call }, stack, { type: "DELETE_STACK", token: undefined, express });
      await removeStack(work, { keep: new Set(), force: false, reason: undefined });
      made(stack, "deleted");
    },
  };
}

/** The stack in review that the parent's change set, now carried out, made for this resource. */
function reviewedStack({ world, call, stackId: parent, logicalId }: ResourceContext): Stack | undefined {
  const { stacks } = accountOf(world, call.caller);
  const carriedOut = stacks.get(parent)?.changeSets.find(({ execution }) => execution === "EXECUTE_IN_PROGRESS");
  const planned = carriedOut?.plan?.changes.find(({ declared }) => declared.logicalId === logicalId)?.changeSetId;
  const stack = [...stacks.values()].find(({ changeSets }) => changeSets.some(({ id }) => id === planned));
  return stack?.status === "REVIEW_IN_PROGRESS" ? stack : undefined;
}

/** Express mode holds for the whole hierarchy. */
function isExpress(context: ResourceContext): boolean {
  return parentOf(context.world, context).operations.at(-1)?.express === true;
}

function newStack(context: ResourceContext): Stack {
  const { world, call, stackName, logicalId } = context;
  const parent = parentOf(world, context);
  const name = `${stackName}-${logicalId}-${randomLetters(world, 12).toUpperCase()}`;
  const parentage = { parentId: parent.id, rootId: parent.parent?.rootId ?? parent.id };
  return emptyStack({ world, call }, { id: stackId(name, { world, call }), name, parent: parentage });
}

function parentOf(world: World, { call, stackId: id }: ResourceContext): Stack {
  const parent = accountOf(world, call.caller).stacks.get(id);
  if (parent === undefined) throw new Error(`the parent ${id} of a nested stack is not there`);
  return parent;
}

function need(
  { physicalId }: MadeResource,
  where: { readonly world: World; readonly call: ResourceContext["call"] },
): Stack {
  const stack = findStack(physicalId, where);
  if (stack === undefined) throw new AwsError("ValidationError", `Stack [${physicalId}] does not exist`);
  return stack;
}

/** What a nested stack is deployed with: the properties of its resource, and what its parent was given for all. */
export function nestedRequest(
  properties: Properties,
  { capabilities, tags }: Pick<Stack["options"], "capabilities" | "tags">,
): DeploymentInput {
  const { TemplateURL, TemplateBody, Parameters = {}, Tags, NotificationARNs } = properties;
  return {
    ...(TemplateURL !== undefined && { TemplateURL }),
    ...(TemplateBody !== undefined && { TemplateBody }),
    Parameters: Object.entries(Parameters).map(([key, value]) => ({
      ParameterKey: key,
      ParameterValue: Array.isArray(value) ? value.join(",") : String(value),
    })),
    Capabilities: capabilities,
    Tags: [...tags, ...(Tags ?? [])],
    ...(NotificationARNs !== undefined && { NotificationARNs }),
  };
}

function made(stack: Stack, verb: "created" | "updated" | "deleted"): MadeResource {
  if (stack.status.endsWith("_FAILED"))
    throw new AwsError(
      "EmbeddedStackFailure",
      `Embedded stack ${stack.id} was not successfully ${verb}: ${stack.reason ?? stack.status}`,
    );
  const outputs = stack.outputs.map(({ key, value }): [string, string] => [`Outputs.${key}`, value]);
  return { physicalId: stack.id, attributes: Object.fromEntries(outputs) };
}
