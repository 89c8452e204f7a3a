import { expect, test } from "vitest";
import type { DriftFinding, DriftKind } from "../../actions/lib/domain/drift.ts";
import { driftIssue } from "../../actions/lib/report/drift-issue.ts";
import { fleetPageScript } from "../../actions/lib/report/fleet-page-script.ts";
import { commandsIn, parses } from "./printed-commands.ts";

const run = "https://github.com/mate-health/tenants/actions/runs/1";
const at = "2026-11-27T03:17:00.000Z";
const kinds: readonly DriftKind[] = [
  ...(["unchecked", "stack", "service", "scaling", "backup", "stopped", "override", "orphan"] as const),
];
const finding = (kind: DriftKind, what = `${kind} is not as it should be`): DriftFinding => ({
  kind,
  subject: "x",
  what,
});

test("every kind of drift has its part and a next step whose commands can be copied", () => {
  const { title, body } = driftIssue({ subject: "hospital-a", findings: kinds.map((kind) => finding(kind)), at }, run);

  expect(title).toBe("hospital-a: drift (8 differences)");
  for (const kind of kinds) expect(body).toContain(`${kind} is not as it should be`);
  const commands = commandsIn(body);
  expect(commands).toEqual(expect.arrayContaining(["/retry hospital-a", "/status hospital-a", "/resume hospital-a"]));
  for (const command of commands) expect([command, parses(command)]).toEqual([command, true]);
});

test("both ways out of a changed stack are one click and named values away", () => {
  const { body } = driftIssue({ subject: "hospital-a", findings: [finding("stack")], at }, run);

  expect(body).toContain("[the drift form](https://github.com/mate-health/tenants/actions/workflows/drift.yml)");
  for (const value of ["`plan-revert`", "`revert`", "`adopt`", "`hospital-a`"]) expect(body).toContain(value);
  expect(body).toContain("gh workflow run drift.yml -f tenant=hospital-a -f mode=adopt");
});

test("what may cost data comes first, with a warning", () => {
  const { body } = driftIssue({ subject: "a", findings: [finding("scaling"), finding("backup")], at }, run);

  expect(body).toContain("> [!WARNING]");
  expect(body).toMatch(/### Backups[\s\S]*### Number of tasks/);
});

test("ten thousand findings still fit, and a hostile value cannot ping anybody", () => {
  const many = Array.from({ length: 10_000 }, (_, index) =>
    finding("stack", `Bucket${index} is @everyone <!-- mate -->`),
  );
  const { body } = driftIssue({ subject: "a", findings: many, at }, run);

  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
  expect(body).not.toContain("@everyone");
  expect(body).toContain("Shortened here");
});

test("the commands on a tenant's page of the fleet can be copied", () => {
  const verbs = [...fleetPageScript.matchAll(/"(\/[a-z]+) " \+ name/g)].map(([, verb]) => verb);

  expect(verbs).toEqual(["/status", "/diagnose", "/retry", "/resume", "/suspend"]);
  for (const verb of verbs) expect(parses(`${verb} hospital-a`)).toBe(true);
});
