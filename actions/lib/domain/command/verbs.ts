/** The words a command can begin with: ours, those people write instead, and those that belong to others. */

/** In the order in which help lists them: look, act, settle. */
export const commandVerbs = [
  "help",
  "status",
  "plan",
  "logs",
  "diagnose",
  "scale",
  "suspend",
  "resume",
  "restart",
  "migrate",
  "rollback",
  "retry",
  "confirm",
  "cancel",
  "unlock",
] as const;

export type CommandVerb = (typeof commandVerbs)[number];

/** Whether `word` is one of our verbs, exactly. */
export function isVerb(word: string): word is CommandVerb {
  return (commandVerbs as readonly string[]).includes(word);
}

/** Words people bring from other tools and from the old scripts. They are never run, only answered. */
export const otherWords: ReadonlyMap<string, CommandVerb> = new Map([
  ["start", "resume"],
  ["unsuspend", "resume"],
  ["stop", "suspend"],
  ["pause", "suspend"],
  ["update-service", "restart"],
  ["redeploy", "restart"],
  ["reload", "restart"],
  ["bounce", "restart"],
  ["deploy", "retry"],
  ["apply", "retry"],
  ["rerun", "retry"],
  ["undo", "rollback"],
  ["revert", "rollback"],
  ["roll-back", "rollback"],
  ["approve-operation", "confirm"],
  ["yes", "confirm"],
  ["abort", "cancel"],
  ["log", "logs"],
  ["tail", "logs"],
  ["health", "status"],
  ["state", "status"],
  ["debug", "diagnose"],
  ["why", "diagnose"],
  ["unlease", "unlock"],
  ["commands", "help"],
]);

/** Slash commands of other bots that read the same comments (Prow, Azure Pipelines, Cloud Build, assistants). They are not for us. */
export const foreignCommands: ReadonlySet<string> = new Set([
  "approve",
  "area",
  "assign",
  "azp",
  "cc",
  "cherry-pick",
  "close",
  "codecov",
  "copilot",
  "gcbrun",
  "gemini",
  "hold",
  "kind",
  "label",
  "lgtm",
  "milestone",
  "ok-to-test",
  "priority",
  "rebase",
  "remove",
  "reopen",
  "retest",
  "review",
  "test",
  "unassign",
  "uncc",
]);
