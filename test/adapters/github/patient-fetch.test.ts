/** How requests wait for GitHub's limits, by the rules of its REST documentation ("Rate limits", "Exceeding the rate limit"). */
import { expect, test } from "vitest";
import { patientFetch } from "../../../actions/lib/adapters/github/patient-fetch.ts";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const at = 1_790_000_000_000;
const address = "https://github.test/repos/a/b/issues/1/comments";

/** Sends one request to a GitHub that gives these answers, one after the other, and tells what came and how long was waited. */
async function ask(
  answers: readonly (Answer | "broken")[],
  { method = "POST", url = address }: { readonly method?: string; readonly url?: string } = {},
): Promise<{ readonly status: number | "broken"; readonly waited: readonly number[]; readonly unasked: number }> {
  const left = [...answers];
  const waited: number[] = [];
  const send = async (): Promise<Response> => {
    const answer = left.shift();
    if (answer === undefined) throw new Error("GitHub was asked once more than it answers");
    if (answer === "broken") throw new TypeError("fetch failed");
    return new Response(answer.body ?? "{}", { status: answer.status, headers: { ...answer.headers } });
  };
  const patience = {
    now: () => at,
    sleep: async (milliseconds: number) => {
      waited.push(milliseconds / 1000);
    },
  };
  const status = await patientFetch(send, patience)(url, { method }).then(
    (response) => response.status,
    () => "broken" as const,
  );
  return { status, waited, unasked: left.length };
}

const ok: Answer = { status: 201 };
const soon = String(at / 1000 + 40);
const secondary = '{"message":"You have exceeded a secondary rate limit."}';

test.for<[string, Answer, number]>([
  ["as long as it says", { status: 403, headers: { "retry-after": "90" } }, 90],
  [
    "until the hour's requests come back",
    { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": soon } },
    40,
  ],
  ["a minute where it says nothing", { status: 403, body: secondary }, 60],
  ["a minute for too many requests", { status: 429 }, 60],
])("refused by a limit, a comment waits %s and is written once", async ([_, refusal, seconds]) => {
  expect(await ask([refusal, ok])).toEqual({ status: 201, waited: [seconds], unasked: 0 });
});

test("refused again without a word, it waits twice as long, and then is told", async () => {
  const refusal = { status: 403, body: secondary };
  expect(await ask([refusal, refusal, refusal, ok])).toEqual({ status: 403, waited: [60, 120], unasked: 1 });
});

test.for<[string, Answer]>([
  ["a wait of half an hour", { status: 429, headers: { "retry-after": "1800" } }],
  [
    "an hour without requests",
    { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(at / 1000 + 3000) } },
  ],
  ["a permission that is missing", { status: 403, body: '{"message":"Resource not accessible by integration"}' }],
])("%s is told at once", async ([_, refusal]) => {
  expect(await ask([refusal, ok])).toEqual({ status: refusal.status, waited: [], unasked: 1 });
});

test.for<[string, string, boolean]>([
  ["GET", address, true],
  ["PATCH", address, true],
  ["POST", address, false],
  ["POST", "https://github.test/repos/a/b/check-runs", true],
  ["POST", "https://github.test/repos/a/b/git/trees", true],
  ["POST", "https://github.test/repos/a/b/pulls", false],
])("after a fault of GitHub, %s %s is tried again: %s", async ([method, url, again]) => {
  for (const fault of [{ status: 502 }, "broken"] as const) {
    const { status, unasked } = await ask([fault, ok], { method, url });
    expect([status === 201, unasked]).toEqual([again, again ? 0 : 1]);
  }
});
