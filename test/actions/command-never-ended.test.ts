/** A command that had its effect and was never written down, because its runner died or GitHub did not answer: the auditor finds it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { historyLine } from "../../actions/lib/domain/fleet-history.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";
import { mortalCell } from "../fixtures/mortal-cell.ts";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ speed: 200 });
}, 120_000);
afterAll(() => world?.stop());

async function entries(operation: string): Promise<readonly unknown[]> {
  const { records } = world.cell;
  const keys = (await records.list("journal/")).filter((key) => key.includes(`/${operation}-`));
  return await Promise.all(keys.map(async (key) => (await records.get(key))?.value));
}

test("done while GitHub was ill: two hours later the journal says who asked for what, once, and what was there before", async () => {
  const comment = 760_001;
  await expect(
    world.say("/scale hospital-a 4 because of an early clinic", { comment, recording: "fails" }),
  ).rejects.toThrow("502");
  const operation = `op-${comment.toString(36)}`;
  expect(await world.sweep()).toEqual([]);
  expect(await entries(operation)).toEqual([]);
  world.fleet.clock.forward(2 * 3_600_000);

  expect(await world.sweep()).toEqual([
    expect.stringContaining("/scale hospital-a 4 because of an early clinic of ada"),
  ]);
  expect(await world.sweep()).toEqual([]);

  const [entry, ...others] = await entries(operation);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    ...{ operation, verb: "scale", tenant: "hospital-a", environment: "production", actor: "ada", comment, pull: 7 },
    ...{ reason: "of an early clinic", outcome: "lost", reasonCode: "run-lost", saw: { count: "2-6" } },
  });
  expect(historyLine(entry)).toMatchObject({ actor: "ada", outcome: "lost", reason: "of an early clinic" });

  const again = await world.say("/scale hospital-a 4 because of an early clinic", { comment, attempt: 2 });

  expect(again.reply?.state, again.text).toBe("done");
  expect((await entries(operation)).map((one) => historyLine(one)?.outcome).toSorted()).toEqual(["done", "lost"]);
});

test("its runner died after the call: it is in the journal as well, and what still works is not", async () => {
  const comment = 760_002;
  const mortal = mortalCell(world.cell, { at: 6, when: "after" });
  void world.say("/restart clinic-b beat", { comment, cell: mortal.cell });
  await mortal.died;
  world.fleet.clock.forward(2 * 3_600_000 + 60_000);
  const working = await world.say("/restart clinic-b celery", { holder: "gone" });

  expect(await world.sweep()).toEqual([expect.stringContaining("/restart clinic-b beat of ada")]);

  expect(await entries(working.operation)).toHaveLength(1);
});

test("its runner died between the journal and its own record: the journal says how it ended, and nothing else", async () => {
  const comment = 760_003;
  const { promise: died, resolve: dies } = Promise.withResolvers<void>();
  const { records } = world.cell;
  const put: typeof records.put = async (key, ...rest) => {
    const tag = await records.put(key, ...rest);
    if (!key.startsWith("journal/")) return tag;
    dies();
    return await new Promise<never>(() => {});
  };
  void world.say("/restart clinic-b django", { comment, cell: { ...world.cell, records: { ...records, put } } });
  await died;
  world.fleet.clock.forward(26 * 3_600_000);

  await world.sweep();

  const told = await entries(`op-${comment.toString(36)}`);
  expect(told.map((one) => historyLine(one)?.outcome)).toEqual(["done"]);
});
