/** Commands to read: arbitrary ones, and comments that nearly are one. */

import fc from "fast-check";
import type { Command } from "../../actions/lib/domain/command/grammar.ts";
import { commandVerbs } from "../../actions/lib/domain/command/verbs.ts";
import { writeCommand } from "../../actions/lib/domain/command/write-command.ts";

/** Among them names that are words of the grammar. */
export const KNOWN = { tenants: ["hospital-a", "hospital-b", "clinic-b", "trial-c", "for", "since", "because"] };

const tenant = fc.constantFrom(...KNOWN.tenants);
const service = fc.constantFrom("django" as const, "celery" as const, "beat" as const);
const scalable = fc.constantFrom("django" as const, "celery" as const);
const range = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }));
const count = fc.oneof(
  fc.integer({ min: 1, max: 1000 }),
  range.map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
);
const reason = fc
  .array(fc.constantFrom("clinic", "opens", "for", "because", "since", "Änderung", "4", "(ward 3)", "“x”", "it's"), {
    minLength: 3,
    maxLength: 12,
  })
  .chain((words) =>
    fc.constantFrom("so", "so", "because", "stop-database", "stop-databse").map((first) => [first, ...words]),
  )
  // Names alone are no reason.
  .filter((words) => words.some((word) => !KNOWN.tenants.includes(word)))
  .map((words) => words.join(" ").replace(/[“”]/g, '"'));
const release = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(99)).map((numbers) => `v${numbers.join(".")}`);
const operation = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map((id) => `op-${id.toString(36)}`);

/** Any command there can be. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record(
    { verb: fc.constant("help" as const), about: fc.constantFrom(...commandVerbs) },
    { requiredKeys: ["verb"] },
  ),
  fc.record({ verb: fc.constantFrom("status" as const, "plan" as const), tenant }, { requiredKeys: ["verb"] }),
  fc.record(
    { verb: fc.constant("logs" as const), tenant, service, since: fc.integer({ min: 1, max: 7 * 1440 }) },
    { requiredKeys: ["verb", "tenant", "service"] },
  ),
  fc.record(
    {
      verb: fc.constant("scale" as const),
      tenant,
      service: scalable,
      count,
      period: fc.integer({ min: 10, max: 14 * 1440 }),
      reason,
    },
    { requiredKeys: ["verb", "tenant", "count"] },
  ),
  fc.record({ verb: fc.constant("restart" as const), tenant, service, reason }, { requiredKeys: ["verb", "tenant"] }),
  fc.record({ verb: fc.constant("rollback" as const), tenant, release, reason }, { requiredKeys: ["verb", "tenant"] }),
  fc.record(
    { verb: fc.constant("suspend" as const), tenant, database: fc.constant("stop" as const), reason },
    { requiredKeys: ["verb", "tenant"] },
  ),
  fc.record(
    {
      verb: fc.constantFrom("resume" as const, "migrate" as const, "retry" as const, "unlock" as const),
      tenant,
      reason,
    },
    { requiredKeys: ["verb", "tenant"] },
  ),
  fc.record({ verb: fc.constant("diagnose" as const), tenant }),
  fc.record({ verb: fc.constantFrom("confirm" as const, "cancel" as const), operation }),
);

const intruders = [
  "\u00a0",
  "\u200b",
  "\u202e",
  "\ufeff",
  "\u2028",
  "\u0085",
  "\t",
  "\r",
  "\r\n",
  "\n",
  "\0",
  "\ud800",
  "\u{e0041}",
  "／",
  "４",
  "/",
  "-",
  " ",
  "  ",
  "    ",
  ">",
  "> ",
  "`",
  "```\n",
  "<!-- ",
  "-->",
  "**",
  "@ada ",
  "$(id)",
  "{{ x }}",
  ";",
  "0",
  "9",
  "x",
  "Ж",
  "for ",
  "because ",
  "On Monday Ada wrote:\n",
];

/** A comment that is a command, or was one before somebody put something into it, took something out or turned it round. */
export const nearlyACommand: fc.Arbitrary<string> = fc
  .tuple(
    anyCommand.map(writeCommand),
    fc.array(
      fc.record({
        at: fc.nat(120),
        gone: fc.constantFrom(0, 0, 1, 3),
        put: fc.oneof(fc.constantFrom(...intruders), fc.string({ unit: "binary", maxLength: 3 })),
      }),
      { maxLength: 3 },
    ),
    fc.constantFrom("", "", "\n", "\r\n\r\n", "  \n"),
    fc.constantFrom("", "", "\n", "\r\nthanks\r\n", "\n/suspend hospital-a\n"),
  )
  .map(([line, edits, before, after]) => before + edits.reduce(edited, line) + after);

function edited(
  text: string,
  { at, gone, put }: { readonly at: number; readonly gone: number; readonly put: string },
): string {
  const from = at % (text.length + 1);
  return text.slice(0, from) + put + text.slice(from + gone);
}
