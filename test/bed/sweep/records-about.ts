/** Every record about a tenant in the environment's bucket, free of what differs from one tenant to the next. */
import type { Subject } from "./footprint.ts";
import { plainText } from "./plain-text.ts";
import type { SweepStage } from "./sweep-stage.ts";
import { recordAt, recordKeys } from "./tenant-records.ts";

/** Of times, ids, and numbers that grow with every attempt a comparison knows nothing. */
const passing: ReadonlySet<string> = new Set([
  ...["at", "since", "askedAt", "durationMs", "fence", "run", "runId", "commit", "comment", "reply", "pull", "number"],
  ...["address", "startedAt", "endedAt", "writer", "attempt"],
]);

/** For JSON.stringify: what lasts of a value, its members in the order of their names. */
function lasting(name: string, value: unknown): unknown {
  if (passing.has(name)) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Records about a tenant or about these operations, except those of deployments, one line each. */
export async function recordsAbout(
  stage: SweepStage,
  subject: Subject,
  operations: readonly string[],
): Promise<readonly string[]> {
  const about = (key: string): boolean =>
    new RegExp(`(^|[/-])${subject.tenant}([/.-]|$)`).test(key) || operations.some((one) => key.includes(one));
  const keys = (await recordKeys(stage, "")).filter(
    (key) => about(key) && !/^(plans|templates|journal\/.*deploy-)/.test(key),
  );
  const read = async (key: string): Promise<string> => {
    return plainText(`${key} ${JSON.stringify(await recordAt(stage, key), lasting)}`, subject);
  };
  return (await Promise.all(keys.map(read))).toSorted();
}
