/** Commands in comments, through the committed workflow: what an operator types, what runs afterwards, and what the reply says. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandStage, openCommandStage } from "../fixtures/command-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const file = "tenants/clinic-x.yml";
const clinic = standardTenant(
  "clinic-x",
  "services:\n  # As agreed in May.\n  django: { count: { min: 2, max: 4 } }\n",
);
let place: CommandStage;
let pull: number;

beforeAll(async () => {
  place = await openCommandStage({ speed: 100, tenants: { [file]: clinic } });
  expect(place.newest("deploy").conclusion).toBe("success");
  // A pull request that has nothing to do with the tenant: where an operator happens to be.
  pull = await place.propose({ "README.md": "# Tenants\n" });
}, 240_000);

afterAll(() => place?.stage.stop());

describe("an operator scales", () => {
  test("until as many tasks are healthy, the floor of auto scaling is set, and git is asked to say so", async () => {
    const said = await place.say("oscar", pull, "/scale clinic-x 3");

    expect(said.reply).toMatch(/^### Scaled clinic-x: django tasks 2-4 → 3-4 in /);
    expect(said.reply).toContain("3 of 3 django tasks healthy");
    expect((await place.running("clinic-x")).django).toMatchObject({ running: 3, desired: 3, min: 3, max: 4 });
  });
});
