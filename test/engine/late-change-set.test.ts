/** A change set that CloudFormation forgets for some seconds after it was made is waited for, not made again. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { apply } from "../../actions/apply/apply.ts";
import { type FleetStage, startFleetStage } from "../fixtures/fleet-stage.ts";

let stage: FleetStage;
beforeAll(async () => {
  stage = await startFleetStage({ tenants: ["clinic-a"], releases: ["v1.4.0"], speed: 60 });
}, 60_000);
afterAll(() => stage?.stop());

test("a tenant's stack is made although nothing can be found for five seconds after it was made", async () => {
  stage.aws.faults.add({ kind: "eventual-consistency", milliseconds: 5_000, match: { service: "cloudformation" } });

  const outcomes = await apply({ before: [] }, stage.process("v1.4.0", { stacks: "small" }));

  expect(outcomes.map(({ outcome, cause }) => [outcome, cause])).toEqual([["changed", undefined]]);
});
