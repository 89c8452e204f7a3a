import { describe, expect, test } from "vitest";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { type Asked, authorize } from "../../actions/lib/domain/authority.ts";
import type { Facts, Pending } from "../../actions/lib/domain/command/confirmation.ts";
import type { Command } from "../../actions/lib/domain/command/grammar.ts";
import { readComment } from "../../actions/lib/domain/command/read-comment.ts";
import type { Target } from "../../actions/lib/domain/command/target-rules.ts";
import { commandVerbs } from "../../actions/lib/domain/command/verbs.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { repositoryWith } from "../fixtures/tenants/repository.ts";

const { tenants, tiers, environments } = readRepository(repositoryWith({}));
const production = found(environments.get("production")).environment;
const now = new Date("2026-11-23T03:12:00Z");
const asLookedUp: Facts = { migrationBetween: "no", holder: "gone" };

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the example repository has changed");
  return value;
}

function target(name: string, environment: Environment = production): Target {
  const { tenant } = found(tenants.get(name));
  return { environment, tenant, tier: found(tiers.get(tenant.tier)).tier };
}

function command(line: string): Command {
  const reading = readComment(line, { tenants: [...tenants.keys()] });
  if (reading.kind !== "command") throw new Error(`${line}: ${JSON.stringify(reading)}`);
  return reading.command;
}

/** Ada of the platform team writes a command for a tenant, and everything is in order. */
function asking(line: string, change: Partial<Asked> = {}): Asked {
  const asked = command(line);
  return {
    command: asked,
    person: { login: "ada", permission: "write", teams: ["platform"] },
    comment: { author: "ada", authorType: "User", createdAt: "2026-11-23T03:11:30Z", state: "as written" },
    run: { attempt: 1, startedBy: "ada" },
    operation: "new",
    target: "tenant" in asked && asked.tenant !== undefined ? target(asked.tenant) : { environment: production },
    facts: asLookedUp,
    now,
    ...change,
  };
}

const member = (team: string): Partial<Asked> => ({ person: { login: "ada", permission: "write", teams: [team] } });
const frozen = (...freezeWindows: Environment["freezeWindows"]): Environment => ({ ...production, freezeWindows });

/** The broken rules in the order they are shown, with what is said of the first. */
function refusal(asked: Asked): readonly [rules: readonly string[], why: string] {
  const decision = authorize(asked);
  if (decision.decision !== "refused") throw new Error(`${decision.decision}: ${JSON.stringify(decision.rules)}`);
  const broken = decision.rules.filter(({ ok }) => !ok);
  expect(decision.rules.slice(0, broken.length)).toEqual(broken);
  expect(decision.reasonCode).toBe(`refused-${broken[0]?.rule}`);
  return [broken.map(({ rule }) => rule), broken[0]?.why ?? ""];
}

const lines: Readonly<Record<(typeof commandVerbs)[number], string>> = {
  help: "/help",
  status: "/status clinic-b",
  plan: "/plan clinic-b",
  logs: "/logs clinic-b django",
  diagnose: "/diagnose clinic-b",
  scale: "/scale clinic-b 3",
  suspend: "/suspend clinic-b",
  resume: "/resume clinic-b",
  restart: "/restart clinic-b",
  migrate: "/migrate clinic-b",
  rollback: "/rollback clinic-b",
  retry: "/retry clinic-b",
  confirm: "/confirm op-1",
  cancel: "/cancel op-1",
  unlock: "/unlock clinic-b",
};

const pending: Pending = {
  operation: "op-1",
  command: command("/suspend hospital-a"),
  askedBy: "bo",
  askedAt: "2026-11-23T03:05:00Z",
};
const waiting = { pending, target: target("hospital-a") };

