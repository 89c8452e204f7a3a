/** Who may do what, through the real adapter and GitHub's answers: what cannot be looked up denies. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GitHubRepository, gitHubRepository } from "../../../actions/lib/adapters/github/client.ts";
import { gitHubPeople } from "../../../actions/lib/adapters/github/people.ts";
import type { GitHubBed } from "../../bed/github/bed.ts";
import { aStage, NAME, REPO } from "../../bed/tests/github/stage.ts";

let bed: GitHubBed;
beforeAll(async () => {
  bed = await aStage();
  bed.addTeam(REPO.owner, "on-call", ["wendy"]);
});
afterAll(() => bed.close());

const as = (token: string): GitHubRepository =>
  gitHubRepository({ apiUrl: bed.apiUrl, token, owner: REPO.owner, repository: REPO.repo });

/** Exactly the permissions of the job that acts; a members token only where one is given. */
const people = (members?: string) => {
  const job = bed.jobToken(NAME, { contents: "write", pull_requests: "write", actions: "write" });
  return gitHubPeople(as(job), as(members ?? job));
};

test.for([
  ["alice", "admin"],
  ["wendy", "write"],
  ["rita", "read"],
] as const)("%s has %s, whatever the comment says of its author", async ([login, permission]) => {
  expect(await people().find(login, [])).toEqual({ login, permission, teams: [] });
});

test("teams are looked up with the token for members", async () => {
  const members = bed.appToken(NAME, { members: "read" });

  expect((await people(members).find("wendy", ["on-call"])).teams).toEqual(["on-call"]);
  expect((await people(members).find("rita", ["on-call"])).teams).toEqual([]);
});

test("without that token nobody knows the teams, and that is no answer that allows something", async () => {
  expect((await people().find("wendy", ["on-call"])).teams).toBe("lookup-failed");
});

test.for([500, 503] as const)("an answer %s leaves permission and teams unknown", async (status) => {
  const forget = bed.faults.add({ effect: { kind: "status", status } });
  try {
    const found = await people(bed.appToken(NAME, { members: "read" })).find("wendy", ["on-call"]);
    expect(found).toEqual({ login: "wendy", permission: "lookup-failed", teams: "lookup-failed" });
  } finally {
    forget();
  }
});
