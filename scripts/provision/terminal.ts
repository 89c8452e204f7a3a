/** Questions and answers in a terminal, or through a pipe, where lines may come faster than they are asked for. */
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";

export interface Terminal {
  say(line: string): void;
  /**
   * @returns the next line, without blanks around it
   * @throws OperatorError `no-answer` when the input has ended, `stopped` when it was ended on purpose
   */
  ask(prompt: string): Promise<string>;
  close(): void;
}

/**
 * Reads lines of `input` and writes to `output`. Ctrl-C at a question ends it with the reason `stopped`.
 */
export function terminal(input: Readable, output: Writable): Terminal {
  const reader = createInterface({ input, output, terminal: "isTTY" in output && output.isTTY === true });
  const waiting: string[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  let stopped = false;
  reader.on("line", (line) => {
    waiting.push(line.trim());
    wake?.();
  });
  reader.on("SIGINT", () => {
    stopped = true;
    reader.close();
  });
  reader.on("close", () => {
    ended = true;
    wake?.();
  });
  return {
    say: (line) => void output.write(`${line}\n`),
    ask: async (prompt) => {
      reader.setPrompt(prompt);
      reader.prompt();
      while (waiting.length === 0) {
        if (stopped) throw new OperatorError("stopped", "stopped; nothing was changed");
        if (ended) throw new OperatorError("no-answer", `the input ended at the question "${prompt.trim()}"`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return waiting.shift() ?? "";
    },
    close: () => reader.close(),
  };
}
