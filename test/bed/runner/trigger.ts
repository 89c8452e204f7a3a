/** Whether an event starts a workflow: its name, activity types, and filters of branches, tags and paths. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { isSequence } from "@actions/workflow-parser/templates/tokens/type-guards";
import type { Occasion } from "./occasion.ts";
import { passes } from "./pattern.ts";
import { textAt } from "./payload.ts";
import { member, members, texts, type Workflow } from "./workflow.ts";

export type Triggered = { readonly kind: "yes" } | { readonly kind: "no"; readonly because: string };

/** Decides as GitHub does. A workflow without the event, another workflow's dispatch and every filter give their reason. */
export async function triggers(workflow: Workflow, occasion: Occasion): Promise<Triggered> {
  const { name, payload } = occasion.event;
  if (!workflow.on.has(name)) return no(`it is not run on ${name}`);
  const filter = workflow.on.get(name);
  switch (name) {
    case "workflow_dispatch": {
      const asked = textAt(payload, "workflow");
      const same = asked === workflow.path || asked === workflow.path.replace(/^.*\//, "");
      return same ? YES : no(`${asked} was dispatched`);
    }
    case "schedule": {
      const asked = textAt(payload, "schedule");
      const crons = schedules(filter);
      return crons.includes(asked) ? YES : no(`none of its schedules is ${asked}`);
    }
    case "workflow_run": {
      const finished = textAt(payload, "workflow", "name") || textAt(payload, "workflow_run", "name");
      if (!texts(member(filter, "workflows")).includes(finished)) return no(`it does not follow ${finished}`);
      return filters(filter, { ...occasion, branch: textAt(payload, "workflow_run", "head_branch") });
    }
    default:
      return filters(filter, occasion);
  }
}

/** The cron expressions of `on.schedule`. */
export function schedules(filter: TemplateToken | undefined): readonly string[] {
  return listOf(filter).flatMap((item) => texts(member(item, "cron")));
}

async function filters(filter: TemplateToken | undefined, occasion: Occasion): Promise<Triggered> {
  const { name, payload } = occasion.event;
  const activity = textAt(payload, "action");
  const types = member(filter, "types");
  const accepted = types === undefined ? DEFAULT_TYPES[name] : texts(types);
  if (accepted !== undefined && activity !== "" && !accepted.includes(activity)) {
    return no(`it is not run when the ${name} is ${activity}`);
  }
  const refs = refFilter(filter, occasion);
  if (refs.kind === "no") return refs;
  const only = member(filter, "paths");
  const ignored = member(filter, "paths-ignore");
  if ((only === undefined && ignored === undefined) || occasion.tag !== undefined) return YES;
  const changed = await occasion.changed();
  if (only !== undefined && !changed.some((path) => passes(texts(only), path)))
    return no("no changed path matches paths");
  if (ignored !== undefined && changed.every((path) => passes(texts(ignored), path))) {
    return no("every changed path matches paths-ignore");
  }
  return YES;
}

function refFilter(filter: TemplateToken | undefined, { branch, tag, event }: Occasion): Triggered {
  const keys = new Set(members(filter).map(([key]) => key));
  const namesBranches = keys.has("branches") || keys.has("branches-ignore");
  const namesTags = keys.has("tags") || keys.has("tags-ignore");
  if (branch !== undefined && namesBranches) return named(filter, "branches", branch);
  if (tag !== undefined && namesTags) return named(filter, "tags", tag);
  // A push filter that names only branches never runs for tags, and the other way round.
  if (event.name === "push" && branch !== undefined && namesTags) return no("it is run for tags only");
  if (event.name === "push" && tag !== undefined && namesBranches) return no("it is run for branches only");
  return YES;
}

function named(filter: TemplateToken | undefined, key: "branches" | "tags", name: string): Triggered {
  const only = member(filter, key);
  if (only !== undefined && !passes(texts(only), name)) return no(`${name} does not match ${key}`);
  const ignored = member(filter, `${key}-ignore`);
  if (ignored !== undefined && passes(texts(ignored), name)) return no(`${name} matches ${key}-ignore`);
  return YES;
}

const YES: Triggered = { kind: "yes" };

function no(because: string): Triggered {
  return { kind: "no", because };
}

function listOf(token: TemplateToken | undefined): readonly TemplateToken[] {
  return token !== undefined && isSequence(token) ? [...token] : [];
}

/** Activity types that count where a workflow names none (docs.github.com, "Events that trigger workflows"). */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
  merge_group: ["checks_requested"],
};
