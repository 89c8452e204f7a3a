/** What can go wrong between a client and GitHub. */
import * as z from "zod";
import type { FaultEffect } from "../github/faults.ts";
import { count, type FaultWord, faultWord, percent, seconds } from "./fault-word.ts";

const calls = {
  method: z.enum(["GET", "POST", "PATCH", "PUT", "DELETE"]).exactOptional(),
  path: z.string().exactOptional(),
  nth: count.exactOptional(),
  percent: percent.exactOptional(),
} as const;
const which = "[,method=POST][,path=/comments][,nth=2][,percent=10]";

/** A word that adds one effect; which calls it hits is written the same way everywhere. */
function gitHubWord<S extends z.ZodRawShape>(
  about: { readonly meaning: string; readonly form: string; readonly values: S },
  effect: (values: z.infer<z.ZodObject<S>>) => FaultEffect,
): FaultWord {
  const own = z.object(about.values);
  return faultWord(
    { meaning: about.meaning, form: about.form + which, values: z.strictObject({ ...about.values, ...calls }) },
    ({ github }, values) => {
      const { method, path, nth, percent: share } = z.object(calls).parse(values);
      github.faults.add({
        effect: effect(own.parse(values)),
        ...(method !== undefined && { method }),
        ...(path !== undefined && { path: new RegExp(path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) }),
        ...(nth !== undefined && { calls: [nth] }),
        ...(share !== undefined && { probability: share / 100 }),
      });
    },
  );
}

export const gitHubWords: Readonly<Record<string, FaultWord>> = {
  "github-error": gitHubWord(
    {
      meaning: "GitHub answers 500, 502, 503 or 504",
      form: "github-error,status=502",
      values: { status: z.literal(["500", "502", "503", "504"]) },
    },
    ({ status }) => ({ kind: "status", status: Number(status) as 500 | 502 | 503 | 504 }),
  ),
  "github-secondary-limit": gitHubWord(
    {
      meaning: "GitHub's secondary rate limit, with so many seconds to wait",
      form: "github-secondary-limit[,seconds=60]",
      values: { seconds: seconds.default(60) },
    },
    ({ seconds: retryAfterSeconds }) => ({ kind: "secondary-limit", status: 403, retryAfterSeconds }),
  ),
  "github-stale": gitHubWord(
    { meaning: "lists of comments are so old", form: "github-stale,seconds=5", values: { seconds } },
    ({ seconds: age }) => ({ kind: "stale", milliseconds: age * 1000 }),
  ),
  "github-reset": gitHubWord(
    {
      meaning: "the connection to GitHub breaks",
      form: "github-reset,when=before|after",
      values: { when: z.enum(["before", "after"]) },
    },
    ({ when }) => ({ kind: "reset", when }),
  ),
  "github-latency": gitHubWord(
    { meaning: "GitHub takes its time", form: "github-latency,ms=200", values: { ms: seconds } },
    ({ ms }) => ({ kind: "latency", milliseconds: ms }),
  ),
  "github-mergeable-unknown": gitHubWord(
    {
      meaning: "GitHub still computes whether a pull request can be merged",
      form: "github-mergeable-unknown",
      values: {},
    },
    () => ({ kind: "mergeable-unknown" }),
  ),
};
