import type { Issues } from "../../ports/issues.ts";
import { type GitHubRepository, pause } from "./client.ts";
import { statusOf } from "./people.ts";

/** How often an issue is tried to be opened while GitHub fails. */
const tries = 5;

/** Issues of ours are found by a label of their own, which is made when it is first needed. */
export function gitHubIssues({ octokit, owner, repo }: GitHubRepository): Issues {
  const one = { owner, repo };
  const find: Issues["find"] = async (label) => {
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
  };
  return {
    find,

    open: async ({ label, title, body }) => {
      for (let attempt = 1; ; attempt++) {
        try {
          const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues", {
            ...one,
            title,
            body,
            labels: [label],
          });
          return { number: data.number, url: data.html_url };
        } catch (error) {
          const refused = (statusOf(error) ?? 500) < 500;
          if (refused || attempt === tries) throw error;
          // Whether it is there although the answer was lost is asked before another is made.
          await pause(1_000);
          const there = await find(label);
          if (there !== undefined) return there;
        }
      }
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
