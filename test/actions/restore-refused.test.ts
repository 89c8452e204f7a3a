/** A restore that nobody may start, or that goes to no time and no snapshot of this tenant: not one thing is changed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RestoreStage, startRestoreStage } from "../fixtures/restore-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: RestoreStage;
beforeAll(async () => {
  stage = await startRestoreStage({ "tenants/clinic-x.yml": standardTenant("clinic-x") }, true);
  // Until its first backup is uploaded no time can be asked for.
  await stage.sleep(20 * 60_000);
}, 120_000);
afterAll(() => stage?.stop());

describe("nothing is done", () => {
  test.for<readonly [string, Parameters<RestoreStage["restore"]>[0], Parameters<RestoreStage["restore"]>[1], RegExp]>([
    [
      "without the tenant's name typed",
      { tenant: "clinic-x", mode: "execute", confirm: "clinic" },
      {},
      /type clinic-x into confirm/,
    ],
    ["when nobody approved", { tenant: "clinic-x", mode: "execute" }, { approvers: [] }, /nobody approved this run/],
    [
      "when the asker approved",
      { tenant: "clinic-x", mode: "execute" },
      { approvers: ["Alice"] },
      /only Alice approved, who asked/,
    ],
    [
      "when one approved who may not restore",
      { tenant: "clinic-x", mode: "execute" },
      { approvers: ["rita"] },
      /rita may status.*not restore/,
    ],
    [
      "when somebody who may not restore started it again",
      {
        tenant: "clinic-x",
        mode: "execute",
        run: { id: "5", url: "https://run/5", actor: "alice", startedBy: "rita" },
      },
      {},
      /rita has read/,
    ],
    [
      "for a time before the backups",
      { tenant: "clinic-x", mode: "execute", when: "2020-01-01T00:00:00Z" },
      {},
      /to any second from/,
    ],
    [
      "for a snapshot of somebody else",
      { tenant: "clinic-x", mode: "execute", when: "neighbour" },
      {},
      /is a snapshot of mate-trial-production, not of/,
    ],
    [
      "for a snapshot that is not there",
      { tenant: "clinic-x", mode: "execute", when: "nothing" },
      {},
      /there is no snapshot nothing/,
    ],
    [
      "for a time without a zone",
      { tenant: "clinic-x", mode: "execute", when: "2026-11-27T03:00" },
      {},
      /a time needs its zone/,
    ],
    [
      "to an operation of nobody",
      { tenant: "clinic-x", mode: "undo", operation: "op-r1" },
      {},
      /clinic-x has no restore op-r1/,
    ],
  ])("%s", async ([, request, more, because]) => {
    if (request.when === "neighbour") await neighbourSnapshot();
    const before = await names();
    stage.aws.calls.clear();
    const run = { id: "99", url: "https://run/99", actor: "alice", startedBy: "alice" };

    await expect(stage.restore({ run, ...request }, more)).rejects.toThrow(because);

    expect(await names()).toEqual(before);
    const changing = stage.aws.calls
      .all()
      .filter(({ service, operation: name }) => service !== "s3" && !/^(Describe|Get|List)/.test(name));
    expect(changing).toEqual([]);
  });
});

async function names(): Promise<readonly string[]> {
  return (await stage.instances()).map(
    ({ DBInstanceIdentifier, DbiResourceId }) => `${DBInstanceIdentifier} ${DbiResourceId}`,
  );
}

async function neighbourSnapshot(): Promise<void> {
  const DBSnapshotIdentifier = "neighbour";
  await stage.invoke("rds", "CreateDBSnapshot", {
    DBInstanceIdentifier: "mate-trial-production",
    DBSnapshotIdentifier,
  });
  await stage.sleep(5 * 60_000);
}