describe.for(commandVerbs)("%s", (verb) => {
  const asked = (change: Partial<Asked> = {}): Asked => asking(lines[verb], { ...waitingFor(verb), ...change });

  test("is allowed to an operator who wrote it just now", () => {
    expect(authorize(asked())).toMatchObject({ decision: "allowed" });
  });

  test("is refused to programs", () => {
    const { comment } = asked();
    expect(refusal(asked({ comment: { ...comment, authorType: "Bot" } }))[0]).toEqual(["author"]);
    expect(refusal(asked({ comment: { ...comment, via: "helpful-assistant" } }))[0]).toEqual(["author"]);
  });

  if (verb === "help") return;
  const { comment, person } = asked();

  test.for([
    ["edited", { comment: { ...comment, state: "edited" } }, ["comment"]],
    ["deleted", { comment: { ...comment, state: "deleted" } }, ["comment"]],
    ["not to be looked up", { comment: { ...comment, state: "lookup-failed" } }, ["comment"]],
    ["stale", { comment: { ...comment, createdAt: "2026-11-23T02:57:00Z" } }, ["fresh"]],
    ["from the future", { comment: { ...comment, createdAt: "2026-11-23T03:20:00Z" } }, ["fresh"]],
    ["without a date", { comment: { ...comment, createdAt: "" } }, ["fresh"]],
    ["run again by somebody else", { run: { attempt: 2, startedBy: "eve" } }, ["re-run", "re-run"]],
    ["done already", { operation: "finished" }, ["replay"]],
    ["of an operation that cannot be looked up", { operation: "lookup-failed" }, ["replay"]],
    ["by somebody who may only read", { person: { ...person, permission: "read" } }, ["permission"]],
    ["by somebody who may only triage", { person: { ...person, permission: "triage" } }, ["permission"]],
    ["by nobody", { person: { ...person, permission: "none" } }, ["permission"]],
    [
      "by somebody whose permission is not known",
      { person: { ...person, permission: "lookup-failed" } },
      ["permission"],
    ],
    ["by a stranger", { person: { ...person, teams: [] } }, ["operator"]],
    ["by somebody whose teams are not known", { person: { ...person, teams: "lookup-failed" } }, ["operator"]],
  ] as const satisfies readonly (readonly [string, Partial<Asked>, readonly string[]])[])(
    "is refused when %s",
    ([, change, rules]) => {
      expect(refusal(asked(change))[0]).toEqual(rules);
    },
  );

  test("is allowed when the same person runs it again and it was not finished", () => {
    expect(authorize(asked({ run: { attempt: 2, startedBy: "Ada" }, operation: "unfinished" })).decision).toBe(
      "allowed",
    );
  });
});

function waitingFor(verb: (typeof commandVerbs)[number]): Partial<Asked> {
  return verb === "confirm" || verb === "cancel" ? waiting : {};
}

test("every broken rule is shown, the first on top, and those that were kept after them", () => {
  const { comment } = asking("/scale hospital-a 40");
  const decision = authorize(
    asking("/scale hospital-a 40", { comment: { ...comment, state: "edited" }, ...member("support") }),
  );
  expect(decision.rules.map(({ rule, ok }) => `${ok ? "✔" : "✘"} ${rule}`)).toEqual([
    "✘ comment",
    "✘ operator",
    "✘ limits",
    "✔ author",
    "✔ fresh",
    "✔ re-run",
    "✔ replay",
    "✔ permission",
    "✔ tenant",
    "✔ state",
    "✔ freeze",
  ]);
});

