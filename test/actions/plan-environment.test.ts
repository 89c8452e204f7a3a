/** Edits of an environment's file: its tenants' data must not be left behind. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatProblem } from "../../actions/lib/domain/problem.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { plainEnvironment, smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
});
afterAll(() => stage.stop());

const environment = plainEnvironment({ release: "v1.4.0" });
const clinic = { "tenants/clinic-mv.yml": standardTenant("clinic-mv") };

function edited(from: string, to: string, tenants: Files): Files {
  expect(environment).toContain(from);
  return smallFleet({ ...tenants, "infra/environments/production.yml": environment.replace(from, to) });
}

test.for([
  [
    'account: "123456789012"',
    'account: "210987654321"',
    "infra/environments/production.yml:2:10: account of environment production cannot be changed from 123456789012 to 210987654321 while it has tenants: their data would stay behind",
  ],
  [
    "region: us-east-1",
    "region: eu-west-1",
    "infra/environments/production.yml:3:9: region of environment production cannot be changed from us-east-1 to eu-west-1 while it has tenants: their data would stay behind",
  ],
] as const)(
  "an environment with tenants in which %s becomes %s is refused at its line, and nothing is planned",
  async ([from, to, told]) => {
    stage.aws.calls.clear();

    const { problems, plan } = await stage.plan(smallFleet(clinic), edited(from, to, clinic));

    expect(problems.map(formatProblem)).toEqual([expect.stringContaining(told)]);
    expect(plan).toBeUndefined();
    expect(stage.aws.calls.all()).toEqual([]);
  },
);

test("an environment that has no tenants yet may still move", async () => {
  const elsewhere = edited("region: us-east-1", "region: eu-west-1", clinic);

  const { problems, expected } = await stage.plan(smallFleet({}), elsewhere);

  expect(problems).toEqual([]);
  expect(expected).toEqual(["clinic-mv"]);
});
