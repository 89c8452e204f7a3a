import { describe, expect, test } from "vitest";
import { authorize } from "../../actions/lib/domain/authority.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { asking, frozen, lines, target } from "../fixtures/asked.ts";

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