describe("operators", () => {
  test("by team, by verb, by tier", () => {
    expect(authorize(asking("/scale hospital-a 4", member("on-call"))).decision).toBe("allowed");
    expect(refusal(asking("/suspend hospital-a", member("on-call")))[1]).toContain("not suspend on enterprise tenants");
    expect(authorize(asking("/suspend trial-c", member("support"))).decision).toBe("allowed");
    expect(refusal(asking("/suspend clinic-b", member("support")))[1]).toBe(
      "team support may status, logs, diagnose, suspend, resume on trial tenants; not suspend on standard tenants",
    );
  });

  test("a verb of one entry and a tier of another are not put together", () => {
    const environment: Environment = {
      ...production,
      operators: [
        { team: "a", verbs: ["suspend"], tiers: ["trial"] },
        { team: "b", verbs: ["status"], tiers: "all" },
      ],
    };
    const person = { login: "ada", permission: "admin", teams: ["a", "b"] } as const;
    expect(refusal(asking("/suspend clinic-b", { person, target: target("clinic-b", environment) }))[0]).toEqual([
      "operator",
    ]);
  });

  test("by name, however it is written, and without asking for teams", () => {
    const environment: Environment = { ...production, operators: [{ user: "Ada", verbs: ["scale"], tiers: "all" }] };
    const person = { login: "ada", permission: "write", teams: "lookup-failed" } as const;
    const asked = asking("/scale clinic-b 3", { person, target: target("clinic-b", environment) });
    expect(authorize(asked).decision).toBe("allowed");
    expect(refusal({ ...asked, command: command("/retry clinic-b") })[1]).toContain("could not be looked up");
  });

  test("an administrator of the repository is no operator by that", () => {
    expect(refusal(asking("/status", { person: { login: "ada", permission: "admin", teams: [] } }))[1]).toBe(
      "ada is no operator of production",
    );
  });
});

describe("the tenant", () => {
  test("has to be on the default branch", () => {
    expect(refusal(asking("/retry clinic-b", { target: { environment: production } }))).toEqual([
      ["tenant"],
      "clinic-b is not a tenant on the default branch",
    ]);
  });

  test.for([
    ["of another name", target("hospital-a")],
    ["of another environment", { ...target("clinic-b"), environment: found(environments.get("staging")).environment }],
    ["held against another tier", { ...target("clinic-b"), tier: found(tiers.get("trial")).tier }],
  ] as const)("is never one %s", ([, wrong]) => {
    const environment: Environment = { ...wrong.environment, operators: [{ user: "ada", verbs: "all", tiers: "all" }] };
    expect(refusal(asking("/suspend clinic-b", { target: { ...wrong, environment } }))[0]).toEqual(["tenant"]);
  });

  test.for(["/scale clinic-b 3", "/restart clinic-b", "/rollback clinic-b"])("%s needs a running one", (line) => {
    const { tenant, ...rest } = target("clinic-b");
    const suspended: Target = { ...rest, tenant: { ...found(tenant), state: "suspended" } };
    const decision = authorize(asking(line, { target: suspended }));
    expect(decision.rules[0]).toMatchObject({ rule: "state", ok: false, instead: "/resume clinic-b" });
  });
});

describe("a database", () => {
  test("that other tenants share is never stopped for one of them, and what can be done instead is said", () => {
    const decision = authorize(asking("/suspend trial-c stop-database the trial ended on Friday"));
    expect(decision.decision).toBe("refused");
    expect(decision.rules[0]).toMatchObject({
      ...{ rule: "database", ok: false },
      instead: "/suspend trial-c the trial ended on Friday",
    });
  });

  test("of its own may be stopped", () => {
    expect(authorize(asking("/suspend clinic-b stop-database")).decision).toBe("allowed");
  });
});

