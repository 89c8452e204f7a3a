import { refuse } from "./read.ts";
import { dependencies } from "./references.ts";
import { type Section, section } from "./value.ts";

interface Needing {
  /** Logical ids that must be there first. */
  readonly needs: ReadonlySet<string>;
}

/**
 * Refuses resources that wait for one another.
 *
 * @throws AwsError ValidationError
 */
export function checkCycles(resources: ReadonlyMap<string, Needing>): void {
  const left = new Map(resources);
  let progress = true;
  while (progress) {
    progress = false;
    for (const [logicalId, resource] of left) {
      if ([...resource.needs].some((need) => left.has(need))) continue;
      left.delete(logicalId);
      progress = true;
    }
  }
  if (left.size > 0) refuse(`Circular dependency between resources: [${[...left.keys()].join(", ")}]`);
}

/**
 * The same of a template whose parameters are not known: with conditions it is not known who waits for whom.
 *
 * @throws AwsError ValidationError
 */
export function checkCyclesOf(document: Section): void {
  if (document.Conditions !== undefined || document.Transform !== undefined) return;
  const resources = Object.entries(section(document, "Resources"));
  const among = new Set(resources.map(([logicalId]) => logicalId));
  checkCycles(
    new Map(
      resources.map(([logicalId, resource]) => [
        logicalId,
        { needs: dependencies(resource as Section, among, new Map()) },
      ]),
    ),
  );
}
