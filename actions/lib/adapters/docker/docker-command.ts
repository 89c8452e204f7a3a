import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { OperatorError } from "../../domain/operator-error.ts";

export interface DockerAnswer {
  readonly exitCode: number;
  /** Lines of standard output, and of both streams in the order they came. */
  readonly out: readonly string[];
  readonly lines: readonly string[];
}

/** Lines kept of one command; a failing build shows the last ones, and none of ours prints more. */
const mostLines = 20_000;

/**
 * Runs the docker CLI without a shell.
 *
 * @param options.config folder of its configuration, with the registry's credentials
 * @param options.input goes to standard input; secrets go this way and no other
 * @param options.environment laid over this process's own
 * @throws OperatorError `no-docker` if there is none on this machine
 */
export function docker(
  args: readonly string[],
  options: {
    readonly config: string;
    readonly input?: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly onLine?: (line: string) => void;
  },
): Promise<DockerAnswer> {
  return new Promise((resolve, reject) => {
    const own = { DOCKER_CONFIG: options.config, DOCKER_BUILDKIT: "1", DOCKER_CLI_HINTS: "false" };
    const env = { ...process.env, ...own, ...options.environment };
    const child = spawn("docker", args, { env, stdio: ["pipe", "pipe", "pipe"] });
    const out: string[] = [];
    const lines: string[] = [];
    const take = (line: string): void => {
      lines.push(line);
      if (lines.length > mostLines) lines.shift();
      options.onLine?.(line);
    };
    createInterface({ input: child.stdout }).on("line", (line) => {
      out.push(line);
      take(line);
    });
    createInterface({ input: child.stderr }).on("line", take);
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "ENOENT"
          ? new OperatorError(
              "no-docker",
              "there is no docker command on this machine; build on a runner that has Docker",
              {
                cause: error,
              },
            )
          : error,
      );
    });
    child.on("close", (exitCode) => resolve({ exitCode: exitCode ?? 128, out, lines }));
    // A command that ends before it has read its input says why by its exit code.
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reject(error);
    });
    child.stdin.end(options.input ?? "");
  });
}
