import { isArray, isObject } from "./answer.ts";
import type { Json, RecordedCase } from "./recording.ts";
import { type Bindings, type Mismatch, type Rules, unify } from "./unify.ts";

/** Who gave the answer that was compared. */
export type Speaker = "cloudformation" | "another service";

/** What became of one recorded value or check. */
export type Check = { readonly key: string; readonly speaker: Speaker } & (
  | { readonly verdict: "agrees" }
  | { readonly verdict: "differs"; readonly mismatch: Mismatch }
  | { readonly verdict: "not modelled"; readonly because: string }
);

/** Compares answers with the recordings of one case, and remembers what its tokens stand for. */
export interface Checker {
  readonly checks: readonly Check[];
  match(key: string, bed: Json | undefined, speaker?: Speaker): void;
  /** The recorded value fits one of these. */
  matchAny(key: string, candidates: readonly Json[], speaker?: Speaker): void;
  note(check: Check): void;
  /** From now on this text of the bed reads as that one, as the recorder's own rules had it. */
  rewrite(from: string, to: string): void;
}

/** Members that AWS has added to answers since most of the recordings were made. */
const NEWER = new Set(["LastOperations", "OperationId", "ClientRequestToken", "PolicyAction"]);
const UNORDERED = [
  "Details",
  "Parameters",
  "Outputs",
  "Capabilities",
  "Tags",
  "Scope",
  "ResourceTypes",
  "ResourceIdentifierSummaries",
  "StackResources",
];

/** A checker for a case. */
export function checkerFor(recording: RecordedCase): Checker {
  const transformers = recording.normalisation.transformers ?? [];
  const sorted = transformers.flatMap(({ kind, key }) => (kind === "sort" && key !== undefined ? [key] : []));
  const hidden = new Set(
    transformers.flatMap(({ reference, replacement }) =>
      reference === false && replacement !== undefined ? [replacement] : [],
    ),
  );
  const rules: Rules = {
    unordered: new Set([...UNORDERED, ...sorted]),
    newer: NEWER,
    ignored: (path, value) =>
      (path.at(-1) === "Replacement" &&
        path.at(-2) === "ResourceChange" &&
        value === "True" &&
        isLoneReplacement(recording, path)) ||
      // boto3 repeats the message of a JSON service beside the error.
      (path.length === 2 && /^[Mm]essage$/.test(path[1] ?? "")) ||
      (typeof value === "string" && hidden.has(value)),
  };
  let bindings: Bindings = new Map([
    ["<partition>", "aws"],
    ["<region>", "us-east-1"],
    ...(recording.normalisation.substitutions ?? []).map(({ placeholder, value }): [string, string] => [
      placeholder,
      value,
    ]),
  ]);
  const checks: Check[] = [];
  const rewrites: (readonly [string, string])[] = [];
  const rewritten = (bed: Json): Json => rewrites.reduce<Json>((value, [from, to]) => replacedIn(value, from, to), bed);
  for (const { kind, regex = "", replacement = "" } of transformers)
    if (kind === "regex" && !regex.includes("@{") && !replacement.startsWith("<") && /^[\w.-]+$/.test(regex))
      rewrites.push([regex, replacement]);
  return {
    checks,
    note: (check) => void checks.push(check),
    rewrite: (from, to) => void rewrites.push([from, to]),
    match: (key, bed, speaker = "cloudformation") => {
      const value = recording.recorded[key];
      if (value === undefined) return;
      const result = unify(value, bed === undefined ? undefined : rewritten(bed), { bindings, rules, path: [key] });
      if (result.agrees) bindings = result.bindings;
      checks.push(
        result.agrees
          ? { verdict: "agrees", key, speaker }
          : { verdict: "differs", key, speaker, mismatch: result.mismatch },
      );
    },
    matchAny: (key, candidates, speaker = "cloudformation") => {
      const value = recording.recorded[key];
      if (value === undefined) return;
      const results = candidates.map((bed) => unify(value, rewritten(bed), { bindings, rules, path: [key] }));
      const fitting = results.find((result) => result.agrees);
      if (fitting?.agrees === true) {
        bindings = fitting.bindings;
        checks.push({ verdict: "agrees", key, speaker });
        return;
      }
      const [first] = results;
      const none = { path: key, recorded: JSON.stringify(value).slice(0, 200), bed: "(none of them)" };
      checks.push({
        verdict: "differs",
        key,
        speaker,
        mismatch: first === undefined || first.agrees ? none : first.mismatch,
      });
    },
  };
}

/** AWS gave Replacement "True" for additions until May 2025; the bed does as AWS does now. */
function isLoneReplacement(recording: RecordedCase, path: readonly string[]): boolean {
  let value: Json | undefined = recording.recorded;
  for (const key of path.slice(0, -1))
    value = isArray(value) ? value[Number(key)] : isObject(value) ? value[key] : undefined;
  return isObject(value) && value.Action === "Add";
}

function replacedIn(value: Json, from: string, to: string): Json {
  if (typeof value === "string") return value.replaceAll(from, to);
  if (isArray(value)) return value.map((entry) => replacedIn(entry, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, replacedIn(entry, from, to)]));
}
