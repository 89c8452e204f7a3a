import { describe, expect, test } from "vitest";
import { readComment } from "../../actions/lib/domain/command/read-comment.ts";
import { KNOWN } from "./commands.ts";

const read = (body: string) => readComment(body, KNOWN);

describe("a near miss gets an answer", () => {
  test.for([
    ["/sclae hospital-a 4", 'no command is called "/sclae"; did you mean /scale?', "/scale hospital-a 4"],
    ["/Scale hospital-a 4", "did you mean /scale?", "/scale hospital-a 4"],
    ["/sсale hospital-a 4", "did you mean /scale?", "/scale hospital-a 4"],
    ["/scale: hospital-a 4", "did you mean /scale?", "/scale hospital-a 4"],
    ["/update-service hospital-a django", "did you mean /restart?", "/restart hospital-a django"],
    ["/start hospital-a", "did you mean /resume?", "/resume hospital-a"],
    ["/frobnicate hospital-a", 'no command is called "/frobnicate"', undefined],
    ["/frobnicate", 'no command is called "/frobnicate"', undefined],
    ["/scale hosptial-a 4", 'no tenant is called "hosptial-a"; did you mean hospital-a?', "/scale hospital-a 4"],
    ["/scale Hospital-A 4", "did you mean hospital-a?", "/scale hospital-a 4"],
    ["/scale 4", 'the tenant comes first, got "4"; no command has a default tenant', undefined],
    ["/restart django", 'the tenant comes first, got "django"', undefined],
    ["/scale hospital-a djngo 4", "did you mean django?", "/scale hospital-a django 4"],
    ["/scale hospital-a beat 2", "beat has no count", undefined],
    ["/scale hospital-a", "count is missing", undefined],
    ["/scale hospital-a many", "count must be a number of tasks from 1 to 1000 or min-max", undefined],
    ["/scale hospital-a 0", "count 0 would stop the service", undefined],
    ["/scale hospital-a -4", "count must be a number", undefined],
    ["/scale hospital-a 4.5", "count must be a number", undefined],
    ["/scale hospital-a 1001", "count must be a number", undefined],
    ["/scale hospital-a 04", "did you mean 4?", "/scale hospital-a 4"],
    ["/scale hospital-a 4..8", "did you mean 4-8?", "/scale hospital-a 4-8"],
    ["/scale hospital-a 8-4", "count 8-4 has min above max", "/scale hospital-a 4-8"],
    ["/scale hospital-a 4 django", '"django" stands in the wrong place for the service', "/scale hospital-a django 4"],
    ["/scale hospital-a 4 3h", 'write "for 3h"', "/scale hospital-a 4 for 3h"],
    ["/scale hospital-a 4 for for 10m", "nothing follows for", undefined],
    ["/scale hospital-a 4 for", "nothing follows for", undefined],
    ["/scale hospital-a 4 for 3hours", "did you mean 3h?", "/scale hospital-a 4 for 3h"],
    ["/scale hospital-a 4 for 30d", "for is at most 14d, got 30d", "/scale hospital-a 4 for 14d"],
    ["/scale hospital-a 4 for 3h for 4h", '"for 4h" does not belong here', undefined],
    [
      "/scale hospital-a 4 the clinic is full",
      'write "because the clinic is full"',
      "/scale hospital-a 4 because the clinic is full",
    ],
    ["/scale hospital-a 4 because busy", "reason must be a few words of at least 10 characters", undefined],
    ["/suspend clinic-b --stop-database", "did you mean stop-database?", "/suspend clinic-b stop-database"],
    ["/suspend clinic-b stop-databse", "did you mean stop-database?", "/suspend clinic-b stop-database"],
    [
      "/suspend clinic-b stop_db closed for the summer",
      "did you mean stop-database?",
      "/suspend clinic-b stop-database closed for the summer",
    ],
    ["/suspend hospital-a django", "names alone are no reason", undefined],
    ["/suspend clinic-b django because it floods the queue", "names alone are no reason", undefined],
    ["/suspend trial-c and clinic-b because their trials ended", "names alone are no reason", undefined],
    ["/suspend hospital-a asked for by @ada today", "reason may have letters", undefined],
    ["/suspend hospital-a <!-- and all others -->", "reason may have letters", undefined],
    ["/suspend hospital-a hospital-b", "one command is for one tenant", undefined],
    ["/suspend hospital-a and hospital-b, clinic-b", "one command is for one tenant", undefined],
    ["/suspend hospital-a hosptial-b", "reason must be a few words", undefined],
    ["/logs hospital-a django 15m", 'write "since 15m"', "/logs hospital-a django since 15m"],
    ["/rollback hospital-a 1.3.0", "did you mean v1.3.0?", "/rollback hospital-a v1.3.0"],
    ["/confirm 1b3c", "did you mean op-1b3c?", "/confirm op-1b3c"],
    ["/help sclae", "did you mean scale?", "/help scale"],
    ["/help /scale", "did you mean scale?", "/help scale"],
    ["/plan nowhere-at-all", 'no tenant is called "nowhere-at-all"', undefined],
    ["/status hospital-a now", '"now" does not belong here', undefined],
    ["/ scale hospital-a 4", "no space may stand after the slash", "/scale hospital-a 4"],
    ["scale hospital-a 4", "a command starts with a slash", "/scale hospital-a 4"],
    ["／scale hospital-a 4", "a command starts with a plain slash", "/scale hospital-a 4"],
    ["\\scale hospital-a 4", "a command starts with a plain slash", "/scale hospital-a 4"],
    ["/scale\u00a0hospital-a 4", "column 7 has the character U+00A0", "/scale hospital-a 4"],
    ["\u200b/scale hospital-a 4", "column 1 has the character U+200B", "/scale hospital-a 4"],
    ["/scale hospital-a 4\u202e", "U+202E", "/scale hospital-a 4"],
    ["/scale hospital-a\t4", "U+0009", "/scale hospital-a 4"],
    ["/ｓｃａｌｅ hospital-a 4", "plain letters and digits", "/scale hospital-a 4"],
    ["/scale hospital-a ４", "plain letters and digits", "/scale hospital-a 4"],
  ] as const)("%j: %s", ([body, because, suggestion]) => {
    const reading = read(body);
    expect(reading).toMatchObject({ kind: "help" });
    expect("because" in reading && reading.because.join("\n")).toContain(because);
    expect("suggestion" in reading ? reading.suggestion : undefined).toBe(suggestion);
  });

  test("with all its problems at once", () => {
    expect(read("/sclae hosptial-a djngo many for ever because no")).toMatchObject({
      because: [
        'no command is called "/sclae"; did you mean /scale?',
        'no tenant is called "hosptial-a"; did you mean hospital-a?',
        'service must be django or celery, got "djngo"; did you mean django?',
        'count must be a number of tasks from 1 to 1000 or min-max, got "many"',
        'for takes a time such as 30m, 3h or 2d, got "ever"',
        'reason must be a few words of at least 10 characters, got "no"',
      ],
      usage: "/scale <tenant> [<service>] <n | min-max> [for <time>] [because <reason>]",
    });
  });

  test("with the words that were right in the usage line", () => {
    expect(read("/scale hospital-a celery")).toMatchObject({
      usage: "/scale hospital-a celery <n | min-max> [for <time>] [because <reason>]",
    });
    // The reason is "because (ward 3) opens": of two the first is taken off, and one alone would be.
    expect(read("/suspend hosptial-a because because (ward 3) opens")).toMatchObject({
      usage: "/suspend <tenant> [stop-database] because because (ward 3) opens",
    });
  });
});
