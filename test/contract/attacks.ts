/**
 * Classes of attack on automation that listens to comments and pull requests, and the tests that show that each fails here: file →
 * the beginning of a test's or a group's name, as it stands in the file.
 */
export interface AttackClass {
  readonly attack: string;
  readonly tests: readonly (readonly [file: string, name: string])[];
}

const refusals = "test/actions/command-refusals.test.ts";
const comments = "test/domain/command-comment.test.ts";
const workflows = "test/contract/workflows.test.ts";
const here = "test/contract/attacks.test.ts";

export const attackClasses: readonly AttackClass[] = [
  {
    attack: "a comment, a branch name or a title becomes part of a script",
    tests: [
      [workflows, "GitHub's parser, actionlint and our own rules find nothing in workflows and actions"],
      [comments, "it is answered or ignored unless it is exactly a command"],
    ],
  },
  {
    attack: "code of a pull request runs where credentials are",
    tests: [
      [here, "a comment's workflow checks out the default branch, and nothing of the pull request"],
      ["test/e2e/reviewed.test.ts", "its files are checked and the run says that this is all, without an identity"],
    ],
  },
  {
    attack: "something is pushed or edited between the look and the run",
    tests: [
      ["test/fixtures/command-lines.ts", "that was edited since"],
      ["test/engine/apply-review.test.ts", "one of other content under the reviewed name is never executed"],
      ["test/e2e/reviewed.test.ts", "dangerous: nothing is changed, the tenant is held"],
    ],
  },
  {
    attack: "a comment is edited, quoted, hidden, written by a bot, sent by mail or run again",
    tests: [
      [refusals, "%s of a bot gets no answer"],
      [refusals, "a reply by mail is answered, and not run"],
      [refusals, "%s of an app that writes in a person's name is refused"],
      [refusals, "/%s is refused"],
      ["test/fixtures/command-lines.ts", "run again by somebody else"],
      ["test/fixtures/command-lines.ts", "that was deleted"],
      [comments, "%j is left alone"],
    ],
  },
  {
    attack: "somebody acts without being allowed to, or because nobody could look it up",
    tests: [
      ["test/fixtures/command-lines.ts", "when the permission cannot be looked up"],
      ["test/adapters/github/people.test.ts", "without that token nobody knows the teams"],
      ["test/actions/command-circumstances.test.ts", "by the one who asked are refused, and so are late ones"],
    ],
  },
  {
    attack: "a run of weeks ago is started again: what was right then is done or shown now",
    tests: [
      ["test/e2e/replayed.test.ts", "a deployment of last week that somebody starts again"],
      ["test/actions/plan-subject.test.ts", "started again after %s, a run shows and discards nothing"],
      ["test/bed/tests/runner/check-workflows.test.ts", "every broken rule is found, at its line"],
    ],
  },
  {
    attack: "a check counts for what was not planned, or is reported by somebody else",
    tests: [
      ["test/actions/plan.test.ts", "what GitHub merged before the last push is not planned for the last push"],
      ["test/e2e/replayed.test.ts", "what was for another branch is planned when it is turned to this one"],
      ["test/infra/bootstrap-script.test.ts", "the branch asks for the plan of GitHub Actions alone"],
    ],
  },
  {
    attack: "a cache that strangers can write is restored where credentials are",
    tests: [[here, "no workflow restores a cache or takes up an artifact"]],
  },
  {
    attack: "an artifact of an untrusted run is believed",
    tests: [
      [here, "no workflow restores a cache or takes up an artifact"],
      ["test/engine/apply-review.test.ts", "one of the reviewed content that asks to delete the stack on failure"],
    ],
  },
  {
    attack: "a tag of a third-party action is moved, or a bundle is not what its sources make",
    tests: [["test/bed/tests/runner/check-workflows.test.ts", "every broken rule is found, at its line"]],
  },
  {
    attack: "a token can do more than its job",
    tests: [
      [here, "the job that reads comments has no identity in AWS and cannot write code"],
      [workflows, "GitHub's parser, actionlint and our own rules find nothing in workflows and actions"],
    ],
  },
  {
    attack: "another workflow, branch or repository takes a role",
    tests: [
      ["test/infra/role-trust.test.ts", "another workflow does not deploy"],
      ["test/infra/role-trust.test.ts", "a branch's workflow does not deploy"],
      ["test/infra/role-trust.test.ts", "a repository that took over the name does not plan"],
    ],
  },
  {
    attack: "what is shown breaks out of its place, calls people, forges a marker or tells a secret",
    tests: [
      ["test/actions/printed.test.ts", "is one line and no command, whatever AWS or a file put into it"],
      ["test/report/hostile.test.ts", "nobody is pinged, nothing is linked, no marker is forged"],
      ["test/report/command-reply.test.ts", "every reply keeps its structure, calls nobody and forges no marker"],
      ["test/actions/command-operations.test.ts", "of tasks that crash says why, with their log, and what to do next"],
    ],
  },
  {
    attack: "a command for one hospital touches another",
    tests: [
      ["test/infra/roles.test.ts", "is refused what it must not do"],
      ["test/infra/roles-on-stage.test.ts", "every call that was made as %s is allowed to it"],
      ["test/domain/authority.test.ts", "is never one %s"],
    ],
  },
  {
    attack: "a restore is started with inputs nobody checked, or by one person alone",
    tests: [
      ["test/actions/restore-workflow.test.ts", "a dry run needs nobody's approval and changes nothing"],
      ["test/actions/restore-workflow.test.ts", "an execution waits for a second person"],
    ],
  },
];
