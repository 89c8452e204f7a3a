import { expect, test } from "vitest";
import { planSubject } from "../../actions/plan/subject.ts";
import { OpenPulls } from "../fixtures/open-pulls.ts";

const opened = { event: "pull_request", number: 53, closed: false } as const;
test.for([
  ["a push since", { ...opened, commit: "a".repeat(40) }, {}],
  ["its end since", { ...opened, commit: "b".repeat(40) }, { state: "merged" }],
  ["its being opened again since", { ...opened, commit: "b".repeat(40), closed: true }, {}],
] as const)("started again after %s, a run shows and discards nothing", async ([_, occasion, now]) => {
  const pulls = new OpenPulls().opens(53, { commit: "b".repeat(40), ...now });

  await expect(planSubject(occasion, { depth: "full" }, pulls)).rejects.toThrow("this run is about #53 at");
});

test("a run about the pull request as it is goes on", async () => {
  const pulls = new OpenPulls().opens(54);
  const commit = pulls.pulls.get(54)?.commit ?? "";

  const subject = await planSubject({ ...opened, number: 54, commit }, { depth: "full" }, pulls);

  expect(subject).toEqual({ kind: "pull", pull: 54, commit, depth: "full" });
});

test.for([
  [undefined, "say which pull request to plan"],
  [61, "#61 is no pull request here"],
  [62, "#62 is merged"],
] as const)("asked by hand for %s it says %s", async ([pull, says]) => {
  const pulls = new OpenPulls().opens(62, { state: "merged" });
  const asked = { depth: "full", ...(pull !== undefined && { pull }) } as const;

  await expect(planSubject({ event: "workflow_dispatch" }, asked, pulls)).rejects.toThrow(says);
});
