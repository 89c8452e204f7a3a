import type { TaskDefinition } from "../domain/service.ts";
import { contentTag } from "../domain/tenant-services.ts";
import type { Services } from "../ports/services.ts";

/** Where task definitions are registered. */
export type DefinitionStore = Pick<Services, "latest" | "register">;

export interface Revision {
  readonly arn: string;
  readonly definition: TaskDefinition;
}

/**
 * A revision with exactly this content: the family's newest one if it has it, else one registered now. Registrations are what
 * AWS limits most (one a second), so none is made twice.
 *
 * @param known the family's newest revision, if it was read already; `none` if it was and there is none
 * @returns the revision's ARN
 */
export async function ensureDefinition(
  definition: TaskDefinition,
  services: DefinitionStore,
  known?: Revision | "none",
): Promise<string> {
  const latest = known === undefined ? await services.latest(definition.family) : known;
  const there = latest === "none" ? undefined : latest;
  if (there !== undefined && there.definition.tags[contentTag] === definition.tags[contentTag]) return there.arn;
  return await services.register(definition);
}
