import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readComment } from "../../actions/lib/domain/command/read-comment.ts";
import { KNOWN } from "./commands.ts";
import { readMany } from "./comment-fuzz.ts";

const read = (body: string) => readComment(body, KNOWN);

describe("a command", () => {
  test.for([
    ["/scale hospital-a 4", { verb: "scale", tenant: "hospital-a", count: 4 }],
    [
      "/scale hospital-a celery 2-6",
      { verb: "scale", tenant: "hospital-a", service: "celery", count: { min: 2, max: 6 } },
    ],
    ["/scale hospital-a 4 for 3h", { verb: "scale", tenant: "hospital-a", count: 4, period: 180 }],
    [
      "/scale hospital-a 4 because the clinic opens early for once",
      { verb: "scale", tenant: "hospital-a", count: 4, reason: "the clinic opens early for once" },
    ],
    ["/scale for 4 for 30m", { verb: "scale", tenant: "for", count: 4, period: 30 }],
    [
      "/suspend trial-c the trial ended on Friday",
      { verb: "suspend", tenant: "trial-c", reason: "the trial ended on Friday" },
    ],
    ["/suspend trial-c because the trial ended", { verb: "suspend", tenant: "trial-c", reason: "the trial ended" }],
    ["/suspend clinic-b stop-database", { verb: "suspend", tenant: "clinic-b", database: "stop" }],
    [
      "/suspend clinic-b stop-database closed for the summer",
      { verb: "suspend", tenant: "clinic-b", database: "stop", reason: "closed for the summer" },
    ],
    [
      "/suspend clinic-b stop-database because closed for the summer",
      { verb: "suspend", tenant: "clinic-b", database: "stop", reason: "closed for the summer" },
    ],
    [
      "/suspend clinic-b because stop-database would take too long",
      { verb: "suspend", tenant: "clinic-b", reason: "stop-database would take too long" },
    ],
    [
      "/suspend clinic-b stopping it for the summer",
      { verb: "suspend", tenant: "clinic-b", reason: "stopping it for the summer" },
    ],
    ["/restart clinic-b", { verb: "restart", tenant: "clinic-b" }],
    ["/rollback clinic-b v1.3.0", { verb: "rollback", tenant: "clinic-b", release: "v1.3.0" }],
    ["/logs clinic-b beat since 2h", { verb: "logs", tenant: "clinic-b", service: "beat", since: 120 }],
    ["/status", { verb: "status" }],
    ["/confirm op-1b3c", { verb: "confirm", operation: "op-1b3c" }],
    ["/help", { verb: "help" }],
    ["  /help   scale  ", { verb: "help", about: "scale" }],
    ["\r\n \r\n/status hospital-a\r\n", { verb: "status", tenant: "hospital-a" }],
  ] as const)("%j is read", ([body, command]) => {
    expect(read(body)).toEqual({ kind: "command", command, ignoredLines: 0 });
  });

  test("is one per comment: other lines are counted, not read", () => {
    expect(read("/status hospital-a\r\n\r\n/suspend hospital-a\r\nthanks")).toMatchObject({
      command: { verb: "status" },
      ignoredLines: 2,
    });
  });
});

test.for([
  "",
  "\n\n",
  "Looks good to me",
  "please /suspend hospital-a",
  "> /suspend hospital-a",
  ">/suspend hospital-a",
  "    /suspend hospital-a",
  "\t/suspend hospital-a",
  " \t/suspend hospital-a",
  "```\n/suspend hospital-a\n```",
  "~~~\n/suspend hospital-a",
  "`/suspend hospital-a`",
  "<!-- /suspend hospital-a -->",
  "<!--\n/suspend hospital-a\n-->",
  "<pre>\n/suspend hospital-a",
  "- /suspend hospital-a",
  "1. /suspend hospital-a",
  "# /suspend hospital-a",
  "**/suspend hospital-a**",
  "[x]: /suspend hospital-a",
  "On Mon, 23 Nov 2026, Ada wrote:\n> /suspend hospital-a",
  "Text first\n/suspend hospital-a",
  "/usr/bin/env is missing",
  "/etc/hosts",
  "//suspend hospital-a",
  "/",
  "/ ",
  "/4",
  "/lgtm",
  "/assign @ada",
  "/home is where the heart is",
  "suspend hospital-a when the contract ends",
  "status",
  "@mate /suspend hospital-a",
  "\u200b",
  "👩‍⚕️ thanks",
])("%j is left alone", (body) => {
  expect(read(body)).toEqual({ kind: "ignore" });
});

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

test.for([
  "/suspend hospital-a\n\nOn Mon, 23 Nov 2026 at 03:12, Ada <reply+ABC@reply.github.com> wrote:\n> text",
  "/suspend hospital-a\r\n\r\nAm Montag schrieb Ada:\r\n> Reply to this email directly, view it on GitHub",
  "/suspend hospital-a\n\n-----Original Message-----\nFrom: Ada",
  "/suspend hospital-a\n-- \nAda\nMATE on call",
])("a command in an e-mail is not run: %j", (body) => {
  const reading = read(body);
  expect(reading).toMatchObject({ kind: "help", because: [expect.stringContaining("e-mail")] });
  expect(reading).not.toHaveProperty("suggestion");
});

describe("whatever is written", () => {
  test("it is answered or ignored unless it is exactly a command", () => {
    const { ran, answered, wrong } = readMany(10_000);

    expect(wrong).toBeUndefined();
    expect(ran).toBeGreaterThan(500);
    expect(answered).toBeGreaterThan(500);
  });

  test("nothing in front of it but blanks, and a comment does not become another by what stands in front", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (before) => {
        const reading = read(`${before}/suspend hospital-a`);
        const blank = /^(?:[^\S\r\n]*[\r\n])* {0,3}$/.test(before);
        const lineBefore = /\S[^\r\n]*[\r\n]/.test(before);
        if (!blank || lineBefore) expect(reading.kind).not.toBe("command");
      }),
      { numRuns: 5_000 },
    );
  });

  test.for([
    "/",
    " ",
    "\u00a0",
    "/scale ",
    "/scale hospital-a ",
    "/scale hospital-a 4 for 3h ",
    "a",
    "-",
    "\n",
    "\r\n ",
    "On x wrote:\n",
    "/suspend hospital-a x\n",
    "> ",
    "On ",
    "\u202e",
    "４",
  ])("as long as GitHub allows, %j is read", (unit) => {
    // A hundred times: work that grows with the square of the length would run into the limit of time that a test has.
    const body = unit.repeat(Math.ceil(65_536 / unit.length));
    for (let times = 0; times < 100; times++) {
      for (const text of [body, `/scale ${body}`, `/suspend hospital-a\n${body}`])
        expect(read(text)).toHaveProperty("kind");
    }
  });
});
