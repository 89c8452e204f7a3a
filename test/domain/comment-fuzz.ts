/** Generated comments, each read and held against an independent word of what may run. */
import fc from "fast-check";
import { type Reading, readComment } from "../../actions/lib/domain/command/read-comment.ts";
import { KNOWN, nearlyACommand } from "./commands.ts";

export interface ManyRead {
  /** How many were commands, and how many were answered. */
  readonly ran: number;
  readonly answered: number;
  /** The first that broke the parser, or ran although it is no command, made as short as it can be; undefined if none did. */
  readonly wrong: string | undefined;
}

/** Reads so many comments: commands, commands somebody put something into or took something out of, and anything at all. */
export function readMany(comments: number): ManyRead {
  let [ran, answered] = [0, 0];
  const any = fc.oneof({ weight: 8, arbitrary: nearlyACommand }, fc.string({ unit: "binary" }));
  const property = fc.property(any, (body) => {
    const reading = readComment(body, KNOWN);
    if (reading.kind === "command") ran++;
    if (reading.kind === "help") answered++;
    return isRight(reading, body);
  });
  const found = fc.check(property, { numRuns: comments });
  const wrong = found.failed
    ? `${JSON.stringify(found.counterexample)}: ${String(found.errorInstance ?? "ran")}`
    : undefined;
  return { ran, answered, wrong };
}

/** What may run, said once more and independently: one plain line of known words. */
const exact = new RegExp(
  `^ {0,3}/(?:${[
    "help(?: +[a-z]+)?",
    "(?:status|plan)(?: +TENANT)?",
    "logs +TENANT +SERVICE(?: +since +TIME)?",
    "diagnose +TENANT",
    "scale +TENANT(?: +(?:django|celery))? +COUNT(?: +for +TIME)?(?: +because +REASON)?",
    "scale +TENANT(?: +(?:django|celery))? +COUNT +because +REASON",
    "suspend +TENANT(?: +stop-database)?(?: +REASON)?",
    "(?:resume|migrate|retry|unlock) +TENANT(?: +because +REASON)?",
    "restart +TENANT(?: +SERVICE)?(?: +because +REASON)?",
    "rollback +TENANT(?: +RELEASE)?(?: +because +REASON)?",
    "(?:confirm|cancel) +op-[a-z0-9]{1,16}",
  ].join("|")}) *$`
    .replaceAll("TENANT", `(?:${KNOWN.tenants.join("|")})`)
    .replaceAll("SERVICE", "(?:django|celery|beat)")
    .replaceAll("COUNT", "[1-9]\\d{0,3}(?:-[1-9]\\d{0,3})?")
    .replaceAll("TIME", "[1-9]\\d*[mhd]")
    .replaceAll("RELEASE", "v\\d+\\.\\d+\\.\\d+(?:-[0-9A-Za-z.-]+)?")
    .replaceAll("REASON", "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} .,;:'’\"!?&()/+%#=–—-]*"),
  "u",
);

function isRight(reading: Reading, body: string): boolean {
  switch (reading.kind) {
    case "ignore":
      return true;
    case "command":
      return exact.test(body.split(/\r\n|\r|\n/).find((line) => /\S/.test(line)) ?? "");
    case "help":
      // What is suggested has to be a command itself.
      return (
        reading.because.length > 0 &&
        (reading.suggestion === undefined || readComment(reading.suggestion, KNOWN).kind === "command")
      );
  }
}
