import type { Issues } from "../../ports/issues.ts";
import type { GitHubRepository } from "./client.ts";

/** Issues of ours are found by a label of their own, which is made when it is first needed. */
export function gitHubIssues({ octokit, owner, repo }: GitHubRepository): Issues {
  const one = { owner, repo };
  return {
    find: async (label) => {
      const issues = await octokit.paginate("GET /repos/{owner}/{repo}/issues", {
        ...one,
        labels: label,
        state: "open",
        per_page: 100,
      });
      const found = issues.find(({ pull_request, user }) => pull_request === undefined && user?.type === "Bot");
      if (found === undefined) return undefined;
      return {
        number: found.number,
        openedAt: new Date(found.created_at),
        body: found.body ?? "",
        url: found.html_url,
      };
    },

    open: async ({ label, title, body }) => {
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues", {
        ...one,
        title,
        body,
        labels: [label],
      });
      return { number: data.number, url: data.html_url };
    },

    rewrite: async (number, { title, body }) => {
      await octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...one,
        issue_number: number,
        title,
        body,
      });
    },

    close: async (number, comment) => {
      await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...one,
        issue_number: number,
        body: comment,
      });
      await octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...one,
        issue_number: number,
        state: "closed",
        state_reason: "completed",
      });
    },
  };
}
