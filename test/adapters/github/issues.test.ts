/** Issues while GitHub fails: there is one in the end, and not two. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { gitHubRepository } from "../../../actions/lib/adapters/github/client.ts";
import { gitHubDeployments } from "../../../actions/lib/adapters/github/deployments.ts";
import { gitHubIssues } from "../../../actions/lib/adapters/github/issues.ts";
import { type GitHubBed, startGitHubBed } from "../../bed/github/bed.ts";

const name = "acme/tenants";
let bed: GitHubBed;
beforeEach(async () => {
  bed = await startGitHubBed();
  bed.addUser("ada");
  await bed.createRepository({
    ...{ owner: "acme", name: "tenants", files: { "README.md": "# Tenants\n" }, collaborators: { ada: "admin" } },
  });
});
afterEach(() => bed.close());

const client = () =>
  gitHubRepository({
    ...{ apiUrl: bed.apiUrl, owner: "acme", repository: "tenants" },
    token: bed.jobToken(name, { contents: "read", issues: "write", deployments: "write" }),
  });
const wish = { label: "unsettled:clinic-b", title: "clinic-b is not settled", body: "crashed" };
const titles = () => [...bed.repository(name).issues.values()].map(({ title }) => title);

test.for([
  ["an error", { kind: "status", status: 502 }],
  ["a connection that broke before anything happened", { kind: "reset", when: "before" }],
  ["a connection that broke after the issue was there", { kind: "reset", when: "after" }],
] as const)("%s: the issue is opened once", async ([, effect]) => {
  bed.faults.add({ effect, method: "POST", path: /\/issues$/, calls: [1] });

  const { number } = await gitHubIssues(client()).open(wish);

  expect(titles()).toEqual([wish.title]);
  expect(await gitHubIssues(client()).find(wish.label)).toMatchObject({ number });
});

test("what GitHub refuses is not asked for again", async () => {
  const readOnly = gitHubRepository({
    ...{ apiUrl: bed.apiUrl, owner: "acme", repository: "tenants" },
    token: bed.jobToken(name, { issues: "read" }),
  });
  await expect(gitHubIssues(readOnly).open(wish)).rejects.toMatchObject({ status: 403 });
  expect(bed.calls.all().filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("a deployment is shown although GitHub failed at first", async () => {
  bed.faults.add({ effect: { kind: "status", status: 503 }, method: "POST", path: /\/deployments/, calls: [1, 2] });
  await gitHubDeployments(client()).record({
    ...{ environment: "clinic-b-production", commit: "main", state: "success", description: "runs v1.5.0" },
  });
  const [shown] = [...bed.repository(name).deployments.values()];
  expect(shown?.statuses.map(({ state }) => state)).toEqual(["success"]);
});
