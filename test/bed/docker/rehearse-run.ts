/** `RUN`, which is not executed: only what fails on purpose does, so that a failing build can be rehearsed. */
import type { Instruction } from "./dockerfile.ts";
import { StepFailure } from "./log.ts";
import { jsonForm, leadingFlags, split } from "./words.ts";

/**
 * `echo` prints, `false` and `exit N` end the command; everything else is taken to have succeeded without a word.
 *
 * @throws StepFailure in BuildKit's words
 */
export function rehearseRun(instruction: Instruction, say: (line: string) => void): void {
  const { rest: command } = leadingFlags(instruction.text);
  const shown = jsonForm(command)?.join(" ") ?? `/bin/sh -c ${command}`;
  for (const part of command.split(/&&|;/).map((text) => text.trim())) {
    const [program = "", ...args] = split(part.replace(/\s*>&2\s*$/, ""));
    if (program === "echo" && !/[|>]/.test(part.replace(/>&2\s*$/, ""))) say(`0.001 ${args.join(" ")}`);
    const code = program === "false" ? 1 : program === "exit" ? Number(args[0] ?? "0") : 0;
    if (code !== 0) {
      throw new StepFailure(`process "${shown}" did not complete successfully: exit code: ${code}`, { instruction });
    }
    if (program === "exit") return;
  }
}
