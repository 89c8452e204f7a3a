/** Whose name is in CloudTrail behind what a run does in AWS. */
import { expect, test } from "vitest";
import { runContext } from "../../actions/lib/runtime/context.ts";

const run = {
  ...{ GITHUB_REPOSITORY: "mate/tenants", GITHUB_RUN_ID: "4711", GITHUB_SERVER_URL: "https://github.test" },
  ...{ GITHUB_API_URL: "https://api.github.test", GITHUB_SHA: "0".repeat(40), GITHUB_EVENT_NAME: "push" },
  ...{
    GITHUB_EVENT_PATH: new URL("../../tenants/schema.json", import.meta.url).pathname,
    GITHUB_WORKSPACE: "/nowhere",
  },
};

test("sessions carry the name of who started this attempt, who need not be who caused the run", () => {
  const first = runContext({ ...run, GITHUB_ACTOR: "alice", GITHUB_TRIGGERING_ACTOR: "alice" });
  const again = runContext({ ...run, GITHUB_ACTOR: "alice", GITHUB_TRIGGERING_ACTOR: "bob", GITHUB_RUN_ATTEMPT: "2" });

  expect(first.session).toBe("alice-4711");
  expect(again).toMatchObject({ actor: "alice", startedBy: "bob", session: "bob-4711" });
});
