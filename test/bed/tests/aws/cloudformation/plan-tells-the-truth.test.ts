import fc from "fast-check";
import { expect, test } from "vitest";
import { stage, template, topic } from "./stage.ts";

const IDS = ["A", "B", "C", "D", "E"] as const;

/** A few topics; each may show a literal, or what an earlier one is called, has, or is. */
const topics = fc
  .tuple(
    ...IDS.map((_, index) =>
      fc.option(
        fc.record({
          name: fc.constantFrom("n1", "n2"),
          label: fc.constantFrom("x", "y", "ref", "att"),
          of: fc.nat(Math.max(0, index - 1)),
        }),
        { freq: 4 },
      ),
    ),
  )
  .map((choices) => {
    const resources: Record<string, object> = {};
    for (const [index, choice] of choices.entries()) {
      if (choice === null) continue;
      const id = IDS[index] ?? "A";
      const other = IDS[choice.of] ?? "A";
      const reads = index > 0 && resources[other] !== undefined;
      const literal = choice.label === "x" ? "x" : "y";
      const DisplayName =
        reads && choice.label === "ref"
          ? { Ref: other }
          : reads && choice.label === "att"
            ? { "Fn::GetAtt": [other, "DisplayName"] }
            : literal;
      resources[id] = topic({ TopicName: `${id}-${choice.name}`, DisplayName });
    }
    return { Z: topic({ TopicName: "z" }), ...resources };
  });

test("what a change set announces is what executing it does, for any two templates", async () => {
  await fc.assert(
    fc.asyncProperty(topics, topics, async (before, after) => {
      const { create, plan, cfn, changeSet, settled } = stage();
      const ids = async (): Promise<ReadonlyMap<string, string>> => {
        const { StackResources } = await cfn("DescribeStackResources", { StackName: "s" });
        return new Map(
          StackResources.map((one: { LogicalResourceId: string; PhysicalResourceId: string }) => [
            one.LogicalResourceId,
            one.PhysicalResourceId,
          ]),
        );
      };
      await create("s", template(before));
      const was = await ids();
      const view = await plan("s", "c", template(after));
      const wide = (await changeSet("s", "c")).Changes.map(({ LogicalResourceId }) => LogicalResourceId);
      if (view.Status === "CREATE_COMPLETE") {
        await cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });
        expect((await settled("s")).StackStatus).toBe("UPDATE_COMPLETE");
      }
      const is = await ids();

      const announced = (wanted: (change: (typeof view.Changes)[number]) => boolean): readonly string[] =>
        view.Changes.filter(wanted)
          .map(({ LogicalResourceId }) => LogicalResourceId)
          .sort();
      const all = [...new Set([...was.keys(), ...is.keys()])].sort();
      expect(announced(({ Action }) => Action === "Add")).toEqual(all.filter((id) => !was.has(id)));
      expect(announced(({ Action }) => Action === "Remove")).toEqual(all.filter((id) => !is.has(id)));
      expect(announced(({ Replacement }) => Replacement === "True")).toEqual(
        all.filter((id) => was.has(id) && is.has(id) && was.get(id) !== is.get(id)),
      );
      // Without values readers of something that changes are listed too, so nothing can happen that was not announced.
      const { StackEvents } = await cfn("DescribeStackEvents", { StackName: "s" });
      const touched = new Set<string>(
        StackEvents.filter(
          (event: { ResourceStatus: string; LogicalResourceId: string }) =>
            event.ResourceStatus.startsWith("UPDATE") && event.LogicalResourceId !== "s",
        ).map((event: { LogicalResourceId: string }) => event.LogicalResourceId),
      );
      for (const id of touched) expect(wide).toContain(id);
      expect((await plan("s", "again", template(after))).Status).toBe("FAILED");
    }),
    { numRuns: 150 },
  );
});
