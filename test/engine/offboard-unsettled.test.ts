/** A hospital that was added, whose first deployment failed half-way, and whose file is taken back: nothing of it is forgotten. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { offboard } from "../fixtures/offboarding.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { keptIssues } from "../fixtures/watched-cell.ts";

const stack = "mate-clinic-x-production";
const clinic = smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x") });
const without = smallFleet({ "tenants/README.md": "Nobody at this moment." });
const { issues, all } = keptIssues();
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
}, 120_000);
afterAll(() => stage.stop());

const production = (): Environment => stage.production(without);

test("its stack is made, its migration fails, and it is still due", async () => {
  behaves(stage.aws.world, { family: `clinic-x-production-migrate` }, { exitCode: 1, afterMs: 1_000 });

  const outcomes = await stage.deploy(clinic);

  expect(outcomes.map(({ stage: name, outcome }) => [name, outcome])).toContainEqual(["migrate", "failed"]);
  expect((await stage.cell(production()).stacks.find(stack))?.status).toBe("UPDATE_COMPLETE");
  expect(await stage.due(clinic)).toMatchObject({ settled: 0, waves: [{ tenants: ["clinic-x"] }] });
});

test("its file is gone: the plan says that it is removed, and the deployment finds and removes it", async () => {
  const { plan } = await stage.plan(clinic, without);
  expect(plan?.plans).toMatchObject([{ tenant: "clinic-x", kind: "offboard" }]);

  expect((await stage.due(without)).offboard).toEqual(["production"]);
  const unsettled = { label: "unsettled:clinic-x", title: "clinic-x is not settled", body: "" };
  const { number } = await issues.open(unsettled);
  await issues.open({ ...unsettled, label: "unsettled:clinic-y" });
  const { certificates, failed } = await offboard(stage, without, { issues });

  expect(failed).toEqual([]);
  expect(certificates).toMatchObject([{ tenant: "clinic-x", stack }]);
  expect(certificates[0]?.kept.map(({ logicalId }) => logicalId)).toContain("DataBucket");
  expect(await stage.cell(production()).stacks.find(stack)).toBeUndefined();
  expect((await stage.due(without)).offboard).toEqual([]);
  expect([...all].map(([one, { state }]) => [one === number, state])).toEqual([
    [true, "closed"],
    [false, "open"],
  ]);
});
