/** An `action.yml`: what it takes, what it gives, what it runs. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { parseActionSource } from "./github-parser.ts";
import { member, members, readSteps, type Step } from "./workflow.ts";

export interface ActionInput {
  readonly name: string;
  readonly required: boolean;
  readonly fallback: TemplateToken | undefined;
}

export type ActionRuns =
  | {
      readonly kind: "node";
      readonly using: string;
      readonly main: string;
      readonly pre: string | undefined;
      readonly preIf: string;
      readonly post: string | undefined;
      readonly postIf: string;
    }
  | { readonly kind: "composite"; readonly steps: readonly Step[] };

export interface Action {
  readonly name: string;
  readonly directory: string;
  readonly inputs: readonly ActionInput[];
  /** Names with the expression of a composite action's output; none for a JavaScript action. */
  readonly outputs: ReadonlyMap<string, TemplateToken | undefined>;
  readonly runs: ActionRuns;
}

/** Reads the action in a folder. Throws with every problem if the file is absent, invalid, or of a kind that is not modelled. */
export function readAction(directory: string, shown: string): Action {
  const file = ["action.yml", "action.yaml"].map((name) => join(directory, name)).find((path) => existsSync(path));
  if (file === undefined) {
    throw new Error(
      `Can't find 'action.yml' or 'action.yaml' under '${shown}'. Did you forget to run actions/checkout before running your local action?`,
    );
  }
  const { root, problems } = parseActionSource(`${shown}/action.yml`, readFileSync(file, "utf8"));
  if (root === undefined || problems.length > 0) {
    const list = problems.map(({ line, message }) => `line ${line ?? "?"}: ${message}`);
    throw new Error(`${shown}/action.yml is not valid: ${list.join("; ")}`);
  }
  return {
    name: member(root, "name")?.toString() ?? shown,
    directory,
    inputs: members(member(root, "inputs")).map(([name, token]) => ({
      name,
      required: member(token, "required")?.toString() === "true",
      fallback: member(token, "default"),
    })),
    outputs: new Map(members(member(root, "outputs")).map(([name, token]) => [name, member(token, "value")])),
    runs: readRuns(member(root, "runs"), shown),
  };
}

function readRuns(runs: TemplateToken | undefined, shown: string): ActionRuns {
  const using = member(runs, "using")?.toString() ?? "";
  if (using === "composite") return { kind: "composite", steps: readSteps(member(runs, "steps")) };
  if (using !== "node24") throw new Error(`${shown} uses ${using}; the runner runs node24 and composite actions only`);
  return {
    kind: "node",
    using,
    main: member(runs, "main")?.toString() ?? "",
    pre: member(runs, "pre")?.toString(),
    preIf: member(runs, "pre-if")?.toString() ?? "always()",
    post: member(runs, "post")?.toString(),
    postIf: member(runs, "post-if")?.toString() ?? "always()",
  };
}
