import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkWorkflows } from "../../runner/check/check-workflows.ts";
import { showFinding } from "../../runner/check/finding.ts";

const fixture = (name: string): string => new URL(`../../../fixtures/workflows/${name}`, import.meta.url).pathname;

test("a workflow that keeps every rule has no findings, newest keys included", async () => {
  expect((await checkWorkflows(fixture("good"))).map(showFinding)).toEqual([]);
});

test("every broken rule is found, at its line", async () => {
  const findings = (await checkWorkflows(fixture("bad")))
    .filter(({ rule }) => !rule.startsWith("actionlint"))
    .map(showFinding);

  expect(findings).toMatchInlineSnapshot(`
    [
      ".github/workflows/broken.yml:7:5: Unexpected value 'stepz' [syntax]",
      ".github/workflows/broken.yml:9:9: Unrecognized named-value: 'secrets' [syntax]",
      ".github/workflows/broken.yml:13:12: Job 'b' depends on unknown job 'nobody'. [syntax]",
      ".github/workflows/lost.yml:4:14: who waits in this group is cancelled by who comes next; write queue: max, or cancel-in-progress: true [lossy-queue]",
      ".github/workflows/lost.yml:9:18: who waits in this group is cancelled by who comes next; write queue: max, or cancel-in-progress: true [lossy-queue]",
      ".github/workflows/lost.yml:13:15: job build acts in AWS and, started again, would act on the commit of an event up to 30 days old; name its ref [replayed-commit]",
      ".github/workflows/lost.yml:16:9: a job that was cancelled or ran out of time is no failure either; name the results that are good [good-results]",
      ".github/workflows/lost.yml:20:13: text around an expression makes this condition true, always; write it without the braces [always-true]",
      ".github/workflows/lost.yml:24:15: started again, it uploads a second artifact of this name; write github.run_attempt into it [second-artifact]",
      ".github/workflows/wrong.yml:2:5: pull_request_target runs with secrets on behalf of strangers; use pull_request [no-pull-request-target]",
      ".github/workflows/wrong.yml:3:14: write \`permissions: {}\` at the top and grant per job [no-permissions-at-top]",
      ".github/workflows/wrong.yml:6:5: job open has no timeout-minutes, so it may run for six hours [timeout]",
      ".github/workflows/wrong.yml:8:17: job open asks for contents: write without a reason; write it as a comment on the line [permission-reason]",
      ".github/workflows/wrong.yml:11:15: actions/checkout is not pinned: use the full commit SHA instead of v5 [pinned-actions]",
      ".github/workflows/wrong.yml:12:15: someone/else is pinned without its version; write it as a comment: # v1.2.3 [pinned-actions]",
      ".github/workflows/wrong.yml:13:15: actions/plan needs the input tenant [local-action]",
      ".github/workflows/wrong.yml:14:24: actions/plan has no input tenat; it has tenant [local-action]",
      ".github/workflows/wrong.yml:15:15: Can't find 'action.yml' or 'action.yaml' under './actions/gone'. Did you forget to run actions/checkout before running your local action? [local-action]",
      ".github/workflows/wrong.yml:16:14: an expression inside run: is pasted into the shell; pass it through env [no-expression-in-script]",
      ".github/workflows/wrong.yml:20:18: job everything asks for everything; name each permission with its reason [permission-reason]",
      ".github/workflows/wrong.yml:23:11: there is no workflow .github/workflows/gone.yml [local-workflow]",
      "actions/plan/action.yml:8:12: an expression inside run: is pasted into the shell; pass it through env [no-expression-in-script]",
      "actions/plan/action.yml:10:13: another/action is not pinned: use the full commit SHA instead of main [pinned-actions]",
    ]
  `);
});

test("actionlint finds what GitHub's parser lets through", async () => {
  const findings = (await checkWorkflows(fixture("bad")))
    .filter(({ rule }) => rule.startsWith("actionlint"))
    .map(showFinding);

  expect(findings).toMatchInlineSnapshot(`
    [
      ".github/workflows/broken.yml:4:3: "steps" section is missing in job "a" [actionlint syntax-check]",
      ".github/workflows/broken.yml:7:5: unexpected key "stepz" for "job" section. expected one of "concurrency", "container", "continue-on-error", "defaults", "env", "environment", "if", "name", "needs", "outputs", "permissions", "runs-on", "secrets", "services", "steps", "strategy", "timeout-minutes", "uses", "with" [actionlint syntax-check]",
      ".github/workflows/broken.yml:9:9: context "secrets" is not allowed here. available contexts are "github", "inputs", "needs", "vars". see https://docs.github.com/en/actions/learn-github-actions/contexts#context-availability for more details [actionlint expression]",
      ".github/workflows/broken.yml:10:3: job "b" needs job "nobody" which does not exist in this workflow [actionlint job-needs]",
      ".github/workflows/broken.yml:16:13: property "evnt" is not defined in object type {action: string; action_path: string; action_ref: string; action_repository: string; action_status: string; actor: string; actor_id: string; api_url: string; artifact_cache_size_limit: number; base_ref: string; env: string; event: object; event_name: string; event_path: string; graphql_url: string; head_ref: string; job: string; output: string; path: string; ref: string; ref_name: string; ref_protected: bool; ref_type: string; repository: string; repository_id: string; repository_owner: string; repository_owner_id: string; repository_visibility: string; repositoryurl: string; retention_days: number; run_attempt: string; run_id: string; run_number: string; secret_source: string; server_url: string; sha: string; state: string; step_summary: string; token: string; triggering_actor: string; workflow: string; workflow_ref: string; workflow_sha: string; workspace: string} [actionlint expression]",
      ".github/workflows/wrong.yml:16:23: "github.event.head_commit.message" is potentially untrusted. avoid using it directly in inline scripts. instead, pass it through an environment variable. see https://docs.github.com/en/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions for more details [actionlint expression]",
    ]
  `);
});

test("a repository without workflows is not a pass", async () => {
  const empty = mkdtempSync(join(tmpdir(), "mate-empty-"));
  try {
    await expect(checkWorkflows(empty)).rejects.toThrow("there are no workflows in");
  } finally {
    rmSync(empty, { recursive: true });
  }
});
