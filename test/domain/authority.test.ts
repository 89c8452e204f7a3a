import { describe, expect, test } from "vitest";
import { type Asked, authorize } from "../../actions/lib/domain/authority.ts";
import type { Target } from "../../actions/lib/domain/command/target-rules.ts";
import { commandVerbs } from "../../actions/lib/domain/command/verbs.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import {
  asking,
  command,
  environments,
  found,
  lines,
  member,
  production,
  refusal,
  target,
  tiers,
  waiting,
} from "../fixtures/asked.ts";

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
