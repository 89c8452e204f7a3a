/** How a live change by a command ends: its time is up, nobody wants it in git, or git has it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { overrideKey } from "../../actions/lib/domain/override.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ speed: 400 });
});
afterAll(() => world?.stop());
beforeEach(() => {
  world.recorded.length = 0;
});

async function record<T>(key: string): Promise<T | undefined> {
  return (await world.fleet.process("v1.4.0").cell.records.get(key))?.value as T | undefined;
}

describe("a live change that is over", () => {
  test("when its time is up: its tenant counts as not settled, and a deployment is started that brings it back", async () => {
    await world.say("/scale hospital-a celery 3 for 10m");
    world.started.length = 0;
    expect(await world.sweep()).toEqual([]);
    world.fleet.clock.forward(11 * 60_000);

    const ended = await world.sweep();

    expect(ended).toEqual([expect.stringContaining("because its time is up")]);
    expect(world.started).toEqual([{ workflow: "deploy.yml", inputs: { tenant: "hospital-a" } }]);
    const { overrides } =
      (await record<{ overrides: readonly { service?: string }[] }>(overrideKey("hospital-a"))) ?? {};
    expect(overrides?.filter(({ service: of }) => of === "celery")).toEqual([]);
    const settled = await world.fleet.process("v1.4.0").cell.records.list("settled/hospital-a/");
    expect(settled.some((key) => key.includes("/ended-"))).toBe(true);
    expect(await world.sweep()).toEqual([]);
  });

  test("when its pull request was closed without being merged", async () => {
    await world.say("/scale clinic-b celery 2");
    world.started.length = 0;

    const ended = await world.sweep("closed");

    expect(ended).toContainEqual(expect.stringMatching(/^clinic-b: op-\w+ is over, because nobody wants it in git$/));
    expect(world.replies.at(-1)?.reply).toMatchObject({ state: "answered" });
    expect(world.started).toContainEqual({ workflow: "deploy.yml", inputs: { tenant: "clinic-b" } });
  });

  test("when git has it and no deployment knows of it, for its pull request merged itself: one is started, once", async () => {
    await world.say("/scale clinic-b celery 3");
    world.started.length = 0;

    await world.sweep("merged");
    await world.sweep("merged");

    expect(world.started).toEqual([{ workflow: "deploy.yml", inputs: { tenant: "clinic-b" } }]);
    expect(await record(overrideKey("clinic-b"))).toEqual({ overrides: [] });
  });

  test("when git has it and its tenant settled with it: it is forgotten, and nothing is deployed for it", async () => {
    await world.say("/scale clinic-b celery 2");
    world.started.length = 0;
    const { records } = world.fleet.process("v1.4.0").cell;
    for (const key of await records.list("settled/clinic-b/")) await records.delete(key);
    await records.put("settled/clinic-b/1f0c", { at: new Date(world.fleet.clock.now()).toISOString() });

    await world.sweep("merged");

    expect(world.started).toEqual([]);
    expect(await record(overrideKey("clinic-b"))).toEqual({ overrides: [] });
  });
});
