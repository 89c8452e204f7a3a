import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { KEPT, table, tableImport, withTables } from "./retained-tables.ts";
import { parameter, stage, template, topic } from "./stage.ts";

test("a new stack takes over a retained table through a change set of type IMPORT, as AWS tells it", async () => {
  const on = await withTables("games");
  const view = await on.plan("fresh", "take", template({ Games: table("games") }), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [tableImport("Games", "games")],
  });
  expect(view).toMatchObject({ Status: "CREATE_COMPLETE", ExecutionStatus: "AVAILABLE" });
  expect(view.StatusReason).toMatch(/^Verify that resources and their properties defined in the template match/);
  expect(view.Changes).toMatchObject([
    { Action: "Import", LogicalResourceId: "Games", PhysicalResourceId: "games", Scope: [], Details: [] },
  ]);
  expect(view.Changes[0]).not.toHaveProperty("Replacement");
  expect((await on.stack("fresh")).StackStatus).toBe("REVIEW_IN_PROGRESS");

  await on.cfn("ExecuteChangeSet", { StackName: "fresh", ChangeSetName: "take" });

  expect((await on.settled("fresh")).StackStatus).toBe("IMPORT_COMPLETE");
  expect(await on.history("fresh")).toEqual([
    "fresh REVIEW_IN_PROGRESS",
    "fresh IMPORT_IN_PROGRESS",
    "Games IMPORT_IN_PROGRESS",
    "Games IMPORT_COMPLETE",
    "Games UPDATE_IN_PROGRESS",
    "Games UPDATE_COMPLETE",
    "fresh IMPORT_COMPLETE",
  ]);
  const { StackEvents } = await on.cfn("DescribeStackEvents", { StackName: "fresh" });
  expect(StackEvents.map((event: { ResourceStatusReason?: string }) => event.ResourceStatusReason)).toEqual([
    undefined,
    undefined,
    "Apply stack-level tags to imported resource if applicable.",
    "Resource import completed.",
    "Resource import started.",
    "User Initiated",
    "User Initiated",
  ]);
});

test("an imported resource is updated and deleted like any other of its stack", async () => {
  const on = await withTables("games");
  await on.plan("s", "c", template({ Games: table("games") }), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [tableImport("Games", "games")],
  });
  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });
  await on.settled("s");
  const paid = { ...table("games"), DeletionPolicy: "Delete" };
  const changed = { ...paid, Properties: { ...paid.Properties, BillingMode: "PAY_PER_REQUEST" } };

  expect((await on.update("s", template({ Games: changed }))).StackStatus).toBe("UPDATE_COMPLETE");
  await on.cfn("DeleteStack", { StackName: "s" });
  await on.world.clock.sleep(60_000);

  expect((await on.create("again", template({ Games: table("games") }))).StackStatus).toBe("CREATE_COMPLETE");
});

test("an import that fails lets everything go that it had taken over", async () => {
  const on = await withTables("a", "b");
  cloudFormationFaults(on.world).fail({ logicalId: "B", phase: "create", message: "no" });
  const before = template({ P: parameter("1") });
  await on.create("s", before);
  const body = template({ P: parameter("1"), A: table("a"), B: { ...table("b"), DependsOn: "A" } });
  await on.plan("s", "c", body, {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [tableImport("A", "a"), tableImport("B", "b")],
  });

  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });

  expect((await on.settled("s")).StackStatus).toBe("IMPORT_ROLLBACK_COMPLETE");
  expect((await on.history("s")).slice(-8)).toEqual([
    "B IMPORT_IN_PROGRESS",
    "B IMPORT_FAILED",
    "s IMPORT_ROLLBACK_IN_PROGRESS",
    "A IMPORT_ROLLBACK_IN_PROGRESS",
    "A IMPORT_ROLLBACK_COMPLETE",
    "B IMPORT_ROLLBACK_IN_PROGRESS",
    "B IMPORT_ROLLBACK_COMPLETE",
    "s IMPORT_ROLLBACK_COMPLETE",
  ]);
  const { StackResources } = await on.cfn("DescribeStackResources", { StackName: "s" });
  expect(StackResources.map((one: { LogicalResourceId: string }) => one.LogicalResourceId)).toEqual(["P"]);
  expect(await on.update("s", template({ P: parameter("2") }))).toMatchObject({ StackStatus: "UPDATE_COMPLETE" });
  const again = { ChangeSetType: "IMPORT", ResourcesToImport: [tableImport("A", "a")] };
  expect(await on.plan("other", "c", template({ A: table("a") }), again)).toMatchObject({ Status: "CREATE_COMPLETE" });
});

