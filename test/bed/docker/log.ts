/** What BuildKit prints with `--progress=plain`, on standard error. */

import type { Instruction } from "./dockerfile.ts";
import { DockerFailure } from "./failure.ts";

export interface BuildLog {
  /** Numbers a step, runs it and prints how it ended. */
  step<T>(title: string, work: (say: (line: string) => void) => T | Promise<T>): Promise<T>;
}

/** A step that failed, and what BuildKit says at the very end about it. */
export class StepFailure extends Error {
  readonly final: string;
  readonly instruction: Instruction | undefined;

  constructor(message: string, at: { readonly final?: string; readonly instruction?: Instruction } = {}) {
    super(message);
    this.name = "StepFailure";
    this.final = at.final ?? message;
    this.instruction = at.instruction;
  }
}

/** @param source lines of the Dockerfile, quoted beside a problem */
export function buildLog(source: { readonly name: string; readonly lines: () => readonly string[] }): BuildLog {
  let number = 0;
  return {
    step: async (title, work) => {
      const mark = `#${++number}`;
      const output: string[] = [];
      console.error(`${mark} ${title}`);
      try {
        const result = await work((line) => {
          output.push(line);
          console.error(`${mark} ${line}`);
        });
        console.error(`${mark} DONE 0.0s\n`);
        return result;
      } catch (error) {
        if (!(error instanceof StepFailure)) throw error;
        console.error(`${mark} ERROR: ${error.message}`);
        const excerpt = error.instruction === undefined ? [] : quote(source.name, source.lines(), error.instruction);
        throw new DockerFailure([
          ...["------", ` > ${title}:`, ...output, "------"],
          ...excerpt,
          `ERROR: failed to build: failed to solve: ${error.final}`,
        ]);
      }
    },
  };
}

/** The lines around a problem, as BuildKit's errdefs print them: two more on each side of one line, one of several. */
export function quote(
  name: string,
  lines: readonly string[],
  { line, lastLine }: Pick<Instruction, "line" | "lastLine">,
): readonly string[] {
  const around = line === lastLine ? 2 : 1;
  const from = Math.max(1, line - around);
  const to = Math.min(lines.length, lastLine + around);
  const rule = "--------------------";
  const quoted = lines.slice(from - 1, to).map((text, index) => {
    const at = from + index;
    return ` ${String(at).padStart(3)} | ${at >= line && at <= lastLine ? ">>>" : "   "} ${text}`;
  });
  return [`${name}:${line}`, rule, ...quoted, rule];
}
