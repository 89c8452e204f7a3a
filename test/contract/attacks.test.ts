import { load } from "js-yaml";
import { expect, test } from "vitest";
import { attackClasses } from "./attacks.ts";
import { repositoryFiles, textOf } from "./committed.ts";

test.for(attackClasses.flatMap(({ attack, tests }) => tests.map(([file, name]) => [attack, file, name] as const)))(
  "%s: %s shows that it fails",
  ([, file, name]) => {
    expect(textOf(file)).toContain(`"${name}`);
  },
);

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly environment?: unknown;
}

interface WorkflowFile {
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflow = (path: string): WorkflowFile => load(textOf(path)) as WorkflowFile;
const stepsOf = ({ jobs }: WorkflowFile): readonly Step[] => Object.values(jobs).flatMap(({ steps = [] }) => steps);
const command = workflow(".github/workflows/command.yml");

test("a comment's workflow checks out the default branch, and nothing of the pull request", () => {
  const checkouts = stepsOf(command).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.length).toBeGreaterThan(0);
  // The ref of a comment's event is the default branch (GitHub docs, "Events that trigger workflows", issue_comment).
  const whole = { ref: `\${{ github.ref }}`, "persist-credentials": false };
  for (const { with: given } of checkouts) expect(given).toEqual(whole);
  expect(command.on.issue_comment).toEqual({ types: ["created"] });
});

test("the job that reads comments has no identity in AWS and cannot write code", () => {
  const { read } = command.jobs;
  expect(read?.permissions).toEqual({ contents: "read", "pull-requests": "write" });
  expect(read?.environment).toBeUndefined();
});

test("no workflow restores a cache or takes up an artifact", () => {
  const paths = repositoryFiles().filter((path) => /^\.github\/workflows\/.*\.yml$/.test(path));
  expect(paths.length).toBeGreaterThan(5);
  const used = paths.flatMap((path) => stepsOf(workflow(path)).map(({ uses, with: given }) => ({ path, uses, given })));
  const taken = used.filter(({ uses, given }) => {
    const cached = given !== undefined && Object.keys(given).some((name) => /^cache/.test(name));
    return /^actions\/(cache|download-artifact)/.test(uses ?? "") || cached;
  });
  expect(taken).toEqual([]);
});
