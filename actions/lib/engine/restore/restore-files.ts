/** A bucket back to a time: page by page, so that a run that was lost goes on where it was, and memory does not grow with the bucket. */
import {
  byKey,
  counted,
  type FileCounts,
  type FileStep,
  fileStep,
  isArchived,
  noFiles,
} from "../../domain/restore-files.ts";
import type { RestoredFiles } from "../../domain/restore-record.ts";
import type { Files } from "../../ports/files.ts";
import { together } from "../together.ts";
import { output, type RestoreTarget } from "./restore-context.ts";
import type { Perform } from "./run-steps.ts";

/** Copies at the same time: far below the 3,500 writes a second that S3 takes for a prefix, and kind to a laptop's connection. */
const concurrency = 24;

/** What going back would do, without doing it. */
export async function countFiles(bucket: string, at: Date, files: Files): Promise<FileCounts> {
  let counts = noFiles;
  for await (const page of await files.pages(bucket)) counts = counted(counts, stepsOf(page, at));
  return counts;
}

export const restoreFilesStep: Perform = async (context) => {
  const { cell, journal, progress } = context;
  const at = new Date(journal.now().at);
  const bucket = dataBucket(context);
  const before = journal.now().facts.files ?? { copied: 0, hidden: 0, kept: 0, bytes: 0 };
  let done: RestoredFiles = before;
  for await (const page of await cell.files.pages(bucket, before.after)) {
    await context.stillOurs();
    const ends = await together(stepsOf(page, at), concurrency, (step) => restoreFile(bucket, step, cell.files));
    const after = page.at(-1)?.key;
    done = ends.reduce(added, { ...done, ...(after !== undefined && { after }) });
    const files = done;
    await journal.write((record) => ({ ...record, facts: { ...record.facts, files } }));
    progress.say(
      `files: ${done.copied + done.hidden + done.kept} looked at, ${done.copied} copied, ${done.hidden} hidden`,
    );
  }
  return { note: `${done.copied} copied, ${done.hidden} hidden, ${done.kept} as they were; no version was deleted` };
};

export function dataBucket({ outputs }: Pick<RestoreTarget, "outputs">): string {
  return output(outputs, "DataBucketName");
}

function stepsOf(page: Parameters<typeof byKey>[0], at: Date): readonly FileStep[] {
  return byKey(page).flatMap((versions) => fileStep(versions, at) ?? []);
}

interface Done {
  readonly did: "copied" | "hidden" | "kept";
  readonly bytes: number;
}

/** Doing it twice makes nothing: what is there already is left as it is. */
async function restoreFile(bucket: string, step: FileStep, files: Files): Promise<Done> {
  switch (step.step) {
    case "keep":
      return { did: "kept", bytes: 0 };
    case "hide":
      await files.hide(bucket, step.key);
      return { did: "hidden", bytes: 0 };
    case "copy":
      // Checked before anything was changed; one that was archived since stays as it is and is seen by the next dry run.
      if (isArchived(step.from) || (await files.same(bucket, step.from, step.current)))
        return { did: "kept", bytes: 0 };
      await files.copyForward(bucket, step.from);
      return { did: "copied", bytes: step.from.bytes };
  }
}

function added(sum: RestoredFiles, { did, bytes }: Done): RestoredFiles {
  return { ...sum, [did]: sum[did] + 1, bytes: sum.bytes + bytes };
}
