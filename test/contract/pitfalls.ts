/**
 * Known ways in which deployers of CloudFormation stacks went wrong, by number, and which tests show that this one does not. A test
 * names its pitfall: `pitfall 3.7: …`.
 */
import { readFileSync } from "node:fs";
import { repositoryFiles, root } from "./committed.ts";

/** Number → what goes wrong, in short. */
export const pitfalls: Readonly<Record<string, string>> = {
  "3.1": "a change set described with values silently drops changes",
  "3.2": "a change set without resource changes is taken for no change",
  "3.3": "empty and failed change sets pile up until the limit blocks deploys",
  "3.4": "a fixed change set name collides, or stands for other content",
  "3.5": "a stack in REVIEW_IN_PROGRESS is taken for one that exists",
  "3.6": "a stale status right after the execution is taken for the end",
  "3.7": "waiting for an empty change set hangs",
  "3.8": "a timeout is a warning and the run is green",
  "3.9": "inputs are accepted and ignored",
  "3.10": "the last consequence is shown, not the first cause",
  "3.11": "a stack that failed to create is deleted with what it holds",
  "3.12": "UPDATE_ROLLBACK_FAILED is refused, or resources are skipped unasked",
  "3.13": "what the clean-up could not delete is not told",
  "3.14": "a stack update reverts the image",
  "3.15": "a stack update resets the count of a scaled service",
  "3.16": "a service that does not become stable holds the stack for hours",
  "3.17": "rolling back the stack and rolling back the service fight",
  "3.18": "a revision that something rolls back to was deregistered",
  "3.19": "pauses between tries grow without end, in silence",
  "3.20": "the client dies on the way while the stack succeeds",
  "3.21": "fixed fast polling and fixed concurrency throttle the account",
  "3.22": "a parameter that was left out falls to the template's default",
  "3.23": "concurrent runs overwrite each other's uploaded template",
  "3.24": "secrets are printed with a plan",
  "3.25": "a deployment that the circuit breaker rolled back counts as a success",
  "3.26": "a deployment that a newer one replaced is called rolled back",
  "3.27": "every error is waited out until the timeout, also a refusal",
  "3.28": "two updates of one service make two deployments, and the first is stopped",
  "3.29": "the deployment before is taken for the own one, because reads are old",
  "3.30": "a status nobody thought of is polled for ever, and is green in the end",
  "3.31": "a release that fails says nothing about why its tasks stopped",
  "3.32": "the stopped tasks of a service cannot be found any more",
  "3.33": "tasks that stop to make room are reported as failures",
  "3.34": "draining old targets takes longer than the timeout",
  "3.35": "credentials expire in a long wait",
  "3.36": "a rollback under way blocks the next release",
  "3.37": "the scheduler runs twice while it is replaced",
  "3.38": "two registrations of a family at a time fail the release",
  "3.39": "registering definitions nobody needs is throttled",
  "3.40": "a release changes how a service replaces its tasks, for good",
  "3.41": "a decision is made from a part of a message or of a status name",
  "3.42": "a command is split at blanks, or the newest revision, a bad one, is the base",
  "3.43": "a rollback goes to the revision before, which may never have run",
  "3.44": "empty values and new fields of a definition are lost",
  "3.45": "tasks that never start, for no fault of theirs, fail the release",
  "3.46": "the count auto scaling chose is overwritten",
  "3.47": "a deployment is waited for that a changed count does not make",
  "3.48": "a service without a health check counts as healthy and crashes later",
  "3.49": "a tenant ends with one service of the new release and two of the old",
  "3.50": "a task whose image could not be pulled has no exit code, and counts as a success",
  "3.51": "a sidecar's exit code is taken for the migration's",
  "3.52": "no capacity at this moment fails the migration, and only the first reason is told",
  "3.53": "a task that never started fails the migration",
  "3.54": "asking again after a lost answer starts a second migration",
  "3.55": "a task without a log stream breaks the run, or the last lines are missed",
  "3.56": "a task that is not visible yet is taken for lost",
  "3.57": "every container migrates when it starts",
  "3.58": "a migration is interrupted because it ran on Spot",
  "3.59": "an attestation in the index is taken for the image",
  "3.60": "the scan is asked for the index, which has no findings",
  "3.61": "a name with tag and digest is taken apart wrongly",
  "3.62": "a tag that moved is not what runs, or is what runs all of a sudden",
};

export interface PitfallTest {
  readonly number: string;
  /** Path of the test file. */
  readonly file: string;
  /** The test's own name, or its group's. */
  readonly name: string;
}

/** Every test that names a pitfall, or stands in a group that does; from the sources. */
export function pitfallTests(): readonly PitfallTest[] {
  const files = repositoryFiles().filter((path) => /^test\/.*\.test\.ts$/.test(path));
  return files.flatMap((file) => {
    const text = readFileSync(`${root}${file}`, "utf8");
    const named = [...text.matchAll(/\b(?:test|describe)(?:\.\w+\([\s\S]*?\))?\(\s*["'`](pitfalls? 3\.[^"'`]*)/g)];
    return named.flatMap(([, name = ""]) => numbersIn(name).map((number) => ({ number, file, name })));
  });
}

/** `pitfalls 3.16 and 3.17: …` → both numbers. */
export function numbersIn(name: string): readonly string[] {
  const [subject = ""] = name.split(":");
  return /^pitfalls? /.test(subject) ? [...subject.matchAll(/\b3\.\d+/g)].map(([number]) => number) : [];
}
