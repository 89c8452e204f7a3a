import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readComment } from "../../actions/lib/domain/command/read-comment.ts";
import { limits } from "../../actions/lib/report/budget.ts";
import { commandsPage } from "../../actions/lib/report/command-help.ts";
import { commandReply, isCommandReply } from "../../actions/lib/report/command-reply.ts";
import { anyCommand, nearlyACommand } from "../domain/commands.ts";
import { expectPicture } from "./golden.ts";
import { hostileText } from "./hostile-views.ts";
import { commandsIn, parses } from "./printed-commands.ts";
import { aReply, KNOWN, replies, repliesWith } from "./replies.ts";
import { proseOf, skeleton, unbalanced, words } from "./skeleton.ts";

const names = Object.keys(replies);
const reply = (name: string): string => {
  const state = replies[name];
  if (state === undefined) throw new Error(`there is no reply ${name}`);
  return commandReply(aReply(state));
};

test("all replies look as they did when somebody was pleased with them", () => {
  const divided = names.map((name) => `<!-- ${name} -->\n${reply(name)}`).join("\n---\n\n");
  expectPicture("command-replies", divided);
});

describe.for(names)("the reply %s", (name) => {
  test("prints only commands that parse", () => {
    for (const command of commandsIn(reply(name))) expect([command, parses(command)]).toEqual([command, true]);
  });

  test("is no command itself, so it starts nothing", () => {
    expect(readComment(reply(name), KNOWN)).toEqual({ kind: "ignore" });
  });

  test("is found again by its comment only", () => {
    expect(isCommandReply(reply(name), 2_847_561_234)).toBe(true);
    expect(isCommandReply(reply(name), 2_847_561_235)).toBe(false);
  });
});

test("the documentation prints only commands that parse", () => {
  const commands = commandsIn(commandsPage());
  expect(commands.length).toBeGreaterThan(30);
  for (const command of commands) expect([command, parses(command)]).toEqual([command, true]);
});

test("the hundred lines that /logs speaks of are there, and fewer only where there is no room for them", () => {
  const { logs } = replies;
  if (logs?.state !== "answered") throw new Error("there is no reply to /logs");
  const written = (length: number) =>
    commandReply(
      aReply({ ...logs, lines: Array.from({ length: 100 }, (_, index) => `line ${index} ${"x".repeat(length)}`) }),
    );

  expect(written(200)).toContain("line 0 ");
  expect(written(200)).toContain("line 99 ");
  expect(written(2_000)).toContain("line 99 ");
  expect(Buffer.byteLength(written(2_000))).toBeLessThanOrEqual(limits.comment);
});

test("a refusal shows the failing rule on top and what to do instead", () => {
  const text = words(reply("refused"));
  expect(text.indexOf("Limits of the tier")).toBeLessThan(text.indexOf("Written by a person"));
  expect(commandsIn(reply("refused"))).toContain("/scale hospital-a 10");
});

test("a finished command says what changed, what is true now, how long it took and where git has it", () => {
  const text = words(reply("done"));
  for (const part of [
    "2-10 → 4-10",
    "4 of 4 django tasks are healthy",
    "1 min 52 s",
    "tenants/hospital-a.yml",
    "ada",
  ]) {
    expect(text).toContain(part);
  }
});

test("who wrote more than one line is told that only the first was read", () => {
  const { unchanged } = replies;
  if (unchanged === undefined) throw new Error("there is no such reply");
  expect(commandReply(aReply(unchanged, { ignoredLines: 2 }))).toContain("only the first line was read");
  expect(commandReply(aReply(unchanged))).not.toContain("only the first line was read");
});

test("whatever is asked for, the reply shows it as a command that parses", () => {
  fc.assert(
    fc.property(anyCommand, (command) => {
      const text = commandReply(
        aReply({
          state: "failed",
          command,
          operation: "op-1",
          cause: "c",
          evidence: [],
          next: [command],
          reasonCode: "c",
        }),
      );
      for (const shown of commandsIn(text)) expect([shown, parses(shown)]).toEqual([shown, true]);
    }),
    { numRuns: 300 },
  );
});

test("whatever is nearly a command, its answer prints only commands that parse", () => {
  fc.assert(
    fc.property(nearlyACommand, (body) => {
      const answer = readComment(body, KNOWN);
      if (answer.kind !== "help") return;
      const text = commandReply(aReply({ state: "near-miss", answer }));
      for (const command of commandsIn(text)) expect([command, parses(command)]).toEqual([command, true]);
      expect(unbalanced(text)).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

describe("whatever tenants, operators and logs say", () => {
  const plain = repliesWith("plain").map((state) => skeleton(commandReply(aReply(state, { by: "x" }))));

  test("every reply keeps its structure, calls nobody and forges no marker", () => {
    fc.assert(
      fc.property(hostileText, (foreign) => {
        repliesWith(foreign).forEach((state, index) => {
          const text = commandReply(aReply(state, { by: `x${foreign}` }));
          expect(skeleton(text)).toEqual(plain[index]);
          expect(unbalanced(text)).toBeUndefined();
          expect(text.split("<!--")).toHaveLength(2);
          expect(readComment(text, KNOWN).kind).toBe("ignore");
          for (const prose of proseOf(text)) {
            expect(prose).not.toMatch(/@[a-z0-9]|#\d|\bgh-\d|:\/\/|\bwww\.|\b(?:mailto|xmpp):/i);
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  test.for(["x", "|", "\u{E0041}", "<!--", "\n", "@"])("every reply fits, however long a text of %j is", (unit) => {
    for (const state of repliesWith(unit.repeat(100_000))) {
      const text = commandReply(aReply(state));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.comment);
      expect(unbalanced(text)).toBeUndefined();
      expect(isCommandReply(text, 2_847_561_234)).toBe(true);
    }
  });
});
