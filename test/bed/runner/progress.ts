/** How what happens is put into one line for people who watch. */
import type { Progress } from "./engine.ts";
import type { Conclusion } from "./host.ts";
import type { Graph } from "./job-graph.ts";
import type { JobState } from "./run-state.ts";

/** `plan #3 › plan (hospital-a)` */
export function jobLabel({ run }: Pick<Graph, "run">, state: JobState): string {
  return `${run.facts.workflowName} #${run.facts.number} › ${state.name}`;
}

/** The part of a progress report that says which job it is about. */
export function aboutJob({ run }: Pick<Graph, "run">, state: JobState): Omit<Progress, "at" | "state" | "text"> {
  return {
    runId: run.facts.id,
    workflow: run.facts.workflowName,
    job: state.name,
    step: undefined,
    kind: "job",
    conclusion: undefined,
  };
}

/** A step's name with the commits in it cut to what people compare. */
export function shortened(name: string): string {
  return name.replace(/\b([0-9a-f]{7})[0-9a-f]{33}\b/g, "$1");
}

/** A sign for an end; a dot for what goes on. */
export function markOf(conclusion: Conclusion | undefined): string {
  switch (conclusion) {
    case "success":
      return "✓";
    case "failure":
    case "startup_failure":
      return "✗";
    case "cancelled":
      return "⊘";
    case "skipped":
      return "–";
    case undefined:
      return "·";
  }
}
