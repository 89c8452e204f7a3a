/** Replies to commands at every moment of their life, believable or with hostile text in every place where others write. */

import type { Command } from "../../actions/lib/domain/command/grammar.ts";
import { readComment } from "../../actions/lib/domain/command/read-comment.ts";
import type { CommandReply, ReplyState } from "../../actions/lib/domain/command/reply.ts";
import { broken, kept } from "../../actions/lib/domain/command/rule.ts";
import { LINKS } from "./plans.ts";

export const KNOWN = { tenants: ["hospital-a", "clinic-b", "trial-c"] };

export function aReply(reply: ReplyState, change: Partial<CommandReply> = {}): CommandReply {
  return { comment: 2_847_561_234, by: "ada", run: LINKS.run, ignoredLines: 0, reply, ...change };
}

export function command(line: string): Command {
  const reading = readComment(line, KNOWN);
  if (reading.kind !== "command") throw new Error(`${line} is no command`);
  return reading.command;
}

function nearMiss(line: string): ReplyState {
  const answer = readComment(line, KNOWN);
  if (answer.kind !== "help") throw new Error(`${line} is not answered`);
  return { state: "near-miss", answer };
}

const operation = "op-1b3cx9k2";
const scale = command("/scale hospital-a 4");
const suspend = command("/suspend hospital-a the contract ended");
const FILE = "tenants/hospital-a.yml";

export const replies: Readonly<Record<string, ReplyState>> = {
  help: { state: "help" },
  "help-scale": { state: "help", about: "scale" },
  "near-miss": nearMiss("/sclae hosptial-a 4"),
  "near-miss-without-suggestion": nearMiss("/scale hospital-a celery"),
  refused: {
    state: "refused",
    command: command("/scale hospital-a 40"),
    rules: [
      broken("limits", "40 is outside the 2 to 10 of tier enterprise", "/scale hospital-a 10"),
      kept("author", "ada is a person"),
      kept("permission", "ada has write"),
      kept("operator", "team on-call may scale on enterprise tenants"),
    ],
  },
  held: {
    state: "held",
    command: scale,
    holder: "the deployment of #57",
    since: "2026-11-23T03:10:00Z",
    run: LINKS.run,
  },
  waiting: {
    state: "waiting",
    command: suspend,
    operation,
    because: ["hospital-a is an enterprise tenant"],
    what: "stops 6 tasks",
    until: "2026-11-23T03:27:00Z",
  },
  expired: { state: "dropped", command: suspend, operation, how: "expired" },
  cancelled: { state: "dropped", command: suspend, operation, how: "cancelled", by: "bo" },
  working: {
    state: "working",
    command: scale,
    operation,
    what: "django 2-10 → 4-10",
    progress: ["floor of auto scaling set to 4", "3 of 4 tasks run"],
  },
  done: {
    state: "done",
    command: scale,
    operation,
    changes: [{ what: "django", before: "2-10", after: "4-10" }],
    running: "4 of 4 django tasks are healthy",
    durationMs: 112_000,
    recorded: { where: "pull request", file: FILE, number: 61, address: LINKS.summary, merge: "automatic" },
    notes: [],
  },
  "done-and-confirmed": {
    state: "done",
    command: suspend,
    operation,
    changes: [
      { what: "state", before: "active", after: "suspended" },
      { what: "tasks", before: "6", after: "0" },
    ],
    running: "no task runs; all data is kept",
    durationMs: 84_000,
    recorded: { where: "branch", file: FILE, commit: "4c1d9e2f0a7b6c5d8e9f", address: LINKS.summary },
    confirmedBy: "bo",
    notes: ["AWS starts a stopped database by itself after 7 days"],
  },
  "done-for-a-time": {
    state: "done",
    command: command("/scale hospital-a 8 for 3h"),
    operation,
    changes: [{ what: "django", before: "4-10", after: "8-10" }],
    running: "8 of 8 django tasks are healthy",
    durationMs: 95_000,
    recorded: { where: "nowhere", because: "it ends by itself" },
    until: "2026-11-23T06:12:00Z",
    notes: [],
  },
  "done-not-recorded": {
    state: "done",
    command: scale,
    operation,
    changes: [{ what: "django", before: "2-10", after: "4-10" }],
    running: "4 of 4 django tasks are healthy",
    durationMs: 112_000,
    recorded: { where: "failed", cause: "the branch is protected", file: FILE },
    notes: [],
  },
  "done-recording": {
    state: "done",
    command: scale,
    operation,
    changes: [{ what: "django", before: "2-10", after: "4-10" }],
    running: "4 of 4 django tasks are healthy",
    durationMs: 112_000,
    recorded: { where: "not yet" },
    notes: [],
  },
  unchanged: { state: "unchanged", command: scale, operation, running: "4 of 4 django tasks are healthy" },
  status: {
    state: "answered",
    command: command("/status hospital-a"),
    summary: "hospital-a is settled",
    facts: [
      { what: "Release", is: "v1.4.0" },
      { what: "django", is: "4 of 4 tasks healthy, 4-10", instead: "2-10 in git, override by ada (op-1b3c)" },
    ],
    lines: [],
    next: [],
  },
  logs: {
    state: "answered",
    command: command("/logs hospital-a django since 15m"),
    summary: "2 lines of the last 15 minutes",
    facts: [],
    lines: ["03:10:02 GET /health 200", "03:10:07 GET /health 200"],
    next: [command("/diagnose hospital-a")],
  },
  failed: {
    state: "failed",
    command: scale,
    operation,
    cause: "no capacity: RESOURCE:MEMORY in us-east-1a and us-east-1b",
    evidence: ["03:12:09 service was unable to place a task", "03:12:24 service was unable to place a task"],
    running: "3 of 4 django tasks run",
    next: [scale, command("/diagnose hospital-a")],
    reasonCode: "not-settled-in-time",
  },
};

/** Every reply in which every text that comes from elsewhere is this one. */
export function repliesWith(foreign: string): readonly ReplyState[] {
  const own = `x${foreign}`;
  const changes = [
    { what: own, before: own, after: own },
    { what: own, before: own, after: own },
  ];
  const done = {
    state: "done",
    command: scale,
    operation,
    running: own,
    durationMs: 1,
    until: own,
    confirmedBy: own,
    notes: [own, own],
  } as const;
  return [
    { state: "near-miss", answer: { kind: "help", because: [own, own], usage: `/x${own}`, verb: "scale" } },
    { state: "near-miss", answer: { kind: "help", because: [own], suggestion: `/x${own}` } },
    { state: "refused", command: scale, rules: [broken("operator", own, `/x${own}`), kept("tenant", own)] },
    { state: "held", command: scale, holder: own, since: own },
    { state: "waiting", command: suspend, operation, because: [own, own], what: own, until: own },
    { state: "dropped", command: suspend, operation, how: "cancelled", by: own },
    { state: "working", command: scale, operation, what: own, progress: [own, own] },
    { ...done, changes, recorded: { where: "nowhere", because: own } },
    { ...done, changes: changes.slice(1), recorded: { where: "failed", cause: own, file: own } },
    { ...done, changes, recorded: { where: "branch", file: own, commit: own, address: LINKS.run } },
    { state: "unchanged", command: scale, operation, running: own },
    {
      state: "answered",
      command: scale,
      summary: own,
      facts: [{ what: own, is: own, instead: own }],
      lines: [own, own],
      next: [scale],
    },
    {
      state: "failed",
      command: scale,
      operation,
      cause: own,
      evidence: [own, own],
      running: own,
      next: [scale],
      reasonCode: own,
    },
  ];
}
