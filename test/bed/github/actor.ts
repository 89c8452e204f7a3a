import { authorize } from "./access.ts";
import { resolveCommit } from "./git/commits.ts";
import type { FileChange } from "./git/trees.ts";
import type { MergeMethod } from "./issue-records.ts";
import { autoMergeReady, enableAutoMerge } from "./operations/auto-merge.ts";
import { dispatchRepository, dispatchWorkflow } from "./operations/dispatch.ts";
import { pushFiles } from "./operations/files.ts";
import { addComment, deleteComment, editComment, setIssueState } from "./operations/issues.ts";
import { mergePull } from "./operations/merge.ts";
import { openPull, reviewPull } from "./operations/pulls.ts";
import type { Doer, Repository, Role, User } from "./records.ts";
import { commentOf, issueOf, pullOf, type World } from "./world.ts";

/** Files to write: path to content; `undefined` removes the file. */
export type Files = Readonly<Record<string, string | Buffer | undefined>>;

export interface PullWish {
  readonly title: string;
  readonly body?: string;
  /** The branch to propose; made from the base branch when it does not exist. */
  readonly branch: string;
  readonly base?: string;
  /** What to commit to the branch first. */
  readonly files?: Files;
  readonly message?: string;
  readonly draft?: boolean;
  /** `owner/name` of the fork that has the branch. */
  readonly fork?: string;
}

/**
 * What a person does in one repository, with the permission that person has: every method throws a GitHubFailure where
 * GitHub would refuse.
 */
export interface Actor {
  push(push: { readonly branch: string; readonly files: Files; readonly message: string }): Promise<string>;
  openPullRequest(wish: PullWish): Promise<number>;
  comment(number: number, body: string): Promise<number>;
  editComment(id: number, body: string): Promise<void>;
  deleteComment(id: number): Promise<void>;
  approve(number: number, body?: string): Promise<void>;
  requestChanges(number: number, body: string): Promise<void>;
  merge(number: number, method?: MergeMethod): Promise<string>;
  enableAutoMerge(number: number, method?: MergeMethod): Promise<void>;
  close(number: number): Promise<void>;
  reopen(number: number): Promise<void>;
  dispatch(workflow: string, inputs?: Readonly<Record<string, string>>, ref?: string): Promise<void>;
  repositoryDispatch(type: string, payload?: Readonly<Record<string, unknown>>): Promise<void>;
}

/** A person at work in a repository. */
export function actorIn(world: World, repository: Repository, user: User): Actor {
  const as = (role: Role): Doer => authorize(world, repository, { kind: "user", user }, { role, scopes: [] });
  const review = async (number: number, event: "APPROVE" | "REQUEST_CHANGES", body: string): Promise<void> => {
    const issue = pullOf(repository, number);
    await reviewPull(world, repository, { issue, review: { event, body }, doer: as("read") });
    await autoMergeReady(world, repository, issue.pull.headSha);
  };
  return {
    push: ({ branch, files, message }) => {
      const push = { branch, changes: changesOf(files), message, doer: as("write") };
      return world.alone(repository, () => pushFiles(world, repository, push));
    },
    openPullRequest: async (wish) => {
      const base = wish.base ?? repository.defaultBranch;
      const source = wish.fork === undefined ? repository : world.repositoryNamed(wish.fork);
      const doer = as("read");
      if (wish.files !== undefined) {
        authorize(world, source, { kind: "user", user }, { role: "write", scopes: [] });
        const from = await resolveCommit(source.dir, `refs/heads/${base}`);
        await world.alone(source, () =>
          pushFiles(world, source, {
            branch: wish.branch,
            changes: changesOf(wish.files ?? {}),
            message: wish.message ?? wish.title,
            doer,
            ...(from !== undefined && { from }),
          }),
        );
      }
      const head = source === repository ? wish.branch : `${source.owner.login}:${wish.branch}`;
      const asked = { head, base, title: wish.title, body: wish.body ?? null, draft: wish.draft ?? false };
      const opened = await world.alone(repository, () =>
        openPull(world, repository, { ...asked, maintainerCanModify: false }, doer),
      );
      return opened.number;
    },
    comment: async (number, body) => {
      const comment = { issue: issueOf(repository, number), body, doer: as("read") };
      return (await addComment(world, repository, comment)).id;
    },
    editComment: async (id, body) => {
      const comment = commentOf(repository, id);
      const doer = as(comment.author.id === user.id ? "read" : "write");
      await editComment(world, repository, { comment, body, doer });
    },
    deleteComment: async (id) => {
      const comment = commentOf(repository, id);
      const doer = as(comment.author.id === user.id ? "read" : "write");
      await deleteComment(world, repository, { comment, doer });
    },
    approve: (number, body = "") => review(number, "APPROVE", body),
    requestChanges: (number, body) => review(number, "REQUEST_CHANGES", body),
    merge: (number, method = "merge") => {
      const request = { issue: pullOf(repository, number), doer: as("write"), method };
      return world.alone(repository, () => mergePull(world, repository, request));
    },
    enableAutoMerge: async (number, method = "merge") => {
      const how = { by: as("write"), method, title: undefined, message: undefined };
      await enableAutoMerge(world, repository, { issue: pullOf(repository, number), how });
    },
    close: (number) => setState(number, "closed"),
    reopen: (number) => setState(number, "open"),
    dispatch: async (workflow, inputs = {}, ref = repository.defaultBranch) => {
      await dispatchWorkflow(world, repository, { workflow, ref, inputs }, as("write"));
    },
    repositoryDispatch: (type, payload = {}) =>
      dispatchRepository(world, repository, { type, payload, doer: as("write") }),
  };

  async function setState(number: number, state: "open" | "closed"): Promise<void> {
    const issue = issueOf(repository, number);
    const doer = as(issue.author.id === user.id ? "read" : "triage");
    const reason = state === "closed" ? "completed" : "reopened";
    await world.alone(repository, () => setIssueState(world, repository, { issue, state, reason, doer }));
  }
}

function changesOf(files: Files): readonly FileChange[] {
  return Object.entries(files).map(([path, content]) => ({ path, content }));
}
