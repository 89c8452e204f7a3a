import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gitEnvironment } from "./command.ts";

export interface GitHttpRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Folder of the bare repository. */
  readonly dir: string;
  /** The part after `OWNER/REPO.git`, such as `/info/refs`. */
  readonly path: string;
  readonly query: string;
  readonly user: string;
  /** Handed to the hooks. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Serves one smart HTTP request with `git http-backend`, git's own CGI program.
 *
 * @param finish what has to be true before the client sees the end of the answer
 */
export async function serveGitHttp(asked: GitHttpRequest, finish: () => Promise<void>): Promise<void> {
  await pipeThroughGit(asked);
  await finish();
  await new Promise<void>((resolve) => asked.response.end(resolve));
}

function pipeThroughGit({ request, response, dir, path, query, user, env }: GitHttpRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["http-backend"], {
      env: {
        ...gitEnvironment(),
        ...env,
        GIT_PROJECT_ROOT: dir,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: path,
        QUERY_STRING: query,
        REQUEST_METHOD: request.method ?? "GET",
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        REMOTE_USER: user,
        REMOTE_ADDR: "127.0.0.1",
        ...(request.headers["content-length"] !== undefined && { CONTENT_LENGTH: request.headers["content-length"] }),
      },
    });
    let head: Buffer | undefined = Buffer.alloc(0);
    child.stdout.on("data", (chunk: Buffer) => {
      if (head === undefined) {
        response.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      writeHead(response, head.subarray(0, end).toString("latin1"));
      response.write(head.subarray(end + 4));
      head = undefined;
    });
    child.on("error", reject);
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reject(error);
    });
    child.on("close", () => resolve());
    request.pipe(child.stdin);
  });
}

/** Turns the CGI header block into a response head; git says the status only when it is not 200. */
function writeHead(response: ServerResponse, block: string): void {
  let status = 200;
  for (const line of block.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
