/** Jobs that call a reusable workflow: inputs and secrets in, the called jobs, outputs back. */
import { evaluate, evaluateText, evaluateTexts, type Scope } from "./expression.ts";
import { readInputs } from "./inputs.ts";
import { type Graph, type Instance, runGraph } from "./job-graph.ts";
import { recordUnstarted } from "./job-instance.ts";
import { ALL_WELL, type InstanceResult, resultsContext } from "./job-outcome.ts";
import { permissionsOf } from "./permissions.ts";
import { type CallJob, member, members } from "./workflow.ts";

/** Runs the called workflow as part of the run. Its jobs appear as `caller / called`. */
export async function runCall(job: CallJob, graph: Graph, instance: Instance): Promise<InstanceResult> {
  const workflow = graph.called.get(job);
  if (workflow === undefined) throw new Error(`${job.uses} was not loaded`);
  const declared = workflow.on.get("workflow_call");
  const scope: Scope = {
    contexts: { ...instance.contexts, secrets: await graph.secrets(undefined) },
    status: ALL_WELL,
  };
  const given = Object.fromEntries(members(job.with).map(([name, value]) => [name, evaluate(value, scope)]));
  const inputs = readInputs(declared, given, scope);
  if (inputs.kind === "refused") {
    recordUnstarted(job, graph, { name: instance.name, outcome: "failure", because: inputs.problems.join("; ") });
    return { outcome: "failure", outputs: {}, fresh: true };
  }
  const passed = job.secrets?.toString() === "inherit" ? undefined : evaluateTexts(job.secrets, scope);
  const result = await runGraph({
    ...graph,
    workflow,
    inputs: inputs.inputs,
    secrets: passed === undefined ? graph.secrets : async () => passed,
    prefix: { key: `${graph.prefix.key}${job.id}/`, name: `${graph.prefix.name}${instance.name} / ` },
    ceiling: permissionsOf(job, graph.workflow, graph.ceiling),
    cancellation: instance.cancellation,
  });
  const contexts = { ...instance.contexts, inputs: inputs.inputs, jobs: resultsContext(result.jobs) };
  const outputs: Record<string, string> = {};
  for (const [name, output] of members(member(declared, "outputs"))) {
    const value = member(output, "value");
    outputs[name] = value === undefined ? "" : evaluateText(value, { contexts, status: ALL_WELL });
  }
  return { outcome: result.outcome, outputs, fresh: result.fresh };
}
