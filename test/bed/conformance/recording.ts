import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One call or check of a recorded test. Which members are there says what kind of step it is. */
export interface Step {
  readonly id: string;
  readonly service?: string;
  readonly operation?: string;
  readonly params?: Json;
  readonly deploy?: DeployStep;
  readonly destroyStack?: Json;
  readonly waiter?: string;
  readonly match?: string;
  readonly value?: Json;
  readonly assert?: string;
  readonly left?: Json;
  readonly right?: Json;
  readonly expectError?: string;
  readonly polled?: boolean;
  readonly capturePerResourceEvents?: string;
  readonly captureResourceStateChanges?: string;
}

export interface DeployStep {
  readonly stackName: string;
  readonly changeSetType: "CREATE" | "UPDATE";
  readonly templateBody: string;
  readonly parameters: readonly Json[];
  readonly capabilities: readonly string[];
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Transformer {
  readonly kind: string;
  readonly key?: string;
  readonly regex?: string;
  readonly replacement?: string;
  readonly reference?: boolean;
}

interface Common {
  readonly id: string;
  readonly recorded: Readonly<Record<string, Json>>;
  readonly resourceTypes: readonly string[];
  /** Day first. */
  readonly recordedDate: string;
  readonly classes: readonly string[];
  readonly eventsFormat?: "full" | "reduced" | "reduced-no-delete" | null;
  readonly normalisation: {
    readonly substitutions?: readonly { readonly value: string; readonly placeholder: string }[];
    readonly transformers?: readonly Transformer[];
  };
}

/** Two deployments and a deletion, by the recorder's fixed procedure. */
export interface UpdateCase extends Common {
  readonly kind: "update";
  readonly templateBefore: Json;
  readonly parametersBefore: Readonly<Record<string, string>>;
  readonly templateAfter: Json;
  readonly parametersAfter: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  readonly setupSteps?: readonly Step[] | null;
  readonly betweenSteps?: readonly Step[] | null;
  readonly afterSteps?: readonly Step[] | null;
}

export interface ScriptCase extends Common {
  readonly kind: "script";
  readonly steps: readonly Step[];
}

export type RecordedCase = UpdateCase | ScriptCase;

/** All cases of a folder of recordings, in the order of file names. */
export function readCases(folder: string): readonly RecordedCase[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as RecordedCase[]);
}
