import type { MadeResource, ResourceContext, ResourceHandler, World } from "../../kernel.ts";
import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { factsOf } from "../resources/facts.ts";
import { genericResource } from "../resources/generic.ts";
import { coerced } from "../resources/shape.ts";
import { throughApi } from "../resources/through-api.ts";
import { references } from "../template/references.ts";
import type { Section } from "../template/value.ts";
import { withDynamicReferences } from "./dynamic-references.ts";
import type { Work } from "./events.ts";
import type { StackResource } from "./state.ts";

/** The handler of a type: its own, one through its service's API, or the generic one. */
export function handlerOf(world: World, type: string): ResourceHandler {
  return world.resources.get(type) ?? throughApi(world, type) ?? genericResource(type);
}

/** Types on which CloudFormation leaves no tags of its own, as recorded from AWS. */
const UNMARKED = new Set(["AWS::SQS::Queue"]);

/** What a handler is told about the stack and the resource. */
export function contextOf(work: Work, declared: DeclaredResource): ResourceContext {
  const { world, call, stack } = work;
  const own = UNMARKED.has(declared.type)
    ? []
    : [
        { Key: "aws:cloudformation:stack-name", Value: stack.name },
        { Key: "aws:cloudformation:stack-id", Value: stack.id },
        { Key: "aws:cloudformation:logical-id", Value: declared.logicalId },
      ];
  return {
    world,
    call,
    stackId: stack.id,
    stackName: stack.name,
    logicalId: declared.logicalId,
    tags: [...stack.options.tags, ...own],
    ...(work.operation.express && !isRead(declared.logicalId, stack.blueprint) && { express: true }),
  };
}

/** True if something reads an attribute of the resource, which some services only give once it is ready. */
function isRead(logicalId: string, blueprint: Blueprint | undefined): boolean {
  if (blueprint === undefined) return false;
  const { resources, outputs, conditions } = blueprint;
  const readers = [...[...resources.values()].map(({ properties }) => properties), outputs];
  return references(readers, conditions).some(({ to, attribute }) => to === logicalId && attribute !== undefined);
}

/** A resource as handlers know it. */
export function madeOf({ physicalId, attributes }: StackResource): MadeResource {
  return { physicalId, attributes };
}

/** Properties as the service gets them: secrets filled in, numbers and booleans as its schema wants them. */
export async function wire(work: Work, { properties, declared }: StackResource): Promise<Section> {
  const filled: Section = await withDynamicReferences(properties, "secret", work);
  const facts = factsOf(declared.type);
  return facts === undefined ? filled : coerced(filled, facts);
}