describe("limits", () => {
  const instead = (line: string): string | undefined => authorize(asking(line)).rules[0]?.instead;

  test.for([
    ["/scale hospital-a 11", "11 is outside the 2 to 10 of tier enterprise", "/scale hospital-a 10"],
    ["/scale hospital-a 1", "outside the 2 to 10", "/scale hospital-a 2-10"],
    [
      "/scale hospital-a celery 1-20",
      "1-20 is outside the 2 to 10 of tier enterprise",
      "/scale hospital-a celery 2-10",
    ],
    ["/scale clinic-b 4-40 for 3h", "4-40 is outside the 1 to 5 of tier standard", "/scale clinic-b 4-5 for 3h"],
    ["/scale trial-c 2", "tier trial has exactly 1 of each service and is not scaled", undefined],
    ["/scale trial-c 1", "tier trial has exactly 1 of each service and is not scaled", undefined],
  ] as const)("%s: %s", ([line, why, better]) => {
    const [rules, said] = refusal(asking(line));
    expect(rules).toEqual(["limits"]);
    expect(said).toContain(why);
    if (better !== undefined) expect(authorize(asking(found(instead(line)))).decision).toBe("allowed");
    else expect(instead(line)).toBeUndefined();
  });

  test("a floor above the ceiling of auto scaling needs both numbers", () => {
    const { tenant, ...rest } = target("hospital-a");
    const { services, ...others } = found(tenant);
    const narrow: Target = {
      ...rest,
      tenant: { ...others, services: { ...services, django: { ...services.django, count: { min: 2, max: 3 } } } },
    };
    const decision = authorize(asking("/scale hospital-a 4", { target: narrow }));
    expect(decision.rules[0]).toMatchObject({ rule: "limits", ok: false, instead: "/scale hospital-a 4-10" });
  });
});

