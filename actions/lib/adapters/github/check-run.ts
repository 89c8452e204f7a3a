import type { GitHubRepository } from "./client.ts";

export interface CheckReport {
  readonly name: string;
  readonly commit: string;
  readonly detailsUrl: string;
  readonly conclusion: "success" | "failure" | "neutral" | "action_required";
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly {
    readonly path: string;
    readonly startLine: number;
    readonly endLine: number;
    readonly level: "notice" | "warning" | "failure";
    readonly title: string;
    readonly message: string;
  }[];
}

/** GitHub takes fifty annotations with a request, and adds those of further requests (REST docs, "Update a check run"). */
const annotationsPerRequest = 50;

/** Reports a completed check run with all its annotations. */
export async function reportCheck({ octokit, owner, repo }: GitHubRepository, report: CheckReport): Promise<void> {
  const annotations = report.annotations.map((annotation) => ({
    path: annotation.path,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
  }));
  const output = { title: report.title, summary: report.summary, text: report.text };
  const { data } = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
    owner,
    repo,
    name: report.name,
    head_sha: report.commit,
    details_url: report.detailsUrl,
    status: "completed",
    conclusion: report.conclusion,
    output: { ...output, annotations: annotations.slice(0, annotationsPerRequest) },
  });
  for (let start = annotationsPerRequest; start < annotations.length; start += annotationsPerRequest) {
    await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      owner,
      repo,
      check_run_id: data.id,
      output: { ...output, annotations: annotations.slice(start, start + annotationsPerRequest) },
    });
  }
}
