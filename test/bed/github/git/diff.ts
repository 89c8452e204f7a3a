import { git } from "./command.ts";
import { NO_COMMIT } from "./commits.ts";

export type FileStatus = "added" | "removed" | "modified" | "renamed" | "changed";

export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: FileStatus;
  /** Blob after the change; before it when the file was removed. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** The hunks, from the first `@@`; undefined for binary files and pure renames. */
  readonly patch: string | undefined;
}

/** What changed between two trees, renames found, in path order: the content of "Files changed". */
export async function changedFiles(dir: string, from: string, to: string): Promise<readonly ChangedFile[]> {
  const [raw, patch] = await Promise.all([
    git(dir, ["diff", "-M", "--raw", "-z", "--no-abbrev", from, to]),
    git(dir, ["-c", "core.quotePath=false", "diff", "-M", "--patch", "--no-color", "--no-ext-diff", from, to]),
  ]);
  const patches = patch === "" ? [] : patch.split(/^(?=diff --git )/m);
  let next = 0;
  return rawEntries(raw).map((entry) => {
    // Git prints a change of type (file to link) as two patches, a removal and an addition.
    const own = patches.slice(next, next + (entry.letter === "T" ? 2 : 1)).join("");
    next += entry.letter === "T" ? 2 : 1;
    const hunks = own.indexOf("\n@@ ");
    const body = hunks === -1 ? undefined : own.slice(hunks + 1).replace(/\n$/, "");
    const lines = body?.split("\n") ?? [];
    return {
      path: entry.path,
      previousPath: entry.previousPath,
      status: STATUS[entry.letter] ?? "changed",
      sha: entry.after === NO_COMMIT ? entry.before : entry.after,
      additions: lines.filter((line) => line.startsWith("+")).length,
      deletions: lines.filter((line) => line.startsWith("-")).length,
      patch: body,
    };
  });
}

/** The whole difference as one unified diff, what `application/vnd.github.diff` asks for. */
export function unifiedDiff(dir: string, from: string, to: string): Promise<string> {
  return git(dir, ["-c", "core.quotePath=false", "diff", "-M", "--patch", "--no-color", from, to]);
}

const STATUS: Readonly<Record<string, FileStatus>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "added",
  T: "changed",
};

interface RawEntry {
  readonly letter: string;
  readonly before: string;
  readonly after: string;
  readonly path: string;
  readonly previousPath: string | undefined;
}

function rawEntries(raw: string): readonly RawEntry[] {
  const fields = raw.split("\0").filter((field) => field !== "");
  const entries: RawEntry[] = [];
  for (let at = 0; at < fields.length; ) {
    const [, , before = "", after = "", status = ""] = (fields[at] ?? "").split(" ");
    const letter = status.slice(0, 1);
    const first = fields[at + 1] ?? "";
    const moved = letter === "R" || letter === "C";
    entries.push(
      moved
        ? { letter, before, after, path: fields[at + 2] ?? "", previousPath: first }
        : { letter, before, after, path: first, previousPath: undefined },
    );
    at += moved ? 3 : 2;
  }
  return entries;
}
