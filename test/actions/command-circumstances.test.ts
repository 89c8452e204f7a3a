/** Commands that must not run because of what else is true: somebody works on the tenant, a freeze, its state, no second person. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ruleOf } from "../../actions/lib/domain/command/grammar.ts";
import { type RuleName, ruleNames } from "../../actions/lib/domain/command/rule.ts";
import { type CommandVerb, commandVerbs } from "../../actions/lib/domain/command/verbs.ts";
import { leaseKey, leaseMs } from "../../actions/lib/domain/lease.ts";
import { overrideKey } from "../../actions/lib/domain/override.ts";
import { releaseKey } from "../../actions/lib/domain/release-record.ts";
import { lineOf, situations, written } from "../fixtures/command-lines.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
}, 120_000);
afterAll(() => world?.stop());
beforeEach(() => world.fleet.aws.calls.clear());

const acts = (verb: CommandVerb): boolean => ruleOf(verb).effect === "acts";

describe("while somebody else has the tenant", () => {
  test.for(commandVerbs.filter(acts))("/%s is told who, and changes nothing", async (verb) => {
    for (const release of ["v1.4.0", "v1.3.0"]) {
      await put(releaseKey(release), { release, revision: "abc", images: {}, migrations: "same" });
    }
    await hold("clinic-b");
    // Suspending a clinic takes nobody else's word.
    const body = written[verb].replace("hospital-a", "clinic-b").replace("clinic-b 4", "clinic-b 2");

    const heard = await world.say(body);

    expect(heard.outcome).toBe("lease-held");
    expect(heard.text).toContain("/restart clinic-b of ben (op-zz)");
    expect(world.writes()).toEqual([]);
  });

  test("/confirm is told who, changes nothing, and can be written again", async () => {
    const body = await lineOf("confirm", world);
    await hold("hospital-a");

    const heard = await world.say(body);

    expect(heard.outcome).toBe("lease-held");
    expect(world.writes()).toEqual([]);
    await put(leaseKey("hospital-a"), { ...(await lease("hospital-a")), state: "free" });
  });

  test.for(["status", "logs", "diagnose"] as const)("/%s is answered, because it changes nothing", async (verb) => {
    await hold("clinic-b");

    const heard = await world.say(written[verb].replace("hospital-a", "clinic-b"));

    expect(heard.outcome).toBe("answered");
    expect(world.writes()).toEqual([]);
  });

  test("/unlock asks for a second person while the holder is alive", async () => {
    await hold("clinic-b");

    const heard = await world.say("/unlock clinic-b because it hangs since an hour");

    expect(heard.outcome).toBe("needs-confirmation");
    expect(await lease("clinic-b")).toMatchObject({ state: "held", operation: "op-zz" });
  });
});

describe("in a freeze window", () => {
  test.for(commandVerbs.filter(acts))("/%s without a reason is refused and changes nothing", async (verb) => {
    const heard = await world.say(written[verb], { frozen: true });

    expect(heard.outcome).toBe("refused-freeze");
    expect(heard.text).toContain("it takes a reason");
    expect(world.writes()).toEqual([]);
  });

  test.for(commandVerbs.filter((verb) => ruleOf(verb).effect === "looks" && verb !== "plan"))(
    "/%s is answered",
    async (verb) => {
      expect((await world.say(written[verb], { frozen: true })).outcome).toBe("answered");
    },
  );
});

describe("in a freeze window, with a reason", { timeout: 60_000 }, () => {
  test("a command breaks it, and the journal says who did and why", async () => {
    await put(leaseKey("clinic-b"), { ...(await lease("clinic-b")), state: "free" });

    const heard = await world.say("/restart clinic-b beat because nothing is scheduled any more", { frozen: true });

    expect(heard.reply?.state, heard.text).toBe("done");
    const { records } = world.fleet.process("v1.4.0").cell;
    const [entry] = (await records.list("journal/")).filter((key) => key.includes(`/${heard.operation}-`));
    expect((await records.get(entry ?? ""))?.value).toMatchObject({
      ...{ actor: "ada", verb: "restart", reason: "nothing is scheduled any more" },
    });
  });
});

describe("of a tenant that is suspended", () => {
  test.for(["scale", "restart", "rollback"] as const)("/%s is refused and changes nothing", async (verb) => {
    await put(overrideKey("clinic-b"), {
      overrides: [
        { kind: "suspend", tenant: "clinic-b", since: "2026-11-27T00:00:00.000Z", by: "ben", operation: "op-zz" },
      ],
    });
    world.fleet.aws.calls.clear();

    const heard = await world.say(written[verb].replace("hospital-a", "clinic-b").replace("clinic-b 4", "clinic-b 2"));

    expect(heard.outcome).toBe("refused-state");
    expect(heard.text).toContain("/resume clinic-b");
    expect(world.writes()).toEqual([]);
    await put(overrideKey("clinic-b"), { overrides: [] });
  });
});

describe("with the database that other tenants share", () => {
  test("/suspend is refused and changes nothing", async () => {
    const heard = await world.say("/suspend trial-c stop-database the trial ended on Friday");

    expect(heard.outcome).toBe("refused-database");
    expect(world.writes()).toEqual([]);
  });
});

/** Rules that no comment of a person can break here: bots are not read, and a name that is no tenant's is a near miss. */
const elsewhere: readonly RuleName[] = ["author", "tenant"];
/** Rules that this file and its neighbour break besides those of the situations. */
const besides: readonly RuleName[] = ["replay", "state", "limits", "database", "freeze", "confirmation"];

test("every rule of authority is broken by something in the matrix", () => {
  const broken = situations.map(([_name, _situation, outcome]) => outcome.replace("refused-", ""));
  expect([...new Set([...broken, ...besides, ...elsewhere])].toSorted()).toEqual([...ruleNames].toSorted());
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

async function lease(tenant: string): Promise<object> {
  return ((await world.fleet.process("v1.4.0").cell.records.get(leaseKey(tenant)))?.value ?? {}) as object;
}

/** Somebody else's lease on a tenant, for a while. */
async function hold(tenant: string): Promise<void> {
  const now = world.fleet.clock.now();
  await put(leaseKey(tenant), {
    ...{ tenant, fence: 7, state: "held", operation: "op-zz", purpose: `/restart ${tenant}` },
    ...{ holder: "ben", run: "https://run/zz", runId: "42", since: new Date(now).toISOString() },
    until: new Date(now + 100 * leaseMs).toISOString(),
  });
  world.fleet.aws.calls.clear();
}
