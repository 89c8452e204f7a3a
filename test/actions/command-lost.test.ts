/** Commands whose run was lost half way, and that do not work out when they are run again: what held before holds again. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";
import { type Override, overrideKey } from "../../actions/lib/domain/override.ts";
import { releaseKey } from "../../actions/lib/domain/release-record.ts";
import { overridesOf } from "../../actions/lib/engine/live-overrides.ts";
import type { Services } from "../../actions/lib/ports/services.ts";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";

const cluster = "mate-production";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ speed: 200 });
  for (const release of ["v1.4.0", "v1.5.0"]) {
    await world.cell.records.put(releaseKey(release), { release, revision: "abc", images: {}, migrations: "same" });
  }
}, 120_000);
afterAll(() => world?.stop());
beforeEach(() => {
  ecsControls(world.fleet.aws.world).scripts.length = 0;
});

/** Says it twice: the first run is lost at a call, the second goes on from there. */
async function lostAndAgain(body: string, comment: number, services: { first: Partial<Services>; again?: object }) {
  const cell = (changed: object) => ({ ...world.cell, services: { ...world.cell.services, ...changed } });
  const lost = world.say(body, { comment, cell: cell(services.first) });
  const died = await Promise.race([lost.then(({ text }) => text), reached.promise]);
  expect(died).toBe("lost");
  return await world.say(body, { comment, attempt: 2, holder: "gone", cell: cell(services.again ?? {}) });
}

let reached = Promise.withResolvers<string>();
beforeEach(() => {
  reached = Promise.withResolvers();
});

/** A call that never comes back, of a runner that is gone. */
async function gone(): Promise<never> {
  reached.resolve("lost");
  return await new Promise(() => {});
}

async function releases(tenant: string): Promise<readonly (string | undefined)[]> {
  const names = ["celery", "django", "beat"].map((role) => `mate-${tenant}-production-${role}`);
  const found = await world.cell.services.find(cluster, names);
  const definitions = await Promise.all(
    names.map(async (name) => {
      const service = found.find((one) => one.name === name);
      return service === undefined ? undefined : await world.cell.services.taskDefinition(service.taskDefinition);
    }),
  );
  return definitions.map((definition) => definition?.container.environment.MATE_RELEASE);
}

function earlier(override: Partial<Override>): Override {
  const common = { tenant: "clinic-b", since: "2026-11-20T08:00:00.000Z", by: "ben", operation: "op-zz" };
  return { ...common, ...override } as Override;
}

test("going back that was lost after the workers leaves one release everywhere, and is not tried by the next deployment", {
  timeout: 120_000,
}, async () => {
  const before = [earlier({ kind: "rollback", release: "v1.4.0" })];
  await world.cell.records.put(overrideKey("clinic-b"), { overrides: before });
  const lines = ["ImportError: no module named wards"];
  behaves(world.fleet.aws.world, { family: "clinic-b-production-django" }, { exitCode: 3, afterMs: 2_000, lines });
  const { update } = world.cell.services;

  const again = await lostAndAgain("/rollback clinic-b v1.5.0", 800_001, {
    first: { update: async (wish) => (wish.desire.role === "django" ? await gone() : await update(wish)) },
  });

  expect(again.reply, again.text).toMatchObject({ state: "failed", running: expect.stringContaining("celery") });
  expect(await releases("clinic-b")).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
  expect(await overridesOf("clinic-b", world.cell.records)).toEqual(before);
});

test("scaling that was lost before its first call, and is refused then, holds nothing against git, but what others did meanwhile stays", async () => {
  const before = earlier({ kind: "scale", service: "django", count: { min: 3, max: 6 }, tenant: "hospital-a" });
  await world.cell.records.put(overrideKey("hospital-a"), { overrides: [before] });
  const meanwhile = earlier({ kind: "rollback", release: "v1.4.0", tenant: "hospital-a", operation: "op-yy" });
  const refuse = async (): Promise<never> => {
    const [own] = await overridesOf("hospital-a", world.cell.records);
    if (own !== undefined) await world.cell.records.put(overrideKey("hospital-a"), { overrides: [own, meanwhile] });
    throw new OperatorError("no-rights", "auto scaling takes no new limits");
  };

  const again = await lostAndAgain("/scale hospital-a 4", 800_002, {
    first: { scale: gone },
    again: { scale: refuse },
  });

  expect(again.reply, again.text).toMatchObject({ state: "failed", reasonCode: "no-rights" });
  const left = await overridesOf("hospital-a", world.cell.records);
  expect(left.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([meanwhile, before]);
});
