import type { MadeResource } from "../../kernel.ts";
import type { Blueprint } from "../blueprint.ts";
import { factsOf } from "../resources/facts.ts";
import {
  existingResource,
  type Import,
  type ImportPlace,
  importObstacle,
  namedIdentifier,
} from "../stack/import/existing.ts";
import type { Plan } from "../stack/plan.ts";
import type { Stack } from "../stack/state.ts";
import { refuse } from "../template/read.ts";
import { canonical, isSection, section } from "../template/value.ts";

/** One entry of CreateChangeSet's ResourcesToImport. */
export interface ResourceToImport {
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly ResourceIdentifier: Readonly<Record<string, string>>;
}

/** What AWS says of a change set that is ready to import. */
export const VERIFY_IMPORT =
  "Verify that resources and their properties defined in the template match the intended configuration of the resource import to avoid unexpected changes.";

/** @throws AwsError ValidationError for entries that are no entries, whatever the template says */
export function checkEntries(entries: readonly ResourceToImport[]): void {
  entries.forEach(({ ResourceIdentifier }, index) => {
    if (ResourceIdentifier === undefined || Object.keys(ResourceIdentifier).length === 0)
      refuse(
        `1 validation error detected: Value null at 'resourcesToImport.${index + 1}.member.resourceIdentifier' failed to satisfy constraint: Member must not be null`,
      );
  });
  if (entries.length === 0) refuse("Must Provide at least one resource to import");
}

/**
 * Imports as a change set of type IMPORT asks for them.
 *
 * @param plan what the template would change in the stack, imports counted as additions
 * @throws AwsError ValidationError in AWS's words and order, for an import that the template does not fit
 */
export function checkedImports(
  entries: readonly ResourceToImport[],
  { stack, blueprint, plan }: { readonly stack: Stack | undefined; readonly blueprint: Blueprint; readonly plan: Plan },
): ReadonlyMap<string, Import> {
  const listed = (ids: readonly string[]): string => `[${ids.join(", ")}]`;
  const ids = entries.map(({ LogicalResourceId }) => LogicalResourceId);
  if (new Set(ids).size !== ids.length) refuse("Every resource to import must have unique LogicalResourceId");
  const undeclared = ids.filter((id) => !blueprint.resources.has(id));
  if (undeclared.length > 0)
    refuse(`The logical resource ids ${listed(undeclared)} provided in ResourceToImport do not exist in the template.`);
  for (const entry of entries) checkEntry(entry, blueprint);
  const touched = (action: string): readonly string[] =>
    plan.changes.filter((change) => change.action === action).map(({ declared }) => declared.logicalId);
  const added = touched("Add");
  if (added.length === 0) refuse("The template should contain at least one new resource to import.");
  const present = ids.filter((id) => !added.includes(id));
  if (present.length > 0)
    refuse(`Resources ${listed(present)} passed in ResourceToImport are already in a stack and cannot be imported.`);
  const forgotten = added.filter((id) => !ids.includes(id));
  if (forgotten.length > 0) refuse(`Resources ${listed(forgotten)} is missing from ResourceToImport list`);
  const modified = [...touched("Modify"), ...touched("Remove")].sort();
  if (modified.length > 0)
    refuse(
      `You have modified resources ${listed(modified)} in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.`,
    );
  if (canonical(stack?.blueprint?.outputs ?? {}) !== canonical(blueprint.outputs))
    refuse("As part of the import operation, you cannot modify or add [Outputs]");
  const loose = ids.filter((id) => !hasDeletionPolicy(blueprint, id));
  if (loose.length > 0)
    refuse(
      `The following resources to import ${listed(loose)} must have DeletionPolicy attribute specified in the template.`,
    );
  return new Map(
    entries.map(({ LogicalResourceId, ResourceType, ResourceIdentifier }) => [
      LogicalResourceId,
      { logicalId: LogicalResourceId, type: ResourceType, identifier: ResourceIdentifier },
    ]),
  );
}

function checkEntry(
  { ResourceType, LogicalResourceId, ResourceIdentifier }: ResourceToImport,
  { resources }: Blueprint,
): void {
  const members = factsOf(ResourceType)?.primaryIdentifier ?? [];
  if (members.length === 0) refuse(`ResourceTypes [${ResourceType}] are not supported for Import`);
  if (canonical([...members].sort()) !== canonical(Object.keys(ResourceIdentifier).sort()))
    refuse(`Invalid resource identifier for resource type ${ResourceType}. Expected [${members.join(", ")}]`);
  const declared = resources.get(LogicalResourceId)?.type;
  if (declared !== ResourceType)
    refuse(
      `Resource type of [${LogicalResourceId}] passed in ResourceToImport does not match with resource type defined in the template. Resource type in ResourceToImport: ${ResourceType}; Resource type in Template: ${declared}.`,
    );
}

function hasDeletionPolicy({ document }: Blueprint, logicalId: string): boolean {
  const resource = section(document, "Resources")[logicalId];
  return isSection(resource) && resource.DeletionPolicy !== undefined;
}

/** The first thing that stands in the way of imports, as a change set's status reason; undefined if nothing does. */
export async function obstacleTo(imports: Iterable<Import>, place: ImportPlace): Promise<string | undefined> {
  for (const wanted of imports) {
    const obstacle = await importObstacle(wanted, place);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/**
 * Resources that a template would add under a name of its own, and that exist already.
 *
 * @param names "static" for names that stand in the template as they are, "resolved" for those that its functions make too
 */
export async function existingAdditions(
  plan: Plan,
  place: ImportPlace,
  names: "static" | "resolved",
): Promise<ReadonlyMap<string, Import>> {
  const found = new Map<string, Import>();
  for (const { action, declared, after } of plan.changes) {
    if (action !== "Add") continue;
    const { logicalId, type } = declared;
    const properties = names === "static" ? declared.properties : (after ?? {});
    const identifier = namedIdentifier({ properties }, factsOf(type)?.primaryIdentifier ?? []);
    if (identifier === undefined) continue;
    const wanted = { logicalId, type, identifier };
    if ((await existingResource(wanted, place)) !== undefined) found.set(logicalId, wanted);
  }
  return found;
}

/** Those resources, as they exist now. */
export async function existingResources(
  imports: readonly Import[],
  place: ImportPlace,
): Promise<ReadonlyMap<string, MadeResource>> {
  const found = new Map<string, MadeResource>();
  for (const wanted of imports) {
    const made = await existingResource(wanted, place);
    if (made !== undefined) found.set(wanted.logicalId, made);
  }
  return found;
}

/** Why existing resources may not be imported along with other changes: their policy would delete them. */
export function unretained(imports: Iterable<Import>, { resources }: Blueprint): string | undefined {
  const loose = [...imports].filter(({ logicalId }) => {
    const policy = resources.get(logicalId)?.deletionPolicy;
    return policy !== "Retain" && policy !== "RetainExceptOnCreate";
  });
  if (loose.length === 0) return undefined;
  const named = loose.map(({ logicalId, identifier }) => {
    const members = Object.entries(identifier).map(([member, value]) => `${member}=${value}`);
    return `${logicalId} ({${members.join(", ")}})`;
  });
  return `CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are ${named.join(", ")}`;
}
