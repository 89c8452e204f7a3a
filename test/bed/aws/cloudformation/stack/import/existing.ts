import type { Call, MadeResource, ResourceContext, World } from "../../../kernel.ts";
import type { DeclaredResource } from "../../blueprint.ts";
import { handlerOf } from "../handlers.ts";
import { accountOf, type Stack } from "../state.ts";

/** What names a resource in its service: the members of its type's primary identifier. */
export type Identifier = Readonly<Record<string, string>>;

/** A resource of a template that is to be taken over instead of made. */
export interface Import {
  readonly logicalId: string;
  readonly type: string;
  readonly identifier: Identifier;
}

export interface ImportPlace {
  readonly world: World;
  readonly call: Call;
  readonly stack: Stack;
}

/** The resource that an identifier names, as it exists in its service; undefined if there is none, or its type cannot be imported. */
export async function existingResource(
  { type, identifier, logicalId }: Import,
  { world, call, stack }: ImportPlace,
): Promise<MadeResource | undefined> {
  const context: ResourceContext = { world, call, stackId: stack.id, stackName: stack.name, logicalId, tags: [] };
  return handlerOf(world, type).adopt?.(identifier, context);
}

/**
 * Why a resource cannot be imported, in the words of the status reason that AWS gives its change set: it does not exist, or a stack
 * has it already. undefined if it can. AWS looks for the resource first.
 */
export async function importObstacle(wanted: Import, place: ImportPlace): Promise<string | undefined> {
  const made = await existingResource(wanted, place);
  const value = Object.values(wanted.identifier).join("|");
  if (made === undefined) return notFound(wanted.type, value);
  for (const stack of accountOf(place.world, place.call.caller).stacks.values()) {
    if (stack.status === "DELETE_COMPLETE") continue;
    for (const { declared, physicalId, status } of stack.resources.values())
      if (declared.type === wanted.type && physicalId === made.physicalId && !GONE.has(status))
        return `${value} already exists in stack ${stack.id}`;
  }
  return undefined;
}

const GONE: ReadonlySet<string> = new Set(["DELETE_COMPLETE", "DELETE_SKIPPED"]);

/** Most types share one text; some handlers pass on what their service says. */
function notFound(type: string, value: string): string {
  switch (type) {
    case "AWS::S3::Bucket":
      return "Bucket not found";
    case "AWS::DynamoDB::Table":
      return `Table: ${value} does not exist.`;
    default:
      return `Resource of type '${type}' with identifier '${value}' was not found.`;
  }
}

/**
 * The identifier of a resource that its template names: every member of the primary identifier is a property with a text in it.
 * Names that a function makes do not count: "The resource must have a static custom name defined in your template. Dynamic names
 * (using !Ref or other functions) are not currently supported."
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
export function namedIdentifier(
  { properties }: Pick<DeclaredResource, "properties">,
  primaryIdentifier: readonly string[],
): Identifier | undefined {
  if (primaryIdentifier.length === 0) return undefined;
  const members: [string, string][] = [];
  for (const member of primaryIdentifier) {
    const value = properties[member];
    if (typeof value !== "string" || value === "") return undefined;
    members.push([member, value]);
  }
  return Object.fromEntries(members);
}
