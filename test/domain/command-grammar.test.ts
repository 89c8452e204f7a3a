import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { kinds } from "../../actions/lib/domain/command/argument-kinds.ts";
import { type Command, type CommandOf, ruleOf } from "../../actions/lib/domain/command/grammar.ts";
import { operationOf } from "../../actions/lib/domain/command/operation-id.ts";
import { readComment } from "../../actions/lib/domain/command/read-comment.ts";
import { commandVerbs, foreignCommands, otherWords } from "../../actions/lib/domain/command/verbs.ts";
import { usage, writeCommand } from "../../actions/lib/domain/command/write-command.ts";
import { operatorVerbs } from "../../actions/lib/domain/environment.ts";
import { commandsPage } from "../../actions/lib/report/command-help.ts";
import { anyCommand, KNOWN } from "./commands.ts";

test("whatever can be asked for is read as it was written", () => {
  fc.assert(
    fc.property(anyCommand, (command) => {
      expect(readComment(writeCommand(command), KNOWN)).toEqual({ kind: "command", command, ignoredLines: 0 });
    }),
    { numRuns: 1000 },
  );
});

describe.for(commandVerbs)("%s", (verb) => {
  test("has an example that is one", () => {
    expect(readComment(ruleOf(verb).example, KNOWN)).toMatchObject({ kind: "command", command: { verb } });
  });

  test("is read with every argument its usage line shows, and with as few as it allows", () => {
    const all = ruleOf(verb).arguments;
    const given = (which: typeof all): Readonly<Record<string, string>> =>
      Object.fromEntries(which.map(({ name, kind }) => [name, kinds[kind].example]));
    const required = all.filter(({ need }) => need === "required");
    expect(readComment(usage(verb, given(all)), KNOWN)).toMatchObject({ kind: "command", command: { verb } });
    expect(readComment(usage(verb, given(required)).replace(/ \[[^\]]*\]/g, ""), KNOWN)).toMatchObject({
      kind: "command",
      command: { verb },
    });
  });

  test("names its tenant, its operation or nothing: none has a default tenant", () => {
    if (verb === "help" || verb === "status" || verb === "plan") return;
    expect(readComment(`/${verb}`, KNOWN)).toMatchObject({ kind: "help", verb });
  });
});

test("every verb but help can be granted, and everything that can be granted is a verb or restoring", () => {
  expect([...operatorVerbs].sort()).toEqual([...commandVerbs.filter((verb) => verb !== "help"), "restore"].sort());
});

test("no word of ours is taken for one of other bots or other tools", () => {
  for (const verb of commandVerbs) {
    expect(foreignCommands.has(verb)).toBe(false);
    expect(otherWords.has(verb)).toBe(false);
  }
});

test("a command has the types its arguments have", () => {
  expectTypeOf<CommandOf<"scale">["count"]>().toEqualTypeOf<number | { readonly min: number; readonly max: number }>();
  expectTypeOf<CommandOf<"status">["tenant"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Extract<Command, { verb: "confirm" }>>().toHaveProperty("operation");
  expectTypeOf<CommandOf<"scale">>().not.toHaveProperty("release");
});

test("usage shows what is known already and what is still to come", () => {
  expect(usage("scale")).toBe("/scale <tenant> [<service>] <n | min-max> [for <time>] [because <reason>]");
  expect(usage("scale", { tenant: "hospital-a", service: "celery" })).toBe(
    "/scale hospital-a celery <n | min-max> [for <time>] [because <reason>]",
  );
});

test("the same comment is the same operation, another comment another", () => {
  expect(operationOf(2_847_561_234)).toBe(operationOf(2_847_561_234));
  expect(operationOf(2_847_561_234)).not.toBe(operationOf(2_847_561_235));
  expect(() => operationOf(0)).toThrow(RangeError);
});

test("the documentation explains every verb", () => {
  const page = commandsPage();
  for (const verb of commandVerbs) expect(page).toContain(`## \`${verb}\``);
});
