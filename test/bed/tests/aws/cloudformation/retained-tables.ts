/** Tables that exist without a stack, and how a change set names them for an import. */
import { stage, template } from "./stage.ts";

export const KEPT = { DeletionPolicy: "Retain" };
export const table = (TableName: string) => ({
  Type: "AWS::DynamoDB::Table",
  Properties: { TableName, KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] },
  ...KEPT,
});
export const tableImport = (LogicalResourceId: string, TableName: string) => ({
  ResourceType: "AWS::DynamoDB::Table",
  LogicalResourceId,
  ResourceIdentifier: { TableName },
});

/** A stage on which tables exist that no stack has: their stack is gone and they were retained. */
export async function withTables(...names: readonly string[]) {
  const on = stage();
  await on.create("old", template(Object.fromEntries(names.map((name, index) => [`T${index}`, table(name)]))));
  await on.cfn("DeleteStack", { StackName: "old" });
  await on.world.clock.sleep(60_000);
  return on;
}
