/** What has to happen to each object so that a bucket is again what it was at a time. Nothing here ever deletes a version. */

/** One version of an object, or a delete marker. */
export interface FileVersion {
  readonly key: string;
  readonly version: string;
  readonly kind: "content" | "marker";
  readonly at: Date;
  /** Bytes; 0 for a marker. */
  readonly bytes: number;
  readonly etag: string;
  readonly storageClass: string;
}

export type FileStep =
  | { readonly step: "keep"; readonly key: string }
  /** The content of that time becomes the newest version, over whatever is there now: newer content, or a delete marker. */
  | { readonly step: "copy"; readonly key: string; readonly from: FileVersion; readonly current: FileVersion }
  /** It was not there at that time, so it gets a delete marker. */
  | { readonly step: "hide"; readonly key: string; readonly current: FileVersion };

export interface FileCounts {
  readonly copy: number;
  readonly hide: number;
  readonly keep: number;
  /** Bytes that are copied. */
  readonly bytes: number;
  /** Keys whose version of that time is in an archive that has to be opened first. */
  readonly archived: readonly string[];
}

/** Storage classes that cannot be read at once (Amazon S3 user guide, "Understanding archived objects"). */
const archives: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/**
 * Decides for one key.
 *
 * @param versions all of the key, in any order
 * @param at the moment to go back to; S3 knows when a version was made to the second
 */
export function fileStep(versions: readonly FileVersion[], at: Date): FileStep | undefined {
  const newestFirst = versions
    .map((version, index) => ({ version, index }))
    // S3 lists newest first, which decides between versions of the same second.
    .sort((a, b) => b.version.at.getTime() - a.version.at.getTime() || a.index - b.index)
    .map(({ version }) => version);
  const [current] = newestFirst;
  if (current === undefined) return undefined;
  const { key } = current;
  const then = newestFirst.find((version) => version.at.getTime() <= at.getTime());
  if (then === undefined || then.kind === "marker") {
    return current.kind === "marker" ? { step: "keep", key } : { step: "hide", key, current };
  }
  return then === current ? { step: "keep", key } : { step: "copy", key, from: then, current };
}

/** All versions of a listing by key. The listing has the versions of one key beside each other. */
export function byKey(versions: readonly FileVersion[]): readonly (readonly FileVersion[])[] {
  const groups: FileVersion[][] = [];
  for (const version of versions) {
    const last = groups.at(-1);
    if (last?.[0]?.key === version.key) last.push(version);
    else groups.push([version]);
  }
  return groups;
}

export const noFiles: FileCounts = { copy: 0, hide: 0, keep: 0, bytes: 0, archived: [] };

/** Counts with some more steps. At most 20 archived keys are named. */
export function counted(counts: FileCounts, steps: readonly FileStep[]): FileCounts {
  return steps.reduce(withStep, counts);
}

function withStep(counts: FileCounts, step: FileStep): FileCounts {
  switch (step.step) {
    case "keep":
      return { ...counts, keep: counts.keep + 1 };
    case "hide":
      return { ...counts, hide: counts.hide + 1 };
    case "copy": {
      const { archived } = counts;
      return {
        ...counts,
        copy: counts.copy + 1,
        bytes: counts.bytes + step.from.bytes,
        archived: isArchived(step.from) && archived.length < 20 ? [...archived, step.key] : archived,
      };
    }
  }
}

export function isArchived({ storageClass }: FileVersion): boolean {
  return archives.has(storageClass);
}
