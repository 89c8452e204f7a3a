import { spawn } from "node:child_process";

/** What one git process answered. */
export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A git command that ended with a code nobody asked for. */
export class GitError extends Error {
  readonly code: number;
  readonly stderr: string;

  constructor(args: readonly string[], answer: GitAnswer) {
    super(`git ${args.join(" ")} ended with ${answer.code}: ${answer.stderr.trim()}`);
    this.name = "GitError";
    this.code = answer.code;
    this.stderr = answer.stderr;
  }
}

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs git in a repository and hands back whatever it answered, also when it failed.
 *
 * @throws Error when git itself cannot be started
 */
export function gitAnswer(dir: string, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", [...args], { cwd: dir, env: { ...gitEnvironment(), ...options.env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    // Git may end before it has read all its input; its exit code tells that story better than EPIPE does.
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reject(error);
    });
    child.on("close", (code) =>
      resolve({ code: code ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString("utf8") }),
    );
    child.stdin.end(options.input ?? "");
  });
}

/**
 * Runs git and returns its output as bytes.
 *
 * @throws GitError when git ends with anything but 0
 */
export async function gitBytes(dir: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const answer = await gitAnswer(dir, args, options);
  if (answer.code !== 0) throw new GitError(args, answer);
  return answer.stdout;
}

/**
 * Runs git and returns its output as text, without the last line break.
 *
 * @throws GitError when git ends with anything but 0
 */
export async function git(dir: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await gitBytes(dir, args, options)).toString("utf8").replace(/\n$/, "");
}

/**
 * The environment git runs in: the machine's PATH and nothing of the machine's git configuration. A test run from a git hook
 * has GIT_DIR set, which must not reach the bed's repositories.
 */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
  };
}
