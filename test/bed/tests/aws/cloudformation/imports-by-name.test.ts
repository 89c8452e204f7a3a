import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { table, tableImport, withTables } from "./retained-tables.ts";
import { parameter, template, topic } from "./stage.ts";

test("a stack that may import takes over what exists under its own names, and makes the rest", async () => {
  const on = await withTables("games");
  const view = await on.plan("s", "c", template({ Games: table("games"), New: topic() }), {
    ChangeSetType: "CREATE",
    ImportExistingResources: true,
  });
  expect(view.Changes).toMatchObject([
    { Action: "Import", LogicalResourceId: "Games", PhysicalResourceId: "games" },
    { Action: "Add", LogicalResourceId: "New" },
  ]);
  expect(view).toMatchObject({ ImportExistingResources: true });

  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });

  expect((await on.settled("s")).StackStatus).toBe("CREATE_COMPLETE");
  const history = await on.history("s");
  expect(history).toContain("Games IMPORT_COMPLETE");
  expect(history).toContain("New CREATE_COMPLETE");
});

test("an update may import as well, and its rollback leaves what exists alone", async () => {
  const on = await withTables("games");
  await on.create("s", template({ P: parameter("1") }));
  cloudFormationFaults(on.world).fail({ logicalId: "New", phase: "create", message: "no" });
  const body = template({ P: parameter("1"), Games: table("games"), New: topic({}, { DependsOn: "Games" }) });
  await on.plan("s", "c", body, { ImportExistingResources: true });

  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });

  expect((await on.settled("s")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  const again = { ChangeSetType: "IMPORT", ResourcesToImport: [tableImport("Games", "games")] };
  const view = await on.plan("other", "c", template({ Games: table("games") }), again);
  expect(view).toMatchObject({ Status: "CREATE_COMPLETE" });
});

test("a creation that imports and fails does not delete what existed", async () => {
  const on = await withTables("games");
  cloudFormationFaults(on.world).fail({ logicalId: "New", phase: "create", message: "no" });
  const games = { ...table("games"), DeletionPolicy: "RetainExceptOnCreate" };
  await on.plan("s", "c", template({ Games: games, New: topic({}, { DependsOn: "Games" }) }), {
    ...{ ChangeSetType: "CREATE", ImportExistingResources: true },
  });
  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c", RetainExceptOnCreate: true });

  expect((await on.settled("s")).StackStatus).toBe("ROLLBACK_COMPLETE");
  const again = { ChangeSetType: "IMPORT", ResourcesToImport: [tableImport("Games", "games")] };
  const view = await on.plan("other", "c", template({ Games: table("games") }), again);
  expect(view).toMatchObject({ Status: "CREATE_COMPLETE" });
});

test("existing resources that their policy would delete keep the change set from importing", async () => {
  const on = await withTables("games");
  const view = await on.plan("s", "c", template({ Games: { ...table("games"), DeletionPolicy: "Delete" } }), {
    ...{ ChangeSetType: "CREATE", ImportExistingResources: true },
  });
  expect(view).toMatchObject({
    Status: "FAILED",
    StatusReason:
      "CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are Games ({TableName=games})",
  });
});

test("a name that a function makes is not imported by itself", async () => {
  const on = await withTables("games");
  const dynamic = table("games");
  const named = { ...dynamic, Properties: { ...dynamic.Properties, TableName: { "Fn::Sub": "games" } } };
  const view = await on.plan("s", "c", template({ Games: named }), {
    ...{ ChangeSetType: "CREATE", ImportExistingResources: true, DisableValidation: true },
  });
  expect(view.Changes).toMatchObject([{ Action: "Add" }]);
});
