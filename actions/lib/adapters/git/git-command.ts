import { spawn } from "node:child_process";

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs git without a shell, and without ever asking anybody for a password.
 *
 * @param options.environment added to the process's own
 */
export function git(
  args: readonly string[],
  options: { readonly folder: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.environment, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
    const child = spawn("git", args, { cwd: options.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const complaint: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => complaint.push(chunk));
    child.on("error", reject);
    child.on("close", (exitCode) =>
      resolve({
        exitCode: exitCode ?? 128,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr: Buffer.concat(complaint).toString("utf8").trim(),
      }),
    );
  });
}
