/** Restarting is its own deployment and nobody else's, also where its run was lost. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";
import { type Death, mortalCell } from "../fixtures/mortal-cell.ts";

const cluster = "mate-production";
const celery = "mate-clinic-b-production-celery";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ speed: 200 });
}, 120_000);
afterAll(() => world?.stop());
beforeEach(() => world.fleet.aws.calls.clear());

/** Service deployments of a service, the newest first. */
async function deployments(service = celery): Promise<readonly string[]> {
  const found = await world.fleet.invoke<{
    serviceDeployments: readonly { readonly serviceDeploymentArn: string; readonly createdAt: Date }[];
  }>("ecs", "ListServiceDeployments", { cluster, service, maxResults: 100 });
  return found.serviceDeployments
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .map(({ serviceDeploymentArn }) => serviceDeploymentArn);
}

/** What somebody does at the console. */
async function forcedByAnother(): Promise<void> {
  await world.fleet.invoke("ecs", "UpdateService", { cluster, service: celery, forceNewDeployment: true });
}

let comment = 750_000;

/** Kills a restart at one of its calls. False if it was through before. */
async function killed(body: string, death: Death): Promise<boolean> {
  comment++;
  const mortal = mortalCell(world.cell, death);
  const first = world.say(body, { comment, cell: mortal.cell });
  return (await Promise.race([first.then(() => "through"), mortal.died.then(() => "dead")])) === "dead";
}

const again = () => ({ comment, attempt: 2, holder: "gone" }) as const;

describe.for(["before", "after"] as const)("killed %s the call has its effect", { timeout: 170_000 }, (when) => {
  test("restarts every service once, however often it is run", async () => {
    for (let at = 1, alive = false; !alive; at++) {
      const before = (await deployments()).length;

      alive = !(await killed("/restart clinic-b celery", { at, when }));
      const heard = await world.say("/restart clinic-b celery", again());

      expect(heard.reply?.state, `call ${at}: ${heard.text}`).toBe("done");
      expect(await deployments(), `call ${at}`).toHaveLength(before + 1);
    }
  });
});

describe("a deployment that somebody else forced", { timeout: 60_000 }, () => {
  test("since the command was begun is not the restart", async () => {
    const { find } = world.cell.services;
    let looks = 0;
    const forcedMeanwhile: typeof find = async (...of) => {
      looks++;
      if (looks === 1) await forcedByAnother();
      return await find(...of);
    };
    const before = (await deployments()).length;

    const heard = await world.say("/restart clinic-b celery", {
      cell: { ...world.cell, services: { ...world.cell.services, find: forcedMeanwhile } },
    });

    expect(heard.reply?.state, heard.text).toBe("done");
    expect(await deployments()).toHaveLength(before + 2);
  });

  test("after a run was lost that had started nothing yet is not the restart", async () => {
    const [last] = await deployments();
    const first = world.say("/restart clinic-b celery", {
      comment: ++comment,
      cell: { ...world.cell, services: { ...world.cell.services, update: () => new Promise(() => {}) } },
    });
    await Promise.race([first, world.fleet.clock.sleep(10 * 60_000)]);
    expect((await deployments())[0]).toBe(last);
    await forcedByAnother();
    const [others] = await deployments();

    const heard = await world.say("/restart clinic-b celery", again());

    expect(heard.reply?.state, heard.text).toBe("done");
    const [own, before] = await deployments();
    expect([own === others, before]).toEqual([false, others]);
  });

  test("and that takes the place of the restart's is told, and not called a success", async () => {
    const { update } = world.cell.services;
    const overtaken: typeof update = async (wish) => {
      const own = await update(wish);
      await forcedByAnother();
      return own;
    };

    const heard = await world.say("/restart clinic-b celery", {
      cell: { ...world.cell, services: { ...world.cell.services, update: overtaken } },
    });

    expect(heard.reply, heard.text).toMatchObject({ state: "failed", reasonCode: "superseded" });
    expect(heard.text).toContain("newer deployment");
  });
});
