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
