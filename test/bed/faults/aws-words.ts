/** What can go wrong between a client and AWS's APIs. */
import * as z from "zod";
import { calls, count, type FaultWord, faultWord, matching, percent, seconds } from "./fault-word.ts";

const which = "[,service=ecs][,operations=Describe*+List*][,contains=TEXT]";
const turns = { nth: count.default(1), times: z.union([z.literal("every"), count]).default(1) };
const cut = { ...calls, ...turns, when: z.enum(["before", "after"]) };

const connection = (does: "reset" | "hang", meaning: string): FaultWord =>
  faultWord(
    { meaning, form: `${does},when=before|after[,nth=3][,times=2|every]${which}`, values: z.strictObject(cut) },
    ({ aws }, values) => {
      const { nth, times, when } = values;
      aws.faults.add({ kind: "connection", does, nth, times, when: `${when}-effect`, match: matching(values) });
    },
  );

export const awsWords: Readonly<Record<string, FaultWord>> = {
  throttling: faultWord(
    {
      meaning: "so many percent of the calls come too fast",
      form: `throttling,percent=5${which}`,
      values: z.strictObject({ percent, ...calls }),
    },
    ({ aws }, values) => aws.faults.add({ kind: "throttling", percent: values.percent, match: matching(values) }),
  ),
  latency: faultWord(
    {
      meaning: "answers take their time: always the same, or log-normal with a median and a 99th percentile",
      form: `latency,ms=50[,p99=400]${which}`,
      values: z.strictObject({ ms: seconds, p99: seconds.exactOptional(), ...calls }),
    },
    ({ aws }, values) => {
      const { ms, p99 } = values;
      const milliseconds = p99 === undefined ? ms : { median: ms, p99 };
      aws.faults.add({ kind: "latency", milliseconds, match: matching(values) });
    },
  ),
  "stale-reads": faultWord(
    {
      meaning: "a question asked again gets its old answer for so long",
      form: `stale-reads,seconds=5${which}`,
      values: z.strictObject({ seconds, ...calls }),
    },
    ({ aws }, values) =>
      aws.faults.add({ kind: "stale-reads", milliseconds: values.seconds * 1000, match: matching(values) }),
  ),
  "eventual-consistency": faultWord(
    {
      meaning: "what was just made cannot be found for so long",
      form: `eventual-consistency,seconds=5${which}`,
      values: z.strictObject({ seconds, ...calls }),
    },
    ({ aws }, values) =>
      aws.faults.add({
        kind: "eventual-consistency",
        milliseconds: values.seconds * 1000,
        match: matching(values),
      }),
  ),
  "token-buckets": faultWord(
    {
      meaning: "AWS throttles as its published token buckets do; --limits has GitHub's limits as well",
      form: "token-buckets",
      values: z.strictObject({}),
    },
    ({ aws }) => aws.faults.add({ kind: "token-buckets" }),
  ),
  reset: connection("reset", "the connection breaks before the call has its effect, or after"),
  hang: connection("hang", "the answer never comes"),
  error: faultWord(
    {
      meaning: "an error of your choice, without an effect",
      form: `error,code=InternalFailure[,status=500][,nth=3][,times=2|every]${which}`,
      values: z.strictObject({
        code: z.string(),
        status: z.coerce.number().int().min(400).max(599).default(500),
        ...turns,
        ...calls,
      }),
    },
    ({ aws }, values) => {
      const { code, status, nth, times } = values;
      aws.faults.add({ kind: "error", code, status, nth, times, match: matching(values) });
    },
  ),
  "expired-credentials": faultWord(
    {
      meaning: "credentials turn out to be expired",
      form: `expired-credentials[,nth=3][,times=2|every]${which}`,
      values: z.strictObject({ ...turns, ...calls }),
    },
    ({ aws }, values) => {
      const { nth, times } = values;
      aws.faults.add({ kind: "expired-credentials", nth, times, match: matching(values) });
    },
  ),
};
