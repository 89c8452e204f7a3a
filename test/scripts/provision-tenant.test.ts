import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGitHubBed } from "../bed/github/bed.ts";
import { startRehearsal } from "../fixtures/rehearsal.ts";
import { aCheckout, git, root } from "./checkout.ts";
import { converse } from "./conversation.ts";

let folder = "";
beforeAll(async () => {
  folder = await aCheckout();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const firstTry: readonly (readonly [string, string])[] = [
  ["Tenant name", "Hospital D"],
  ["Tenant name", "hospital-a"],
  ["Tenant name", "staging-d"],
  ["Tenant name", "hospital-d"],
  ["Display name", ""],
  ["Display name", "<b>D</b>"],
  ["Display name", "Hospital D, Röntgen & Labor"],
  ["Tier", "enterprize"],
  ["Tier", "enterprise"],
  ["Environment", "produktion"],
  ["Environment", ""],
  ["Contact", "the it department"],
  ["Contact", "it@hospital-d.org"],
  ["Sign-in", "smal"],
  ["Sign-in", "saml"],
  ["SAML metadata", "http://idp.hospital-d.org/metadata"],
  ["SAML metadata", "?"],
  ["SAML metadata", "https://idp.hospital-d.org/metadata"],
  ["Propose hospital-d?", "perhaps"],
  ["Propose hospital-d?", "y"],
];

test("somebody who gets every answer wrong at first is helped each time, and the tenant plans", async () => {
  const { exitCode, screen } = await converse("provision-tenant", ["--in", folder], { answers: firstTry });

  expect(exitCode, screen).toBe(0);
  for (const help of [
    'name "Hospital D" must start with a letter',
    "there is already a tenant hospital-a",
    "contains the environment name staging",
    "an answer is needed",
    "displayName may have letters",
    "did you mean enterprise?",
    "did you mean production?",
    "contact must be an e-mail address",
    "did you mean saml?",
    "metadataUrl must be an https URL",
    "publishes its SAML metadata. It is written as sso.metadataUrl",
    "answer y or n",
  ]) {
    expect(screen).toContain(help);
  }
  expect(screen).toMatch(/cost +\d+ to \d+ USD a month; budget 1000 USD/);
  expect(screen).toContain("git push origin provision/hospital-d");
  expect(git(folder, "status", "--porcelain", "--branch")).toBe("## main\n");
  expect(git(folder, "diff", "--name-status", "main", "provision/hospital-d")).toBe("A\ttenants/hospital-d.yml\n");
  const text = git(folder, "show", "provision/hospital-d:tenants/hospital-d.yml");

  const stage = await startRehearsal();
  try {
    const alone = Object.fromEntries(
      ["hospital-a", "clinic-b", "trial-c"].map((name) => [`tenants/${name}.yml`, undefined]),
    );
    const production = readFileSync(join(root, "infra/environments/production.yml"), "utf8");
    const base = { ...alone, "infra/environments/production.yml": production.replace("[clinic-b]", "[]") };
    const { problems, plan } = await stage.plan(base, { ...base, "tenants/hospital-d.yml": text });

    expect(problems).toEqual([]);
    expect(plan?.failures).toEqual([]);
    expect(plan?.plans.map(({ tenant, kind, tier }) => [tenant, kind, tier])).toEqual([
      ["hospital-d", "create", "enterprise"],
    ]);
  } finally {
    await stage.stop();
  }
}, 120_000);

test("a trial is offered the lowest number on the shared Redis that is free, and no sign-in it does not have", async () => {
  const answers = [
    ["Number on the shared Redis [1]", "0"],
    ["Number on the shared Redis [1]", ""],
    ["Propose", "n"],
  ] as const;
  const flags = [
    "--name",
    "practice-e",
    "--display-name",
    "Practice E",
    "--tier",
    "trial",
    "--environment",
    "production",
  ];
  const { screen, stdout, exitCode } = await converse(
    "provision-tenant",
    ["--in", folder, ...flags, "--contact", "e@practice.net"],
    { answers },
  );

  expect(screen).toContain("redis index 0 already belongs to tenant trial-c (the next free one is 1)");
  expect(screen).toContain("redis: { index: 1 }");
  expect(screen).not.toContain("Sign-in");
  expect([exitCode, stdout.trim()]).toEqual([0, "nothing was changed"]);
});

test("a flag that such a tenant has no use for is said to be left out", async () => {
  const flags = ["--name", "practice-g", "--display-name", "Practice G", "--tier", "trial", "--redis-index", "7"];
  const given = [...flags, "--environment", "production", "--contact", "g@practice.net", "--print", "--in", folder];
  const signIn = ["--sso", "saml", "--metadata-url", "https://idp.practice.net/metadata"];

  const { screen, stdout } = await converse("provision-tenant", [...given, ...signIn], { answers: [] });

  expect(screen).toContain("✗ --sso saml is left out: tenants of tier trial with sign-in none have no such thing");
  expect(screen).toContain("✗ --metadata-url https://idp.practice.net/metadata is left out");
  expect(screen).not.toContain("--redis-index");
  expect(stdout).not.toContain("sso");
});

test("with flags nothing is asked, and a wrong one says so instead of hanging", async () => {
  const flags = [
    "--name",
    "clinic-f",
    "--display-name",
    "Clinic F",
    "--tier",
    "standard",
    "--environment",
    "production",
  ];
  const rest = ["--sso", "none", "--print", "--in", folder];

  const right = await converse("provision-tenant", [...flags, "--contact", "it@f.org", ...rest], { answers: [] });
  const wrong = await converse("provision-tenant", [...flags, "--contact", "nobody", ...rest], { answers: [] });

  expect(right.stdout).toBe(`# yaml-language-server: $schema=./schema.json
name: clinic-f
displayName: Clinic F
tier: standard
environment: production
contact: it@f.org
`);
  expect(wrong.exitCode).toBe(1);
  expect(wrong.screen).toContain('contact must be an e-mail address, got "nobody"');
  expect(wrong.screen).toContain("the input ended at the question");
});

test("with a token the pull request is opened, and asking again adds to it instead of opening a second one", async () => {
  const bed = await startGitHubBed();
  try {
    bed.addUser("alice");
    const file = (path: string): readonly [string, string] => [path, readFileSync(join(folder, path), "utf8")];
    await bed.createRepository({
      owner: "mate-health",
      name: "tenants",
      files: Object.fromEntries([file("tenants/hospital-a.yml"), file("infra/prices.json")]),
      collaborators: { alice: "admin" },
    });
    const environment = {
      GITHUB_TOKEN: bed.tokenOf("alice"),
      GITHUB_REPOSITORY: "mate-health/tenants",
      GITHUB_API_URL: bed.apiUrl,
    };
    const ask = (displayName: string) =>
      converse(
        "provision-tenant",
        [
          ...["--name", "clinic-g", "--display-name", displayName, "--tier", "standard", "--environment", "production"],
          ...["--contact", "it@g.org", "--sso", "none", "--open", "--yes", "--in", folder],
        ],
        { answers: [], environment },
      );

    const first = await ask("Clinic G");
    const second = await ask("Clinic Gee");

    expect(first.stdout).toMatch(/^opened http\S+\/mate-health\/tenants\/pull\/1; /);
    expect(second.stdout).toMatch(/^updated http\S+\/mate-health\/tenants\/pull\/1; /);
    const { dir } = bed.repository("mate-health/tenants");
    expect(git(dir, "show", "provision/clinic-g:tenants/clinic-g.yml")).toContain("displayName: Clinic Gee\n");
    expect(git(dir, "diff", "--name-only", "main", "provision/clinic-g")).toBe("tenants/clinic-g.yml\n");
  } finally {
    await bed.close();
  }
});

test("without a token --open says what is missing before it asks anything", async () => {
  const { exitCode, screen } = await converse("provision-tenant", ["--open", "--in", folder], { answers: [] });

  expect([exitCode, screen.trim()]).toEqual([
    1,
    "--open needs a token that can write to the repository, in GITHUB_TOKEN",
  ]);
});

const clinicH = [
  ...["--name", "clinic-h", "--display-name", "Clinic H", "--tier", "standard", "--environment", "production"],
  ...["--contact", "it@h.org", "--sso", "none", "--yes"],
];

test("who has no name in git is told before the first question, and so is who is in no checkout", async () => {
  const nobody = { GIT_AUTHOR_NAME: "", GIT_COMMITTER_NAME: "", GIT_CONFIG_GLOBAL: "/dev/null" };
  const { exitCode, screen } = await converse("provision-tenant", ["--in", folder], {
    answers: [],
    environment: { ...nobody, GIT_COMMITTER_EMAIL: "", EMAIL: "" },
  });
  const nowhere = await converse("provision-tenant", ["--in", join(folder, "nowhere")], { answers: [] });

  expect(exitCode).toBe(1);
  expect(screen).toMatch(/^\n?git var failed: /);
  expect(screen).not.toContain("Tenant name");
  expect(nowhere.exitCode).toBe(2);
  expect(nowhere.screen).toContain("--in must be a checkout of this repository; there is no ");
});

test("a branch that is checked out is not moved away below somebody's feet", async () => {
  git(folder, "switch", "--quiet", "--create", "provision/clinic-h");
  try {
    const before = git(folder, "rev-parse", "HEAD");
    const { exitCode, screen } = await converse("provision-tenant", [...clinicH, "--in", folder], { answers: [] });

    expect(exitCode).toBe(1);
    expect(screen).toContain("provision/clinic-h is checked out here; switch to another branch first");
    expect(git(folder, "rev-parse", "HEAD")).toBe(before);
  } finally {
    git(folder, "switch", "--quiet", "main");
  }
});

test("a token that GitHub refuses is said in words", async () => {
  const bed = await startGitHubBed();
  try {
    const environment = { GITHUB_TOKEN: "ghp_stale", GITHUB_REPOSITORY: "a/b", GITHUB_API_URL: bed.apiUrl };
    const args = [...clinicH, "--open", "--in", folder];
    const refused = await converse("provision-tenant", args, { answers: [], environment });
    const alone = { ...environment, GITHUB_API_URL: "http://127.0.0.1:1" };
    const unreachable = await converse("provision-tenant", args, { answers: [], environment: alone });

    expect(refused.exitCode).toBe(1);
    expect(refused.screen).toContain("does not accept the token in GITHUB_TOKEN (Bad credentials");
    expect(unreachable.exitCode).toBe(1);
    expect(unreachable.screen).toMatch(
      /127\.0\.0\.1:1 cannot be reached .*; without --open a branch is left here instead/,
    );
    expect(`${refused.screen}${unreachable.screen}`).not.toContain("    at ");
  } finally {
    await bed.close();
  }
});
