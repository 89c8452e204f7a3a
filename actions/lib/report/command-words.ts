/** Commands and the rules they keep, in the words of a reply. */

import type { Command } from "../domain/command/grammar.ts";
import { patience, type RuleName } from "../domain/command/rule.ts";
import { tenantOf } from "../domain/command/target-rules.ts";
import type { CommandVerb } from "../domain/command/verbs.ts";

/** How a verb reads while it is done, when it is done, and when it is not. */
const forms: Readonly<Record<CommandVerb, readonly [doing: string, done: string, toDo: string]>> = {
  help: ["Explaining", "Explained", "explain"],
  status: ["Looking at", "Status of", "show the status of"],
  plan: ["Planning", "Planned", "plan"],
  logs: ["Reading logs of", "Logs of", "read logs of"],
  diagnose: ["Diagnosing", "Diagnosis of", "diagnose"],
  scale: ["Scaling", "Scaled", "scale"],
  suspend: ["Suspending", "Suspended", "suspend"],
  resume: ["Resuming", "Resumed", "resume"],
  restart: ["Restarting", "Restarted", "restart"],
  migrate: ["Migrating", "Migrated", "migrate"],
  rollback: ["Rolling back", "Rolled back", "roll back"],
  retry: ["Continuing", "Took up again", "go on with"],
  confirm: ["Confirming", "Confirmed", "confirm"],
  cancel: ["Cancelling", "Cancelled", "cancel"],
  unlock: ["Unlocking", "Unlocked", "unlock"],
};

/** `Scaling hospital-a`, `Status of all tenants`, `roll back hospital-a`. */
export function inWords(command: Command, form: "doing" | "done" | "to do"): string {
  const [doing, done, toDo] = forms[command.verb];
  return `${{ doing, done, "to do": toDo }[form]} ${object(command)}`;
}

/** What a rule asks for. */
export const ruleWords: Readonly<Record<RuleName, string>> = {
  author: "Written by a person",
  comment: "Not edited since",
  fresh: `Not older than ${patience} minutes`,
  "re-run": "Run by its author",
  replay: "Not carried out before",
  permission: "Write permission",
  operator: "Operator of the environment",
  tenant: "Tenant",
  state: "State of the tenant",
  limits: "Limits of the tier",
  database: "Database of its own",
  freeze: "Freeze windows",
  confirmation: "Second person",
};

function object(command: Command): string {
  if ("operation" in command) return command.operation;
  if (command.verb === "help") return "the commands";
  // Whichever tenant is named, the plan is of the whole pull request: that is what is reviewed and merged.
  if (command.verb === "plan") return "this pull request";
  const tenant = tenantOf(command) ?? "all tenants";
  const service = "service" in command ? command.service : undefined;
  return service === undefined ? tenant : `${tenant} ${service}`;
}
