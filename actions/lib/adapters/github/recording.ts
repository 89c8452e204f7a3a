import { OperatorError } from "../../domain/operator-error.ts";
import type { Recording, RecordingRequest } from "../../ports/recording.ts";
import { editTenant } from "../files/edit-tenant.ts";
import type { GitHubRepository } from "./client.ts";
import { statusOf } from "./people.ts";
import {
  allowAutoMerge,
  type Branch,
  branchOfPull,
  commitFile,
  fileAt,
  openPull,
  openRecord,
} from "./recording-branch.ts";
import { startPlan } from "./start-plan.ts";

type Outcome = Awaited<ReturnType<Recording["record"]>>;

/**
 * Writes changes of commands into git through the contents API, as the bot. A job's own token starts no workflows, so the plan of
 * what it pushed is started by name.
 */
export function gitHubRecording(github: GitHubRepository): Recording {
  return {
    record: async (request) => {
      try {
        return (await onBranch(github, request)) ?? (await ownPull(github, request));
      } catch (error) {
        // What runs is not undone because it could not be written down: it stays an override, and the reply says so.
        if (!(error instanceof OperatorError) && statusOf(error) === undefined) throw error;
        return { where: "failed", cause: (error as Error).message, file: request.file };
      }
    },

    pullState: async (pull) => {
      const { octokit, owner, repo } = github;
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
        owner,
        repo,
        pull_number: pull,
      });
      if (data.state === "open") return "open";
      return data.merged ? "merged" : "closed";
    },
  };
}

/** On the branch of the pull request, if it is ours and edits the file already. */
async function onBranch(github: GitHubRepository, request: RecordingRequest): Promise<Outcome | undefined> {
  const branch = await branchOfPull(github, request.pull);
  if (branch === undefined || !branch.files.includes(request.file)) return undefined;
  const commit = await edit(github, branch, request);
  if (commit === undefined) return { where: "nowhere", because: `${request.file} on this branch says so already` };
  await startPlan(github, request.pull);
  return { where: "branch", file: request.file, ...commit };
}

/** In a pull request of its own, one for each tenant: a second change goes on top of the first while that is open. */
async function ownPull(github: GitHubRepository, request: RecordingRequest): Promise<Outcome> {
  const { branch, open, base } = await openRecord(github, `record/${request.tenant}`);
  const commit = await edit(github, branch, request);
  if (commit === undefined && open === undefined) {
    return { where: "nowhere", because: `${request.file} says so already` };
  }
  const { title, body } = request;
  const pull = open ?? (await openPull(github, { head: branch.name, base, title, body }));
  // Without a plan the check that protects the branch never comes, and nothing would merge it.
  const automatic = (await startPlan(github, pull.number)) && (await allowAutoMerge(github, pull.node_id));
  const merge = automatic ? "automatic" : "by hand";
  return { where: "pull request", file: request.file, number: pull.number, address: pull.html_url, merge };
}

async function edit(
  github: GitHubRepository,
  branch: Pick<Branch, "name">,
  { file, change, title, body }: RecordingRequest,
): Promise<{ readonly commit: string; readonly address: string } | undefined> {
  const present = await fileAt(github, file, branch.name);
  const text = editTenant(present.text, change);
  if (text === present.text) return undefined;
  return await commitFile(github, {
    branch: branch.name,
    file,
    text,
    replaces: present.sha,
    message: `${title}\n\n${body}`,
  });
}
