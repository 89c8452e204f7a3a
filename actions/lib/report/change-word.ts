/** Each change as a word and a symbol: never colour or symbol alone, so that it reads in e-mails, on telephones and aloud. */

import type { PolicyAction, ResourceChange } from "../domain/plan.ts";

export type ChangeWord = "remove" | "replace" | "may replace" | "modify" | "add" | "import" | "undecided" | "sync";

/** The most consequential first. */
const words: readonly (readonly [ChangeWord, string])[] = [
  ["remove", "−"],
  ["replace", "±"],
  ["may replace", "±"],
  ["undecided", "?"],
  ["modify", "~"],
  ["import", "←"],
  ["sync", "="],
  ["add", "+"],
];

/** The word for what happens to one resource. */
export function wordFor({ action, replacement }: Pick<ResourceChange, "action" | "replacement">): ChangeWord {
  switch (action) {
    case "add":
    case "remove":
    case "import":
    case "sync":
      return action;
    // CloudFormation decides it only while it executes: anything may happen.
    case "dynamic":
      return "undecided";
    case "modify":
      return replacement === "always" ? "replace" : replacement === "conditional" ? "may replace" : "modify";
  }
}

/** `± replace` */
export function symbolAndWord(word: ChangeWord): string {
  return `${words.find(([name]) => name === word)?.[1] ?? "?"} ${word}`;
}

/** The higher, the more a reader has to look at it. */
export function consequence(word: ChangeWord): number {
  return words.length - words.findIndex(([name]) => name === word);
}

/** `1 remove, 2 replace, 10 modify`, most consequential first; `no change` of none. */
export function countsInWords(changes: readonly Pick<ResourceChange, "action" | "replacement">[]): string {
  const counts = new Map<ChangeWord, number>();
  for (const change of changes) counts.set(wordFor(change), (counts.get(wordFor(change)) ?? 0) + 1);
  const parts = words.flatMap(([word]) =>
    counts.has(word) ? [`${counts.get(word)?.toLocaleString("en-US")} ${word}`] : [],
  );
  return parts.length === 0 ? "no change" : parts.join(", ");
}

const fates: Readonly<Record<PolicyAction, string>> = {
  Delete: "deleted",
  Retain: "kept in AWS outside the stack",
  Snapshot: "deleted after a snapshot",
  ReplaceAndDelete: "the present one is deleted",
  ReplaceAndRetain: "the present one is kept outside the stack",
  ReplaceAndSnapshot: "the present one is deleted after a snapshot",
};

/** What becomes of the physical resource that goes; undefined when none goes or CloudFormation does not say. */
export function fate({ policyAction }: Pick<ResourceChange, "policyAction">): string | undefined {
  return policyAction === undefined ? undefined : fates[policyAction];
}
