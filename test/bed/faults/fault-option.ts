/** The `--fault` option: every fault there is by its word, or an AWS fault as JSON. */
import { faultSchema } from "../aws/faults/fault.ts";
import { awsWords } from "./aws-words.ts";
import type { Beds, FaultWord } from "./fault-word.ts";
import { gitHubWords } from "./github-words.ts";
import { stackWords } from "./stack-words.ts";
import { taskWords } from "./task-words.ts";

export const faultWords: Readonly<Record<string, FaultWord>> = {
  ...awsWords,
  ...taskWords,
  ...stackWords,
  ...gitHubWords,
};

/**
 * Puts a fault as it was typed into the beds.
 *
 * @throws Error that says what is wrong with it and how it is written
 */
export function putFault(beds: Beds, text: string): void {
  if (text.startsWith("{")) {
    const fault = faultSchema.safeParse(JSON.parse(text));
    if (!fault.success)
      throw new Error(fault.error.issues.map(({ path, message }) => [...path, message].join(": ")).join("; "));
    beds.aws.faults.add(fault.data);
    return;
  }
  const [word = "", ...pairs] = text.split(",");
  const known = faultWords[word];
  if (known === undefined) throw new Error(`there is no fault ${word}; there is ${Object.keys(faultWords).join(", ")}`);
  const values = pairs.map((pair): [string, string] => {
    const at = pair.indexOf("=");
    if (at < 1) throw new Error(`${pair} is not name=value; it is written ${known.form}`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  known.put(beds, Object.fromEntries(values));
}

/** Help about all faults, one paragraph each. */
export function faultHelp(): string {
  return Object.values(faultWords)
    .map(({ form, meaning }) => `  ${form}\n      ${meaning}`)
    .join("\n");
}
