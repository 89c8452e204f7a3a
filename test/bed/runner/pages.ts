/** `actions/upload-pages-artifact` without a place to upload to: what it would take, or why it would fail (its action.yml, v4). */
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { StepExecution } from "./job-context.ts";
import type { StepResult } from "./step-result.ts";

/** Lists the files of the folder. Throws when there is none, as `tar` does, and when it has no page to begin with. */
export async function uploadPages(
  inputs: Readonly<Record<string, string>>,
  { job, record }: StepExecution,
): Promise<StepResult> {
  const folder = resolve(job.machine.workspace, inputs.path || "_site/");
  const names = (await readdir(folder)).toSorted();
  for (const name of names) record.print(`${name} (${(await stat(join(folder, name))).size} bytes)`);
  if (!names.includes("index.html")) throw new Error(`${inputs.path} has no index.html, so nobody could open it`);
  return { outcome: "success", outputs: { artifact_id: "1" } };
}
