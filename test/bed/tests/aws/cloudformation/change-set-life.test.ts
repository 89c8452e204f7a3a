/** A change set from its making to its end: named within its stack, read in pages, empty, executed or obsolete. */
import { expect, test } from "vitest";
import { parameter, stage, template, topic } from "./stage.ts";

test("planning what was just deployed finds nothing and fails as AWS does", async () => {
  const { create, plan, changeSet } = stage();
  const body = template({ A: topic({ DisplayName: "a" }), B: parameter({ "Fn::GetAtt": ["A", "TopicName"] }) });
  await create("same", body);

  const view = await plan("same", "again", body);

  expect(view).toMatchObject({ Status: "FAILED", ExecutionStatus: "UNAVAILABLE" });
  expect(view.StatusReason, "AWS says why only where it is not asked for values").toBeUndefined();
  expect((await changeSet("same", "again")).StatusReason).toBe(
    "The submitted information didn't contain changes. Submit different information to create a change set.",
  );
});

test("changing only an output is something to execute, without changes of resources", async () => {
  const { create, plan } = stage();
  await create("out", template({ A: topic() }));

  const view = await plan("out", "o", template({ A: topic() }, { Outputs: { Name: { Value: { Ref: "A" } } } }));

  expect(view).toMatchObject({ Status: "CREATE_COMPLETE", ExecutionStatus: "AVAILABLE", Changes: [] });
});

test("executing one change set deletes the others of its stack", async () => {
  const { create, plan, cfn, settled } = stage();
  await create("two", template({ A: topic({ DisplayName: "1" }) }));
  await plan("two", "first", template({ A: topic({ DisplayName: "2" }) }));
  await plan("two", "second", template({ A: topic({ DisplayName: "3" }) }));

  await cfn("ExecuteChangeSet", { StackName: "two", ChangeSetName: "first" });
  await settled("two");

  expect((await cfn("ListChangeSets", { StackName: "two" })).Summaries).toEqual([]);
});

test("a change set is obsolete once its stack was updated another way", async () => {
  const { create, plan, update, changeSet, refusal } = stage();
  await create("moved", template({ A: topic({ DisplayName: "1" }) }));
  await plan("moved", "mine", template({ A: topic({ DisplayName: "2" }) }));

  await update("moved", template({ A: topic({ DisplayName: "3" }) }));

  expect((await changeSet("moved", "mine")).ExecutionStatus).toBe("OBSOLETE");
  expect(await refusal("ExecuteChangeSet", { StackName: "moved", ChangeSetName: "mine" })).toMatch(
    /^InvalidChangeSetStatus: .*\[OBSOLETE\]$/,
  );
});

test("two stacks may have change sets of one name", async () => {
  const { create, plan, changeSet } = stage();
  await create("a", template({ A: topic({ DisplayName: "1" }) }));
  await create("b", template({ B: topic({ DisplayName: "1" }) }));
  await plan("a", "plan", template({ A: topic({ DisplayName: "2" }) }));
  await plan("b", "plan", template({ B: topic({ DisplayName: "2" }) }));

  expect((await changeSet("a", "plan")).Changes[0]?.LogicalResourceId).toBe("A");
  expect((await changeSet("b", "plan")).Changes[0]?.LogicalResourceId).toBe("B");
});

test("a change set of hundreds of changes comes in pages", async () => {
  const { cfn, changeSet } = stage();
  const many = Object.fromEntries(
    Array.from({ length: 230 }, (_, index) => [`T${String(index).padStart(3, "0")}`, topic()]),
  );
  await cfn("CreateChangeSet", {
    StackName: "big",
    ChangeSetName: "c",
    ChangeSetType: "CREATE",
    TemplateBody: JSON.stringify(template(many)),
  });
  await changeSet("big", "c");

  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cfn("DescribeChangeSet", { StackName: "big", ChangeSetName: "c", NextToken });
    seen.push(
      ...page.Changes.map(
        (change: { ResourceChange: { LogicalResourceId: string } }) => change.ResourceChange.LogicalResourceId,
      ),
    );
    NextToken = page.NextToken;
  } while (NextToken !== undefined);

  expect(seen).toEqual(Object.keys(many));
});

test("asking twice with one client token makes one change set", async () => {
  const { cfn } = stage();
  const request = {
    StackName: "once",
    ChangeSetName: "c",
    ChangeSetType: "CREATE",
    ClientToken: "t",
    TemplateBody: JSON.stringify(template({ A: topic() })),
  };

  const first = await cfn("CreateChangeSet", request);
  const second = await cfn("CreateChangeSet", request);

  expect(second).toEqual(first);
});
