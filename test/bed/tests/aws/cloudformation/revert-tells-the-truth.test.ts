import fc from "fast-check";
import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { stage, template, topic } from "./stage.ts";

const IDS = ["A", "B", "C", "D"] as const;
const labels = ["x", "y", "z"] as const;

/** What a topic is called in the template before and after, whether a later one reads it, and what somebody makes of it in between. */
const topics = fc.tuple(
  ...IDS.map(() =>
    fc.record({
      before: fc.constantFrom(...labels),
      after: fc.constantFrom(...labels),
      reads: fc.boolean(),
      made: fc.constantFrom("nothing", "deleted", ...labels),
    }),
  ),
);
type Topics = typeof topics extends fc.Arbitrary<infer T> ? T : never;

function written(choices: Topics, when: "before" | "after"): Readonly<Record<string, object>> {
  return Object.fromEntries(
    choices.map((choice, index) => {
      const other = IDS[index - 1];
      const DisplayName = choice.reads && other !== undefined ? { Ref: other } : choice[when];
      return [IDS[index] ?? "", topic({ TopicName: IDS[index], DisplayName })];
    }),
  );
}

const at = (name: string) => ({
  ...{ account: "123456789012", region: "eu-west-1", type: "AWS::SNS::Topic" },
  physicalId: `arn:aws:sns:eu-west-1:123456789012:${name}`,
});

test("a drift-aware change set announces all it does, and afterwards the stack is what its template says, whatever was done to it", async () => {
  await fc.assert(
    fc.asyncProperty(topics, async (choices) => {
      const on = stage();
      await on.create("s", template(written(choices, "before")));
      const faults = cloudFormationFaults(on.world);
      for (const [index, { made }] of choices.entries()) {
        if (made === "nothing") continue;
        faults.tamper(at(IDS[index] ?? ""), made === "deleted" ? undefined : { DisplayName: made });
      }
      const after = template(written(choices, "after"));

      const view = await on.plan("s", "revert", after, { DeploymentMode: "REVERT_DRIFT" });

      const deleted = IDS.filter((_, index) => choices[index]?.made === "deleted");
      expect(
        view.Changes.filter(({ Action }) => Action === "Add").map(({ LogicalResourceId }) => LogicalResourceId),
      ).toEqual(deleted);
      const kept = (await on.history("s")).length;
      if (view.Status === "CREATE_COMPLETE") {
        await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "revert" });
        expect((await on.settled("s")).StackStatus).toBe("UPDATE_COMPLETE");
      }
      const touched = new Set((await on.history("s")).slice(kept).map((line) => line.split(" ")[0]));
      touched.delete("s");
      const named = view.Changes.filter(({ Action }) => Action !== "SyncWithActual").map(
        (one) => one.LogicalResourceId,
      );
      for (const id of touched) expect(named).toContain(id);
      await on.cfn("DetectStackDrift", { StackName: "s" });
      await on.world.clock.sleep(15_000);
      const { StackResourceDrifts } = await on.cfn("DescribeStackResourceDrifts", { StackName: "s" });
      expect(
        StackResourceDrifts.filter(
          (one: { StackResourceDriftStatus: string }) => one.StackResourceDriftStatus !== "IN_SYNC",
        ),
      ).toEqual([]);
      const again = await on.plan("s", "again", after, { DeploymentMode: "REVERT_DRIFT" });
      expect(again).toMatchObject({ Status: "FAILED", StackDriftStatus: "IN_SYNC", Changes: [] });
    }),
    { numRuns: 100 },
  );
});
