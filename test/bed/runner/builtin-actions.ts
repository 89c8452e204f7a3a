/** The few actions of others that the runner knows itself, since the bed has no internet to fetch them from. */
import { checkout } from "./checkout.ts";
import type { StepExecution } from "./job-context.ts";
import { uploadPages } from "./pages.ts";
import type { StepResult } from "./step-result.ts";

export type BuiltinAction = (inputs: Readonly<Record<string, string>>, execution: StepExecution) => Promise<StepResult>;

/** The built-in of `owner/name@ref`, at whatever ref. */
export function builtinAction(uses: string): BuiltinAction | undefined {
  const [name = ""] = uses.split("@");
  return BUILTINS[name];
}

const BUILTINS: Readonly<Record<string, BuiltinAction>> = {
  "actions/checkout": checkout,
  "actions/upload-pages-artifact": uploadPages,
  "actions/setup-node": async (inputs, { record }) => {
    const asked = inputs["node-version"] ?? inputs["node-version-file"] ?? "any version";
    record.print(`the runner already has Node ${process.versions.node} on the path; asked for ${asked}`);
    return { outcome: "success", outputs: { "node-version": `v${process.versions.node}`, "cache-hit": "false" } };
  },
};