test.for([
  ["nothing", "none", "Resource of type 'AWS::SNS::Topic' with identifier 'arn:aws:sns:x' was not found."],
  ["a table", "none", "Table: none does not exist."],
] as const)("a change set that names %s that does not exist fails and says so", async ([what, name, reason]) => {
  const on = stage();
  const isTable = what === "a table";
  const view = await on.plan("s", "c", template({ X: isTable ? table(name) : topic({}, KEPT) }), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [
      isTable
        ? tableImport("X", name)
        : {
            ResourceType: "AWS::SNS::Topic",
            LogicalResourceId: "X",
            ResourceIdentifier: { TopicArn: "arn:aws:sns:x" },
          },
    ],
  });
  expect(view).toMatchObject({ Status: "FAILED", ExecutionStatus: "UNAVAILABLE", StatusReason: reason, Changes: [] });
  expect((await on.stack("s")).StackStatus).toBe("REVIEW_IN_PROGRESS");
});

test("what another stack has is not imported", async () => {
  const on = stage();
  const owner = await on.create("owner", template({ T: table("games") }));
  const view = await on.plan("s", "c", template({ Games: table("games") }), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [tableImport("Games", "games")],
  });
  expect(view).toMatchObject({ Status: "FAILED", StatusReason: `games already exists in stack ${owner.StackId}` });
});

const { DeletionPolicy: _, ...loose } = table("games");
test.for([
  ["without entries", { G: table("games") }, [], "Must Provide at least one resource to import"],
  [
    "of one resource twice",
    { G: table("games") },
    [tableImport("G", "games"), tableImport("G", "games")],
    "Every resource to import must have unique LogicalResourceId",
  ],
  [
    "of what the template lacks",
    { G: table("games") },
    [tableImport("X", "games")],
    "The logical resource ids [X] provided in ResourceToImport do not exist in the template.",
  ],
  [
    "by a property that does not identify",
    { G: table("games") },
    [{ ...tableImport("G", "games"), ResourceIdentifier: { Name: "games" } }],
    "Invalid resource identifier for resource type AWS::DynamoDB::Table. Expected [TableName]",
  ],
  [
    "as another type",
    { G: topic({}, KEPT) },
    [tableImport("G", "games")],
    "Resource type of [G] passed in ResourceToImport does not match with resource type defined in the template. Resource type in ResourceToImport: AWS::DynamoDB::Table; Resource type in Template: AWS::SNS::Topic.",
  ],
  [
    "with something new beside it",
    { G: table("games"), N: topic() },
    [tableImport("G", "games")],
    "Resources [N] is missing from ResourceToImport list",
  ],
  [
    "without a deletion policy",
    { G: loose },
    [tableImport("G", "games")],
    "The following resources to import [G] must have DeletionPolicy attribute specified in the template.",
  ],
] as const)("an import %s is refused and leaves no stack", async ([, resources, entries, message]) => {
  const on = await withTables("games");
  const input = {
    ...{ StackName: "s", ChangeSetName: "c", ChangeSetType: "IMPORT", ResourcesToImport: entries },
    TemplateBody: JSON.stringify(template(resources)),
  };
  expect(await on.refusal("CreateChangeSet", input)).toBe(`ValidationError: ${message}`);
  expect(await on.refusal("DescribeStacks", { StackName: "s" })).toMatch(/does not exist/);
});

test.for([
  [
    "that changes what the stack has",
    { P: parameter("2"), G: table("games") },
    {},
    "You have modified resources [P] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.",
  ],
  [
    "that removes what the stack has",
    { G: table("games") },
    {},
    "You have modified resources [P] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.",
  ],
  [
    "of what is in the stack, and nothing new",
    { P: parameter("1") },
    {},
    "The logical resource ids [G] provided in ResourceToImport do not exist in the template.",
  ],
  [
    "that adds outputs",
    { P: parameter("1"), G: table("games") },
    { Outputs: { O: { Value: "x" } } },
    "As part of the import operation, you cannot modify or add [Outputs]",
  ],
] as const)("an import into a stack %s is refused", async ([, resources, more, message]) => {
  const on = await withTables("games");
  await on.create("s", template({ P: parameter("1") }));
  const input = {
    ...{ StackName: "s", ChangeSetName: "c", ChangeSetType: "IMPORT", ResourcesToImport: [tableImport("G", "games")] },
    TemplateBody: JSON.stringify(template(resources, more)),
  };
  expect(await on.refusal("CreateChangeSet", input)).toBe(`ValidationError: ${message}`);
});
