/** Every command in every situation in which it must not run: the right answer, and nothing in AWS is changed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commandVerbs } from "../../actions/lib/domain/command/verbs.ts";
import { operationKey } from "../../actions/lib/domain/operation.ts";
import { lineOf, situations, written } from "../fixtures/command-lines.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
}, 120_000);
afterAll(() => world?.stop());
beforeEach(() => world.fleet.aws.calls.clear());

const commands = Object.values(written).map((body) => body.replace("OPERATION", "op-1b3cx9k2"));
const withTenant = commands.filter((body) => body.includes("hospital-a"));

describe.for(situations)("%s", ([_name, situation, outcome]) => {
  test("/help is answered, and AWS is not asked", async () => {
    const heard = await world.say(written.help, situation);

    expect([heard.outcome, heard.reply?.state]).toEqual(["help", "help"]);
    expect(world.fleet.aws.calls.all()).toEqual([]);
  });

  test.for(commandVerbs.filter((verb) => verb !== "help"))("/%s is refused and changes nothing", async (verb) => {
    const heard = await world.say(await lineOf(verb, world), situation);

    expect(heard.outcome).toBe(outcome);
    expect(heard.reply?.state).toBe("refused");
    expect(world.writes()).toEqual([]);
  });
});

describe("where GitHub takes no reaction", () => {
  test("a command is carried out and answered all the same", async () => {
    const heard = await world.say("/status hospital-a", { reactions: "refused" });

    expect(heard.reply?.state).toBe("answered");
  });
});

describe("that is no command", () => {
  test.for(commands)("%s of a bot gets no answer", async (body) => {
    const heard = await world.say(body, { authorType: "Bot" });

    expect([heard.outcome, heard.reply]).toEqual(["ignored", undefined]);
    expect(world.fleet.aws.calls.all()).toEqual([]);
  });

  test.for(commands.filter((body) => !body.startsWith("/help")))(
    "%s of an app that writes in a person's name is refused: the app is not that person",
    async (body) => {
      const heard = await world.say(body, { via: "helpful-assistant" });

      expect([heard.outcome, heard.reply?.state]).toEqual(["refused-author", "refused"]);
      expect(heard.text).toContain("helpful-assistant");
      expect(world.fleet.aws.calls.all()).toEqual([]);
    },
  );

  test.for(commands.flatMap((body) => [`> ${body}`, `\`\`\`\n${body}\n\`\`\``, `    ${body}`, `please\n${body}`]))(
    "%j gets no answer",
    async (body) => {
      const heard = await world.say(body);

      expect([heard.outcome, heard.reply]).toEqual(["ignored", undefined]);
      expect(world.fleet.aws.calls.all()).toEqual([]);
    },
  );

  test.for(withTenant)("%s with a tenant there is not is answered with the one that was meant", async (body) => {
    const heard = await world.say(body.replace("hospital-a", "hosptial-a"));

    expect(heard.outcome).toBe("near-miss");
    expect(heard.text).toContain("hospital-a");
    expect(world.fleet.aws.calls.all()).toEqual([]);
  });

  test.for(commands)("%s with a letter too many is answered with the verb that was meant", async (body) => {
    const heard = await world.say(body.replace(/^\/(\w)/, "/$1$1"));

    expect(heard.outcome).toBe("near-miss");
    expect(world.fleet.aws.calls.all()).toEqual([]);
  });

  test("a reply by mail is answered, and not run", async () => {
    const heard = await world.say("/scale hospital-a 4\n\nOn Monday, Ada wrote:\n> hello");

    expect(heard.outcome).toBe("near-miss");
    expect(world.fleet.aws.calls.all()).toEqual([]);
  });
});

describe("out of limits", () => {
  test.for([
    ["/scale hospital-a 40", "refused-limits"],
    ["/scale hospital-a 1", "refused-limits"],
    ["/scale hospital-a 8", "refused-limits"],
    ["/scale clinic-b 1-9", "refused-limits"],
    ["/scale hospital-a 0", "near-miss"],
    ["/scale hospital-a beat 2", "near-miss"],
    ["/scale hospital-a 4 for 99d", "near-miss"],
  ])("%s: %s", async ([body, outcome]) => {
    const heard = await world.say(body as string);

    expect(heard.outcome).toBe(outcome);
    expect(world.writes()).toEqual([]);
  });
});

describe("carried out before", () => {
  test.for(commandVerbs.filter((verb) => verb !== "help"))("/%s is refused", async (verb) => {
    const body = await lineOf(verb, world);
    const comment = 900_000 + commandVerbs.indexOf(verb);
    const operation = `op-${comment.toString(36)}`;
    await put(operationKey(operation), {
      ...{ operation, command: body, tenant: "hospital-a", by: "ada", comment, pull: 7, run: "https://run" },
      ...{ state: "done", askedAt: "2026-11-27T00:00:00.000Z", at: "2026-11-27T00:00:00.000Z", reasonCode: "ok" },
    });
    world.fleet.aws.calls.clear();

    const heard = await world.say(body, { comment, attempt: 2 });

    expect(heard.outcome).toBe("refused-replay");
    expect(world.writes()).toEqual([]);
  });

  test.for(commandVerbs.filter((verb) => verb !== "help"))(
    "/%s is refused when the record is not understood",
    async (verb) => {
      const body = await lineOf(verb, world);
      const comment = 910_000 + commandVerbs.indexOf(verb);
      await put(operationKey(`op-${comment.toString(36)}`), { state: "perhaps" });
      world.fleet.aws.calls.clear();

      const heard = await world.say(body, { comment });

      expect(heard.outcome).toBe("refused-replay");
      expect(world.writes()).toEqual([]);
    },
  );
});

async function put(key: string, value: unknown): Promise<void> {
  await world.fleet.process("v1.4.0").cell.records.put(key, value);
}
