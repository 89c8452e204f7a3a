import { OperatorError } from "../lib/domain/operator-error.ts";
import type { PlanComment } from "../lib/domain/plan-view.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import { close } from "./close.ts";
import { type PlanPorts, plan } from "./plan.ts";
import type { PlanSubject } from "./subject.ts";

export interface PlanFiles {
  /**
   * What the files say after a merge and before it.
   *
   * @param base commit they are held against; the merge commit's first parent if left out
   */
  merge(base?: string): Promise<{ readonly head: Declarations; readonly base: Declarations }>;
  /** The commit that the merge commit brings in. */
  merges(): Promise<string>;
  /** What the branch the pull request is for says now. */
  now(): Promise<Declarations>;
}

export type AnswerPorts = Omit<PlanPorts, "view"> & {
  readonly files: PlanFiles;
  readonly viewOf: (subject: { readonly pull?: number; readonly depth: "full" | "static" }) => PlanView;
};

interface AnswerRequest {
  readonly subject: PlanSubject;
  readonly links: PlanComment["links"];
}

/** Does what the run is about, and gives what is shown of it. A plan that breaks is shown as broken, and breaks the run. */
export async function answer(request: AnswerRequest, ports: AnswerPorts): Promise<PlanComment> {
  const { subject, links } = request;
  const view = ports.viewOf(subject.kind === "pull" ? subject : { depth: "full", ...pullOf(subject) });
  try {
    return await answerIn(view, request, ports);
  } catch (error) {
    // Without it the comment would say for ever that it is being planned, and the required check would never come.
    const because =
      error instanceof OperatorError
        ? error.message
        : "planning broke on an error nobody foresaw; the run has its stack";
    const { commit } = subject;
    const none = { expected: [], problems: [], unsettled: [], history: [], links };
    await view.show({ ...none, commit, state: { state: "failed", during: "planning", because } });
    throw error;
  }
}

async function answerIn(view: PlanView, { subject, links }: AnswerRequest, ports: AnswerPorts): Promise<PlanComment> {
  const { files } = ports;
  switch (subject.kind) {
    case "closed": {
      const { environments: all, tenants } = await files.now();
      // An environment without tenants need not exist in AWS yet.
      const used = new Set([...tenants.values()].map(({ tenant }) => tenant.environment));
      const environments = new Map([...all].filter(([name]) => used.has(name)));
      return await close({ ...subject, environments, links }, { ...ports, view });
    }
    case "merge-group": {
      const declarations = await files.merge(subject.base);
      return await plan({ ...declarations, commit: subject.commit, depth: "full", links }, { ...ports, view });
    }
    case "pull":
      await refuseOlderMerge(subject, files);
      return await plan({ ...(await files.merge()), ...subject, links }, { ...ports, view });
  }
}

/**
 * GitHub makes merge commits in the background, so the one that was fetched can be of what was pushed before. A check says of a commit
 * only what is true of that commit.
 */
async function refuseOlderMerge(
  { pull, commit }: { readonly pull: number; readonly commit: string },
  files: PlanFiles,
): Promise<void> {
  const merged = await files.merges();
  if (merged === commit) return;
  throw new OperatorError(
    "older-merge",
    `GitHub's merge commit of #${pull} has ${merged.slice(0, 7)}, and its head is ${commit.slice(0, 7)} by now; plan it again`,
  );
}

function pullOf(subject: PlanSubject): { readonly pull?: number } {
  return subject.kind === "merge-group" ? {} : { pull: subject.pull };
}
