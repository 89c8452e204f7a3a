/** Every command in every situation in which it must not run: the right answer, and nothing in AWS is changed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CommandVerb, commandVerbs } from "../../actions/lib/domain/command/verbs.ts";
import { leaseKey, leaseMs } from "../../actions/lib/domain/lease.ts";
import { operationKey } from "../../actions/lib/domain/operation.ts";
import { type CommandWorld, type Situation, startCommandWorld } from "../fixtures/command-world.ts";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
}, 120_000);
afterAll(() => world?.stop());
beforeEach(() => world.fleet.aws.calls.clear());

/** Each verb as somebody would write it. */
const written: Readonly<Record<Exclude<CommandVerb, "help" | "confirm" | "cancel">, string>> = {
  status: "/status hospital-a",
  plan: "/plan hospital-a",
  logs: "/logs hospital-a django",
  diagnose: "/diagnose hospital-a",
  scale: "/scale hospital-a 4",
  suspend: "/suspend hospital-a",
  resume: "/resume hospital-a",
  restart: "/restart hospital-a",
  migrate: "/migrate hospital-a",
  rollback: "/rollback hospital-a v1.3.0",
  retry: "/retry hospital-a",
  unlock: "/unlock hospital-a",
};
const acting = ["scale", "suspend", "resume", "restart", "migrate", "retry"] as const;
const commands = Object.values(written);

test("every verb is in the matrix, or has tests of its own", () => {
  expect([...Object.keys(written), "help", "confirm", "cancel"].toSorted()).toEqual([...commandVerbs].toSorted());
});

/** Situation → what the failing rule is called. */
const situations: readonly (readonly [name: string, situation: Situation, outcome: string])[] = [
  ["by somebody who may only read", { permission: "read" }, "refused-permission"],
  ["by a stranger, as on a fork", { login: "eve", permission: "none" }, "refused-permission"],
  ["by somebody who is no operator", { login: "wim" }, "refused-operator"],
  ["by an operator of other verbs and tiers", { login: "sue" }, "refused-operator"],
  ["when the permission cannot be looked up", { permission: "lookup-failed" }, "refused-permission"],
  ["when teams cannot be looked up", { login: "wim", teams: "lookup-failed" }, "refused-operator"],
  ["sixteen minutes old", { ageMinutes: 16 }, "refused-fresh"],
  ["dated in the future", { ageMinutes: -30 }, "refused-fresh"],
  ["that was edited since", { state: "edited" }, "refused-comment"],
  ["that was deleted", { state: "deleted" }, "refused-comment"],
  ["that cannot be looked up", { state: "lookup-failed" }, "refused-comment"],
  ["run again by somebody else", { attempt: 2, startedBy: "ben" }, "refused-re-run"],
];

describe.for(situations)("%s", ([_name, situation, outcome]) => {
  test.for(commands)("%s is refused and changes nothing", async (body) => {
    const heard = await world.say(body, situation);

    expect(heard.outcome).toBe(outcome);
    expect(heard.reply?.state).toBe("refused");
    expect(world.writes()).toEqual([]);
  });
});

describe("that is no command", () => {
  test.for(commands)("%s of a bot gets no answer", async (body) => {
    const heard = await world.say(body, { authorType: "Bot" });

    expect([heard.outcome, heard.reply]).toEqual(["ignored", undefined]);
    expect(world.fleet.aws.calls.all()).toEqual([]);
  });

  test.for(commands.flatMap((body) => [`> ${body}`, `\`\`\`\n${body}\n\`\`\``, `    ${body}`, `please\n${body}`]))(
    "%j gets no answer",
    async (body) => {
      const heard = await world.say(body);

      expect([heard.outcome, heard.reply]).toEqual(["ignored", undefined]);
      expect(world.fleet.aws.calls.all()).toEqual([]);
    },
  );

  test.for(commands)("%s with a tenant there is not is answered with the one that was meant", async (body) => {
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
  test.for(commands)("%s is refused", async (body) => {
    const comment = 900_000 + commands.indexOf(body);
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

  test.for(commands)("%s is refused when the journal says something nobody understands", async (body) => {
    const comment = 910_000 + commands.indexOf(body);
    await put(operationKey(`op-${comment.toString(36)}`), { state: "perhaps" });
    world.fleet.aws.calls.clear();

    const heard = await world.say(body, { comment });

    expect(heard.outcome).toBe("refused-replay");
    expect(world.writes()).toEqual([]);
  });
});

describe("while somebody else has the tenant", () => {
  test.for(acting)("/%s is told who, and changes nothing", async (verb) => {
    await hold();
    // Suspending a clinic takes nobody else's word.
    const body = written[verb].replace("hospital-a", "clinic-b").replace("clinic-b 4", "clinic-b 2");

    const heard = await world.say(body);

    expect(heard.outcome).toBe("lease-held");
    expect(heard.text).toContain("/restart clinic-b of ben (op-zz)");
    expect(world.writes()).toEqual([]);
  });

  test("/unlock asks for a second person while the holder is alive", async () => {
    await hold();

    const heard = await world.say("/unlock clinic-b because it hangs since an hour");

    expect(heard.outcome).toBe("needs-confirmation");
    const { value } = (await world.fleet.process("v1.4.0").cell.records.get(leaseKey("clinic-b"))) ?? {};
    expect(value).toMatchObject({ state: "held", operation: "op-zz" });
  });
});

describe("confirmations", () => {
  test.for([
    ["of nothing", "/confirm op-1"],
    ["of nothing, dropped", "/cancel op-1"],
    ["of a comment that is none", "/confirm op-zzzzzzzzzzzzzzzz"],
  ])("%s are refused", async ([_name, body]) => {
    const heard = await world.say(body as string);

    expect(heard.outcome).toBe("refused-confirmation");
    expect(world.writes()).toEqual([]);
  });

  test("by the one who asked are refused, and so are late ones", async () => {
    const asked = await world.say("/suspend hospital-a moving to a new building");
    expect(asked.outcome).toBe("needs-confirmation");
    world.fleet.aws.calls.clear();

    expect((await world.say(`/confirm ${asked.operation}`)).outcome).toBe("refused-confirmation");
    world.fleet.clock.forward(16 * 60_000);
    expect((await world.say(`/confirm ${asked.operation}`, { login: "ben" })).outcome).toBe("refused-confirmation");
    expect(world.writes()).toEqual([]);
  });
});

async function put(key: string, value: unknown): Promise<void> {
  await world.fleet.process("v1.4.0").cell.records.put(key, value);
}

/** Somebody else's lease on clinic-b, for a while. */
async function hold(): Promise<void> {
  const now = world.fleet.clock.now();
  await put(leaseKey("clinic-b"), {
    ...{ tenant: "clinic-b", fence: 7, state: "held", operation: "op-zz", purpose: "/restart clinic-b" },
    ...{ holder: "ben", run: "https://run/zz", runId: "42", since: new Date(now).toISOString() },
    until: new Date(now + 100 * leaseMs).toISOString(),
  });
  world.fleet.aws.calls.clear();
}
