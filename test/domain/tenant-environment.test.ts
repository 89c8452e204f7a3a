import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { formatProblem } from "../../actions/lib/domain/problem.ts";
import { repositoryWith, standardTenant } from "../fixtures/tenants/repository.ts";

const production = readFileSync(new URL("../../infra/environments/production.yml", import.meta.url), "utf8");
const enterprise = readFileSync(new URL("../../infra/tiers/enterprise.yml", import.meta.url), "utf8");

/** The messages about a file in which one piece was replaced, without places: those are tested with the loader. */
function messages(path: string, text: string): readonly string[] {
  const { problems } = readRepository(repositoryWith({ [path]: text }));
  return problems.map((problem) => formatProblem(problem).replace(/^\S+: /, ""));
}

const swapped = (from: string, to: string): readonly string[] => {
  expect(production).toContain(from);
  return messages("infra/environments/production.yml", production.replace(from, to));
};

test.for([
  ['account: "123456789012"', "account: 123456789012", "account must be text, got 123456789012; put it in quotes"],
  ["release: v1.4.0", "release: 1.4.0", 'release must look like v1.4.0, got "1.4.0"'],
  [
    "canaries: [clinic-b]",
    "canaries: [clinic-c]",
    "canary clinic-c is not a tenant of environment production (did you mean clinic-b?)",
  ],
  ["canaries: [clinic-b]", "canaries: [clinic-b, clinic-b]", "canary clinic-b is listed twice"],
  ["waves: [10, 50, 100]", "waves: [50, 10, 100]", "waves must rise: 10 comes after 50"],
  ["waves: [10, 50, 100]", "waves: [10, 50]", "the last wave must be 100, got 50: the rest would never be rolled"],
  [
    "percent: 2, mode: strict",
    "percent: 2, mode: strickt",
    'mode must be strict or soft, got "strickt" (did you mean strict?)',
  ],
  ["percent: 2, mode", "precent: 2, mode", 'unknown key "precent" in rollout.failureBudget (did you mean percent?)'],
  [
    "team: platform, verbs: all",
    "team: platform, verbs: [scael]",
    'an item must be status, plan, scale, suspend, resume, restart, migrate, rollback, retry, logs, diagnose, confirm, cancel, unlock or restore, got "scael" (did you mean scale?)',
  ],
  ["team: on-call", "team: platform", "team platform is listed twice; write all their verbs and tiers in one entry"],
  [
    "platform: linux/amd64, context: .",
    "platform: linux/arm, context: .",
    'platform must be linux/amd64 or linux/arm64, got "linux/arm" (did you mean linux/arm64?)',
  ],
  ["context: .", "context: ../..", 'context must be a relative path without .., got "../.."'],
  [
    "tenants: 100",
    "tenants: 2",
    "environment production has room for 2 tenants and would have 3; add another environment file or raise the account's quotas and this limit",
  ],
  ["name: production", "name: prod", 'name "prod" is not the file\'s name "production"; make them the same'],
] as const)("an environment with %j changed to %j is told: %s", ([from, to, message]) => {
  expect(swapped(from, to).join("\n")).toContain(message);
});

test.for([
  ["{ name: x, from: '2026-12-24T00:00:00Z', until: '2026-12-23T00:00:00Z' }", "freeze window x ends before it begins"],
  [
    "{ name: x, from: tomorrow, until: '2026-12-23T00:00:00Z' }",
    'a moment is written "2026-12-24T18:00:00Z", got "tomorrow"',
  ],
  [
    "{ name: x, weekly: { days: [monday], from: '25:00', until: '10:00', timezone: America/New_York } }",
    'a time of day is written "22:00", got "25:00"',
  ],
  [
    "{ name: x, weekly: { days: [mondey], from: '06:00', until: '10:00', timezone: America/New_York } }",
    "did you mean monday?",
  ],
  [
    "{ name: x, weekly: { days: [monday], from: '06:00', until: '10:00', timezone: Mars/Base } }",
    'timezone must be a name of the IANA database such as America/New_York, got "Mars/Base"',
  ],
] as const)("a freeze window %s is told: %s", ([window, message]) => {
  expect(swapped("freezeWindows: []", `freezeWindows:\n  - ${window}`).join("\n")).toContain(message);
});

test.for(["ada", "ada-lovelace", "ada-lovelace_mate"])("%s can be an operator by login", (login) => {
  expect(swapped("team: on-call", `user: ${login}`)).toEqual([]);
});

test.for(["ada_", "_mate", "-ada", "ada lovelace", "a".repeat(40)])("%j is no login", (login) => {
  expect(swapped("team: on-call", `user: "${login}"`)).toHaveLength(1);
});

test("windows once and every week are both understood", () => {
  const windows =
    "freezeWindows:\n  - { name: a, from: '2026-12-23T00:00:00-05:00', until: '2027-01-02T00:00:00-05:00' }\n  - { name: b, weekly: { days: [monday], from: '22:00', until: '06:00', timezone: America/New_York }, tiers: [enterprise] }";
  expect(swapped("freezeWindows: []", windows)).toEqual([]);
});

test("a tier whose defaults break its own limits is told so, once, at the tier", () => {
  const text = enterprise
    .replace("backupRetentionDays: 30", "backupRetentionDays: 20")
    .replace("min: 2, max: 10 }, cpu: 1024", "min: 1, max: 10 }, cpu: 1024");
  expect(messages("infra/tiers/enterprise.yml", text)).toEqual([
    "count 1 is outside the 2 to 10 of tier enterprise",
    "backupRetentionDays 20 is not possible: tier enterprise has 30 to 35",
  ]);
});

test("two environments must not make one stack name out of two tenants", () => {
  const text = production
    .replace("name: production", "name: eu-staging")
    .replace("canaries: [clinic-b]", "canaries: []");
  expect(messages("infra/environments/eu-staging.yml", text)).toEqual([
    "environment eu-staging ends with the name of environment staging, so stack names would be ambiguous; rename one",
  ]);
});

test("two environments may share a domain, and then no two tenants of theirs an address", () => {
  const growth = production
    .replace("name: production", "name: production-2")
    .replace("canaries: [clinic-b]", "canaries: []");
  const added = (subdomain: string): readonly string[] => {
    const tenant = standardTenant("clinic-z", `subdomain: ${subdomain}\n`).replace(": production", ": production-2");
    const files = { "infra/environments/production-2.yml": growth, "tenants/clinic-z.yml": tenant };
    return readRepository(repositoryWith(files)).problems.map(({ message }) => message);
  };

  expect(added("clinic-z")).toEqual([]);
  expect(added("hospital-a")).toEqual(["subdomain hospital-a already belongs to tenant hospital-a; choose another"]);
});

test("an environment that cannot be read does not make its tenants' environment unknown, nor an unreadable tenant its canary", () => {
  expect(swapped("region: us-east-1", "region: nowhere")).toEqual([
    'region must be an AWS region such as us-east-1, got "nowhere"',
  ]);
  expect(messages("tenants/clinic-b.yml", standardTenant("clinic-b", "stat: 1\n"))).toEqual([
    'unknown key "stat" (did you mean state?)',
  ]);
});
