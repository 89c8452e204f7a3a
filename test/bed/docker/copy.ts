/** `COPY` and `ADD`: which files go where. */
import { posix } from "node:path";
import type { Instruction } from "./dockerfile.ts";
import { notInStandIn } from "./failure.ts";
import { type Entry, type FileTree, parents } from "./file-tree.ts";
import { globPattern } from "./ignore.ts";
import { StepFailure } from "./log.ts";
import type { StageImage } from "./stage-image.ts";

export interface Copy {
  readonly sources: readonly string[];
  readonly destination: string;
  /** Octal, such as `755`; undefined keeps what the files have. */
  readonly mode?: string;
  readonly instruction: Instruction;
}

/**
 * @param from the context, or the stage that `--from` names
 * @returns the entries of the new layer
 */
export function copiedFiles(copy: Copy, from: Pick<StageImage, "files" | "isPartial">, into: StageImage): FileTree {
  const { sources, instruction } = copy;
  const destination = posix.resolve(into.config.WorkingDir, copy.destination);
  const isFolder = /(^|\/)\.{1,2}$|\/$/.test(copy.destination);
  if (sources.length > 1 && !isFolder) {
    throw new StepFailure(
      `when using ${instruction.name} with more than one source file, the destination must be a directory and end with a /`,
      { instruction },
    );
  }
  const layer = new Map<string, Entry>();
  const put = (path: string, entry: Entry): void => {
    for (const folder of parents(path)) {
      if (!layer.has(folder)) layer.set(folder, into.files.get(folder) ?? { kind: "folder", mode: 0o755 });
    }
    layer.set(path, moded(entry, copy.mode));
  };
  const top = relativePath(destination);
  for (const source of sources) {
    if (/^(https?|git|ssh):\/\/|^git@/.test(source)) throw notInStandIn(`${instruction.name} from ${source}`);
    if (instruction.name === "ADD" && /\.(tar|tgz|tar\.\w+)$/.test(source))
      throw notInStandIn(`ADD of the archive ${source}`);
    for (const path of matching(source, from, instruction)) {
      const entry = path === "" ? ({ kind: "folder", mode: 0o755 } as const) : from.files.get(path);
      if (entry?.kind === "folder") {
        if (top !== "") put(top, into.files.get(top) ?? { kind: "folder", mode: 0o755 });
        const prefix = path === "" ? "" : `${path}/`;
        for (const [inner, content] of from.files) {
          if (inner.startsWith(prefix)) put(joined(top, inner.slice(prefix.length)), content);
        }
      } else if (entry !== undefined) {
        const inFolder = isFolder || into.files.get(top)?.kind === "folder" || top === "";
        put(inFolder ? joined(top, posix.basename(path)) : top, entry);
      }
    }
  }
  return layer;
}

/** Paths in the tree that a source means; the top is the empty path. */
function matching(
  source: string,
  from: Pick<StageImage, "files" | "isPartial">,
  instruction: Instruction,
): readonly string[] {
  const path = relativePath(posix.join("/", source));
  if (path === "") return [""];
  const pattern = /[*?[]/.test(path) ? globPattern(path, "exact") : undefined;
  const found =
    pattern === undefined
      ? [path].filter((name) => from.files.has(name))
      : [...from.files.keys()].filter((name) => pattern.test(name));
  // What a RUN or a base image would have put there is not known here, so nothing can be said to be missing.
  if (found.length > 0 || from.isPartial) return found;
  const reason = `failed to calculate checksum of ref context: "/${path}": not found`;
  throw new StepFailure(reason, { final: `failed to compute cache key: ${reason}`, instruction });
}

function relativePath(path: string): string {
  return posix
    .normalize(path)
    .replace(/^\/+|\/+$/g, "")
    .replace(/^\.$/, "");
}

function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function moded(entry: Entry, mode: string | undefined): Entry {
  return mode === undefined || entry.kind === "link" ? entry : { ...entry, mode: Number.parseInt(mode, 8) };
}