describe("a freeze window", () => {
  const monday = {
    name: "Monday morning",
    weekly: { days: ["monday"], from: "06:00", until: "10:00", timezone: "America/New_York" },
  } as const;
  const night = {
    name: "Friday night",
    weekly: { days: ["friday"], from: "22:00", until: "06:00", timezone: "Europe/Berlin" },
  } as const;
  const year = {
    name: "End of the year",
    from: "2026-12-23T00:00:00-05:00",
    until: "2027-01-02T00:00:00-05:00",
  } as const;

  /** Whether a command at this moment meets an open window. */
  const meets = (window: Environment["freezeWindows"][number], at: string): boolean => {
    const asked = asking("/restart clinic-b", { target: target("clinic-b", frozen(window)), now: new Date(at) });
    const decision = authorize({ ...asked, comment: { ...asked.comment, createdAt: at } });
    return decision.decision === "refused" && decision.reasonCode === "refused-freeze";
  };

  test.for([
    [monday, "2026-11-23T10:59:00Z", false],
    [monday, "2026-11-23T11:00:00Z", true],
    [monday, "2026-11-23T14:59:00Z", true],
    [monday, "2026-11-23T15:00:00Z", false],
    [monday, "2026-11-24T12:00:00Z", false],
    // In summer New York is an hour nearer to UTC.
    [monday, "2026-07-20T10:00:00Z", true],
    [monday, "2026-07-20T14:00:00Z", false],
    [night, "2026-11-27T21:00:00Z", true],
    [night, "2026-11-28T04:59:00Z", true],
    [night, "2026-11-28T05:00:00Z", false],
    [night, "2026-11-27T04:00:00Z", false],
    [night, "2026-11-28T21:30:00Z", false],
    [year, "2026-12-23T04:59:59Z", false],
    [year, "2026-12-23T05:00:00Z", true],
    [year, "2027-01-02T05:00:00Z", false],
    [{ ...year, tiers: ["enterprise"] }, "2026-12-24T12:00:00Z", false],
    [{ ...year, tiers: ["standard"] }, "2026-12-24T12:00:00Z", true],
  ] as const)("%j at %s: open %s", ([window, at, open]) => {
    expect(meets(window, at)).toBe(open);
  });

  test("stops what acts, gives way to a reason, and stops nobody from looking", () => {
    const always = { name: "Audit", from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" } as const;
    const at = (line: string) => authorize(asking(line, { target: target("clinic-b", frozen(always)) }));
    for (const verb of ["scale", "suspend", "resume", "restart", "migrate", "rollback", "retry"] as const) {
      expect(at(lines[verb])).toMatchObject({ reasonCode: "refused-freeze" });
    }
    for (const verb of ["status", "plan", "logs", "diagnose", "unlock"] as const) {
      expect(at(lines[verb]).decision).toBe("allowed");
    }
    const decision = at("/restart clinic-b because every page fails");
    expect(decision.decision).toBe("allowed");
    expect(decision.rules.find(({ rule }) => rule === "freeze")?.why).toContain("broken because every page fails");
  });
});

describe("a second person", () => {
  const needed = (line: string, facts: Partial<Facts> = {}): readonly string[] => {
    const decision = authorize(asking(line, { facts: { ...asLookedUp, ...facts } }));
    return decision.decision === "needs-confirmation" ? decision.because : [];
  };

  test.for([
    ["/suspend hospital-a", {}, ["hospital-a is an enterprise tenant"]],
    ["/suspend clinic-b", {}, []],
    ["/rollback clinic-b", { migrationBetween: "yes" }, ["it goes back across a migration"]],
    ["/rollback clinic-b", { migrationBetween: "no" }, []],
    ["/rollback clinic-b", { migrationBetween: "unknown" }, ["whether it goes back across a migration is not known"]],
    ["/unlock clinic-b", { holder: "alive" }, ["the holder of the lease is alive"]],
    ["/unlock clinic-b", { holder: "unknown" }, ["whether the holder of the lease is alive is not known"]],
    ["/unlock clinic-b", { holder: "gone" }, []],
    ["/restart hospital-a", { migrationBetween: "unknown", holder: "unknown" }, []],
  ] as const)("%s with %j is needed because of %j", ([line, facts, because]) => {
    expect(needed(line, facts)).toEqual(because);
  });

  test("who may not even ask is refused, not sent for a second person", () => {
    expect(refusal(asking("/suspend hospital-a", member("on-call")))[0]).toEqual(["operator"]);
  });

  const confirming = (change: Partial<Asked> = {}): Asked => asking("/confirm op-1", { ...waiting, ...change });

  test("may be any operator who may confirm on that tier", () => {
    expect(authorize(confirming(member("on-call"))).decision).toBe("allowed");
    expect(refusal(confirming(member("support")))[0]).toEqual(["operator"]);
  });

  test.for([
    ["the one who asked", { pending: { ...pending, askedBy: "ADA" } }, "a second person has to confirm"],
    ["too late", { pending: { ...pending, askedAt: "2026-11-23T02:57:00Z" } }, "more than 15 minutes ago"],
    ["for what was never asked", { pending: "none" }, "op-1 is not waiting"],
    ["for another operation", { pending: { ...pending, operation: "op-2" } }, "op-1 is not waiting"],
    ["for what cannot be looked up", { pending: "lookup-failed" }, "could not be looked up"],
    ["for an unreadable time", { pending: { ...pending, askedAt: "then" } }, "more than 15 minutes ago"],
  ] as const satisfies readonly (readonly [string, Partial<Asked>, string])[])("is not %s", ([, change, why]) => {
    const [rules, said] = refusal(confirming(change));
    expect(rules).toEqual(["confirmation"]);
    expect(said).toContain(why);
  });

  test("confirms what is still in order: limits, windows and tenant are looked at again", () => {
    const always = { name: "Audit", from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" } as const;
    expect(refusal(confirming({ target: target("hospital-a", frozen(always)) }))[0]).toEqual(["freeze"]);
    expect(refusal(confirming({ target: target("clinic-b") }))[0]).toEqual(["tenant"]);
    expect(refusal(confirming({ target: { environment: production } }))[0]).toEqual(["tenant"]);
  });

  test("can drop it, and so can the one who asked without being allowed to cancel for others", () => {
    const dropping = (askedBy: string): Asked =>
      asking("/cancel op-1", { ...waiting, ...member("support"), pending: { ...pending, askedBy } });
    expect(authorize(dropping("ada")).decision).toBe("allowed");
    expect(refusal(dropping("bo"))[0]).toEqual(["operator"]);
    expect(authorize(asking("/cancel op-1", { ...waiting, ...member("on-call") })).decision).toBe("allowed");
  });
});
