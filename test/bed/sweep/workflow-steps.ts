/** The actions of a wave as the committed workflow names them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import * as z from "zod";

export interface WaveStep {
  /** Folder below `actions/`. */
  readonly action: string;
  /** Names of the inputs the workflow gives it. */
  readonly inputs: readonly string[];
  /** Whether it runs when a step before it failed. */
  readonly always: boolean;
}

const workflow = z.object({
  jobs: z.object({
    shard: z.object({
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          if: z.string().optional(),
          with: z.record(z.string(), z.unknown()).default({}),
        }),
      ),
    }),
  }),
});

/** Steps of the job of a wave that use an action of this repository, in order. @param root a checkout */
export async function waveSteps(root: string): Promise<readonly WaveStep[]> {
  const text = await readFile(join(root, ".github", "workflows", "wave.yml"), "utf8");
  return workflow.parse(load(text)).jobs.shard.steps.flatMap(({ uses, if: condition, with: given }) => {
    const action = /^\.\/actions\/(\w+)$/.exec(uses ?? "")?.[1];
    if (action === undefined) return [];
    return [{ action, inputs: Object.keys(given), always: condition === "always()" }];
  });
}
