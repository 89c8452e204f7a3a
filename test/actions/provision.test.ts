import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDeclared } from "../../actions/lib/adapters/files/declared-fleet.ts";
import { itemisedPrices } from "../../actions/lib/adapters/files/prices.ts";
import { writeTenant } from "../../actions/lib/adapters/files/write-tenant.ts";
import { gitHubRepository } from "../../actions/lib/adapters/github/client.ts";
import { gitHubProposals } from "../../actions/lib/adapters/github/proposals.ts";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";
import { provisionPull } from "../../actions/lib/report/provision-pull.ts";
import { provision } from "../../actions/provision/provision.ts";
import { type GitHubBed, startGitHubBed } from "../bed/github/bed.ts";

const top = new URL("../../", import.meta.url).pathname;
let bed: GitHubBed;

beforeAll(async () => {
  bed = await startGitHubBed();
  bed.addUser("alice");
  await bed.createRepository({
    owner: "mate-health",
    name: "tenants",
    files: {
      "tenants/hospital-a.yml": readFileSync(`${top}tenants/hospital-a.yml`, "utf8"),
      ".github/workflows/plan.yml":
        "name: plan\non:\n  workflow_dispatch:\n    inputs:\n      pull-request: { required: true }\njobs: {}\n",
    },
    collaborators: { alice: "admin" },
  });
});
afterAll(() => bed.close());

async function form(answers: Readonly<Record<string, string>>) {
  const token = bed.jobToken("mate-health/tenants", { contents: "write", pull_requests: "write", actions: "write" });
  const github = gitHubRepository({ apiUrl: bed.apiUrl, token, owner: "mate-health", repository: "tenants" });
  return await provision(
    { answers, declared: await loadDeclared(top), by: "alice" },
    {
      proposals: gitHubProposals(github, { plan: "started" }),
      cost: await itemisedPrices(top),
      write: writeTenant,
      describe: provisionPull,
    },
  );
}

const standard = {
  ...{ name: "clinic-h", "display-name": "Clinic H", tier: "standard", environment: "production" },
  ...{ contact: "it@h.org", sso: "none" },
};
const fileOn = (branch: string, path: string): string =>
  execFileSync("git", ["-C", bed.repository("mate-health/tenants").dir, "show", `${branch}:${path}`], {
    encoding: "utf8",
  });

test("the form opens a pull request with the file, its cost and who asked, and has it planned", async () => {
  const dispatched: unknown[] = [];
  const off = bed.events.subscribe(({ name, payload }) => {
    if (name === "workflow_dispatch") dispatched.push(payload);
  });
  const { url, file, outcome, number } = await form(standard);
  off();

  expect([outcome, file]).toEqual(["opened", "tenants/clinic-h.yml"]);
  expect(url).toContain(`/mate-health/tenants/pull/${number}`);
  expect(fileOn("provision/clinic-h", file)).toBe(
    "# yaml-language-server: $schema=./schema.json\nname: clinic-h\ndisplayName: Clinic H\ntier: standard\nenvironment: production\ncontact: it@h.org\n",
  );
  const token = bed.tokenOf("alice");
  const answer = await fetch(`${bed.apiUrl}/repos/mate-health/tenants/pulls/${number}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const pull = (await answer.json()) as { readonly title: string; readonly body: string };
  expect(pull.title).toBe("Add clinic-h (standard, production)");
  expect(pull.body).toContain("Asked for by alice");
  expect(pull.body).toMatch(/\*\*\d+ to \d+ USD\*\* a month; budget 250 USD/);
  expect(dispatched).toEqual([expect.objectContaining({ inputs: { "pull-request": String(number) } })]);
});

test("a trial gets the lowest free number on the shared Redis, and fields of other ways to sign in are left out", async () => {
  await form({ ...standard, name: "practice-i", tier: "trial", "metadata-url": "https://ignored.example.org" });

  const text = fileOn("provision/practice-i", "tenants/practice-i.yml");
  expect(text).toContain("redis: { index: 1 }\n");
  expect(text).not.toContain("sso");
});

test("everything that is wrong is said at once, and nothing is written", async () => {
  const wrong = form({ ...standard, name: "Clinic J", contact: "nobody", sso: "saml", "metadata-url": "idp" });

  await expect(wrong).rejects.toThrow(OperatorError);
  await expect(wrong).rejects.toThrow(/contact: contact must be an e-mail address/);
  await expect(wrong).rejects.toThrow(/sso.metadataUrl: metadataUrl must be an https URL/);
  const branches = execFileSync("git", ["-C", bed.repository("mate-health/tenants").dir, "branch", "--list"], {
    encoding: "utf8",
  });
  expect(branches).not.toContain("Clinic");
});
