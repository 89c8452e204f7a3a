import { afterEach, beforeEach, expect, test } from "vitest";
import type { SteerableClock } from "../../clock.ts";
import type { GitHubBed } from "../../github/bed.ts";
import { standingClock } from "../../standing-clock.ts";
import { aStage, clientOf, NAME, REPO, refusal } from "./stage.ts";

let bed: GitHubBed;
let clock: SteerableClock;
let issue_number: number;
beforeEach(async () => {
  clock = standingClock();
  bed = await aStage({ clock, seed: 7 });
  issue_number = await bed
    .as("wendy", NAME)
    .openPullRequest({ title: "B", branch: "b", files: { "tenants/b.yml": "name: b\n" } });
});
afterEach(() => bed.close());

const say = (body: string) => clientOf(bed, "wendy").rest.issues.createComment({ ...REPO, issue_number, body });
const said = async () =>
  (await clientOf(bed, "wendy").rest.issues.listComments({ ...REPO, issue_number })).data.map((each) => each.body);

test("the second comment meets a server error and has no effect", async () => {
  bed.faults.add({ effect: { kind: "status", status: 502 }, method: "POST", path: /\/comments$/, calls: [2] });
  await say("one");
  expect(await refusal(say("two"))).toMatchObject({ status: 502 });
  await say("three");
  expect(await said()).toEqual(["one", "three"]);
});

test("a connection that breaks after the effect leaves the effect", async () => {
  bed.faults.add({ effect: { kind: "reset", when: "after" }, method: "POST", path: /\/comments$/, calls: [1] });
  bed.faults.add({ effect: { kind: "reset", when: "before" }, method: "POST", path: /\/comments$/, calls: [2] });
  await expect(say("one")).rejects.toThrow();
  await expect(say("two")).rejects.toThrow();
  expect(await said()).toEqual(["one"]);
});

test.for([403, 429] as const)("a secondary limit answers %i and says how long to wait", async (status) => {
  bed.faults.add({ effect: { kind: "secondary-limit", status, retryAfterSeconds: 30 }, calls: [1] });
  await expect(say("one")).rejects.toMatchObject({ status, response: { headers: { "retry-after": "30" } } });
});

test("a stale list lacks the newest comment and shows an edited one as it was", async () => {
  const { data } = await say("before");
  clock.forward(700);
  await clientOf(bed, "wendy").rest.issues.updateComment({ ...REPO, comment_id: data.id, body: "after" });
  await say("new");
  const heal = bed.faults.add({ effect: { kind: "stale", milliseconds: 600 }, method: "GET", path: /\/comments$/ });
  expect(await said()).toEqual(["before"]);
  heal();
  expect(await said()).toEqual(["after", "new"]);
});

test("a pull request whose mergeability is still computed says null", async () => {
  bed.faults.add({ effect: { kind: "mergeable-unknown" }, calls: [1] });
  const get = async () =>
    (await clientOf(bed, "wendy").rest.pulls.get({ ...REPO, pull_number: issue_number })).data.mergeable;
  expect([await get(), await get()]).toEqual([null, true]);
});

test("the same seed hits the same calls", async () => {
  const pattern = async (): Promise<string> => {
    const other = await aStage({ seed: 11 });
    try {
      other.faults.add({ effect: { kind: "status", status: 500 }, probability: 0.5 });
      let seen = "";
      for (let count = 0; count < 12; count += 1) {
        const answer = await fetch(`${other.apiUrl}/repos/acme/mate`, {
          headers: { authorization: `token ${other.tokenOf("wendy")}` },
        });
        seen += answer.ok ? "." : "x";
      }
      return seen;
    } finally {
      await other.close();
    }
  };
  const first = await pattern();
  expect(first).toMatch(/^(?=.*x)(?=.*\.)/);
  expect(await pattern()).toBe(first);
});

test("an unmodelled route is a loud 404 that the log remembers", async () => {
  const answer = await fetch(`${bed.apiUrl}/repos/acme/mate/traffic/views`, {
    headers: { authorization: `Bearer ${bed.tokenOf("alice")}` },
  });
  expect(answer.status).toBe(404);
  expect(answer.headers.get("x-bed-unmodelled")).toBe("GET /repos/acme/mate/traffic/views");
  expect(bed.calls.unmodelled().map((call) => call.path)).toEqual(["/repos/acme/mate/traffic/views"]);
});

test("published limits: the 81st comment of a minute is refused when the bed enforces them", async () => {
  const strict = await aStage({ clock, enforceRateLimits: true });
  try {
    const number = await strict
      .as("wendy", NAME)
      .openPullRequest({ title: "B", branch: "b", files: { "tenants/b.yml": "name: b\n" } });
    const wendy = clientOf(strict, "wendy");
    const comment = () => wendy.rest.issues.createComment({ ...REPO, issue_number: number, body: "hello" });
    for (let count = 0; count < 80; count += 1) await comment();
    await expect(comment()).rejects.toMatchObject({
      status: 403,
      response: { headers: { "x-ratelimit-remaining": "4919", "retry-after": expect.stringMatching(/^\d+$/) } },
    });
  } finally {
    await strict.close();
  }
});

test("a read that changed nothing costs a 304", async () => {
  const headers = { authorization: `Bearer ${bed.tokenOf("wendy")}` };
  const url = `${bed.apiUrl}/repos/acme/mate/pulls/${issue_number}`;
  const etag = (await fetch(url, { headers })).headers.get("etag") ?? "";
  expect((await fetch(url, { headers: { ...headers, "if-none-match": etag } })).status).toBe(304);
});
