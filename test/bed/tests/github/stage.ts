import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Octokit } from "@octokit/rest";
import { type GitHubBed, type GitHubBedOptions, startGitHubBed } from "../../github/bed.ts";
import type { EventPayload } from "../../github/events.ts";

const run = promisify(execFile);

export const REPO = { owner: "acme", repo: "mate" } as const;
export const NAME = "acme/mate";

export const TENANT = "name: hospital-a\ntier: enterprise\nservices:\n  django: { count: 2 }\n";

/** A bed with one private repository and somebody of each role in it. */
export async function aStage(options: GitHubBedOptions = {}): Promise<GitHubBed> {
  const bed = await startGitHubBed(options);
  for (const login of ["alice", "wendy", "rita", "mallory"]) bed.addUser(login);
  await bed.createRepository({
    ...{ owner: REPO.owner, name: REPO.repo },
    files: {
      "tenants/hospital-a.yml": TENANT,
      "README.md": "# MATE\n",
      ".github/workflows/restore.yml": RESTORE,
    },
    collaborators: { alice: "admin", wendy: "write", rita: "read" },
  });
  return bed;
}

const RESTORE = `name: Restore
on:
  workflow_dispatch:
    inputs:
      tenant: { required: true }
      what: { type: choice, options: [database, files], default: database }
jobs: {}
`;

/** The stock client of somebody. */
export function client(bed: GitHubBed, token: string): Octokit {
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  return new Octokit({ auth: token, baseUrl: bed.apiUrl, log: quiet });
}

export function clientOf(bed: GitHubBed, login: string): Octokit {
  return client(bed, bed.tokenOf(login));
}

/** The git command line, as somebody's machine would run it. */
export async function gitCli(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Wendy",
    GIT_AUTHOR_EMAIL: "wendy@example.com",
    GIT_COMMITTER_NAME: "Wendy",
    GIT_COMMITTER_EMAIL: "wendy@example.com",
  };
  const { stdout } = await run("git", [...args], { cwd, env });
  return stdout.trim();
}

/** The address to clone from, with a token in it as `actions/checkout` has it. */
export function remote(bed: GitHubBed, token: string, name: string = NAME): string {
  return `${bed.url.replace("://", `://x-access-token:${token}@`)}/${name}.git`;
}

/** `name.action` of everything that happened. */
export function happenings(bed: GitHubBed): readonly string[] {
  return bed.events.all().map((event) => (event.action === undefined ? event.name : `${event.name}.${event.action}`));
}

/** A value inside a payload, by its path. */
export function inside(payload: EventPayload, ...path: readonly string[]): unknown {
  let value: unknown = payload;
  for (const key of path) value = Object(value)[key];
  return value;
}

/** The status and message of a call that GitHub refuses. */
export async function refusal(call: Promise<unknown>): Promise<{ readonly status: number; readonly message: string }> {
  try {
    await call;
  } catch (error) {
    const { status, response, message } = Object(error);
    return { status, message: response?.data?.message ?? message };
  }
  throw new Error("the call was not refused");
}
