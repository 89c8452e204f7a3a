import type { LeaseHolders } from "../../ports/lease-holders.ts";
import type { RunEnd, Workflows } from "../../ports/workflows.ts";
import type { GitHubRepository } from "./client.ts";
import { awaitMergeCommit } from "./merge-commit.ts";
import { statusOf } from "./people.ts";

/** Runs of this repository's workflows, as those who hold leases. */
export function gitHubLeaseHolders({ octokit, owner, repo }: GitHubRepository): LeaseHolders {
  return {
    state: async (runId) => {
      try {
        const { data } = await octokit.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
          owner,
          repo,
          run_id: Number(runId),
        });
        return data.status === "completed" ? "gone" : "alive";
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // A run that was deleted holds nothing any more; anything else says nothing about it.
        return statusOf(error) === 404 ? "gone" : "unknown";
      }
    },
  };
}

/** Starts workflows: the one kind of event that a job's own token may cause (GitHub docs, "Triggering a workflow from a workflow"). */
export function gitHubWorkflows(github: GitHubRepository, serverUrl: string): Workflows {
  const { octokit, owner, repo } = github;
  return {
    start: async (workflow, inputs) => {
      // What is about a pull request works on the commit that GitHub merges it into, which it makes when it is asked.
      const pull = inputs["pull-request"];
      if (pull !== undefined) await awaitMergeCommit(github, Number(pull));
      const { data } = await octokit.request("GET /repos/{owner}/{repo}", { owner, repo });
      const dispatched = await octokit.request(
        "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
        {
          ...{ owner, repo, workflow_id: workflow, ref: data.default_branch },
          inputs: { ...inputs },
          // Which run it became is said since February 2026 (GitHub REST API, "Create a workflow dispatch event").
          return_run_details: true,
        },
      );
      // Older servers answer with nothing.
      const run: Partial<typeof dispatched.data> | undefined = dispatched.data;
      if (run?.workflow_run_id === undefined || run.html_url === undefined) {
        return { address: `${serverUrl}/${owner}/${repo}/actions/workflows/${workflow}` };
      }
      return { address: run.html_url, id: String(run.workflow_run_id) };
    },
    end: async (run) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
        ...{ owner, repo, run_id: Number(run) },
      });
      return data.status === "completed" ? ((data.conclusion ?? "failure") as RunEnd) : undefined;
    },
  };
}
