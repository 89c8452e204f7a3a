import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./checkout.ts";

export interface Conversation {
  readonly exitCode: number | null;
  /** What stood on the screen, prompts included. */
  readonly screen: string;
  readonly stdout: string;
}

/**
 * Runs a script as somebody at a terminal would: each answer is typed only once its question stands there.
 *
 * @param answers question (a part of it) → what is typed, in order
 */
export function converse(
  script: string,
  args: readonly string[],
  talk: {
    readonly answers: readonly (readonly [question: string, answer: string])[];
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<Conversation> {
  return new Promise((resolve, reject) => {
    const identity = Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((who) => [
        [`GIT_${who}_NAME`, "Ada"],
        [`GIT_${who}_EMAIL`, "ada@example.org"],
      ]),
    );
    // A shell complains of a language that is not installed.
    const env = {
      ...process.env,
      LC_ALL: "C.UTF-8",
      GITHUB_TOKEN: "",
      GITHUB_REPOSITORY: "",
      ...identity,
      ...talk.environment,
    };
    const child = spawn(join(root, "scripts", script), args, { env, stdio: ["pipe", "pipe", "pipe"] });
    const left = [...talk.answers];
    let screen = "";
    let stdout = "";
    let seen = 0;
    const read = (chunk: Buffer): void => {
      screen += chunk.toString("utf8");
      for (let next = left[0]; next !== undefined; next = left[0]) {
        const at = screen.indexOf(next[0], seen);
        if (at < 0) return;
        seen = at + next[0].length;
        child.stdin.write(`${next[1]}\n`);
        left.shift();
        if (left.length === 0) child.stdin.end();
      }
    };
    if (left.length === 0) child.stdin.end();
    child.stderr.on("data", read);
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
      read(chunk);
    });
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, screen, stdout }));
  });
}
