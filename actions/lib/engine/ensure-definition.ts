import type { TaskDefinition } from "../domain/service.ts";
import { contentTag } from "../domain/tenant-services.ts";
import type { Services } from "../ports/services.ts";

/**
 * A revision with exactly this content: the family's newest one if it has it, else one registered now. Registrations are what
 * AWS limits most (one a second), so none is made twice.
 *
 * @returns the revision's ARN
 */
export async function ensureDefinition(definition: TaskDefinition, services: Services): Promise<string> {
  const latest = await services.latest(definition.family);
  if (latest !== undefined && latest.definition.tags[contentTag] === definition.tags[contentTag]) return latest.arn;
  return await services.register(definition);
}
