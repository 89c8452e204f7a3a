import { expect, test } from "vitest";
import { stage, template, topic } from "./stage.ts";

test("a protected stack cannot be deleted, and is called what the caller called it", async () => {
  const { create, refusal } = stage();
  const { StackId } = await create("safe", template({ A: topic() }), { EnableTerminationProtection: true });

  for (const StackName of ["safe", StackId])
    expect(await refusal("DeleteStack", { StackName })).toBe(
      `ValidationError: Stack [${StackName}] cannot be deleted while TerminationProtection is enabled`,
    );
});

test("an export in use can neither go nor change, and its stack cannot be deleted", async () => {
  const { create, update, cfn, settled, history } = stage();
  const exporting = (value: string): object =>
    template({ A: topic() }, { Outputs: { Vpc: { Value: value, Export: { Name: "vpc" } } } });
  const { StackId } = await create("network", exporting("vpc-1"));
  await create("reader", template({ B: topic({ DisplayName: { "Fn::ImportValue": "vpc" } }) }));

  expect((await update("network", exporting("vpc-2"))).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  await cfn("DeleteStack", { StackName: "network" });
  const kept = await settled(StackId);
  expect(kept).toMatchObject({
    StackStatus: "UPDATE_ROLLBACK_COMPLETE",
    StackStatusReason: "Export vpc cannot be deleted as it is in use by reader",
  });
  expect(kept).not.toHaveProperty("DeletionTime");
  expect((await history(StackId)).slice(-2)).toEqual([
    "network DELETE_IN_PROGRESS",
    "network UPDATE_ROLLBACK_COMPLETE",
  ]);
});

test("two stacks cannot export one name", async () => {
  const { create } = stage();
  const body = template({ A: topic() }, { Outputs: { X: { Value: "x", Export: { Name: "x" } } } });
  await create("one", body);

  expect((await create("two", body)).StackStatus).toBe("ROLLBACK_COMPLETE");
});

test("a stack policy stops the replacement of what it protects, and only that", async () => {
  const { create, update, cfn } = stage();
  await create("policy", template({ A: topic({ TopicName: "a1" }), B: topic({ DisplayName: "1" }) }));
  const Statement = [
    { Effect: "Allow", Action: "Update:*", Principal: "*", Resource: "*" },
    { Effect: "Deny", Action: "Update:Replace", Principal: "*", Resource: "LogicalResourceId/A" },
  ];
  await cfn("SetStackPolicy", { StackName: "policy", StackPolicyBody: JSON.stringify({ Statement }) });

  const denied = await update("policy", template({ A: topic({ TopicName: "a2" }), B: topic({ DisplayName: "1" }) }));
  const allowed = await update("policy", template({ A: topic({ TopicName: "a1" }), B: topic({ DisplayName: "2" }) }));

  expect(denied.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect(allowed.StackStatus).toBe("UPDATE_COMPLETE");
});

test("a resource with a name of its own cannot be replaced under that name", async () => {
  const { create, update, cfn } = stage();
  const database = (encrypted: boolean): object => ({
    Type: "AWS::RDS::DBInstance",
    Properties: {
      DBInstanceIdentifier: "clinic",
      DBInstanceClass: "db.t4g.micro",
      Engine: "postgres",
      StorageEncrypted: encrypted,
    },
  });
  await create("named", template({ Db: database(false) }));

  expect((await update("named", template({ Db: database(true) }))).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  const { StackEvents } = await cfn("DescribeStackEvents", { StackName: "named" });
  expect(StackEvents).toContainEqual(
    expect.objectContaining({
      ResourceStatusReason:
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename clinic and update the stack again.",
    }),
  );
});

test("what is retained by policy is skipped when it is removed, replaced or its stack deleted", async () => {
  const { create, update, cfn, settled, history } = stage();
  const kept = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" };
  const { StackId } = await create(
    "retain",
    template({ A: topic({ TopicName: "a1" }, kept), B: topic({}, kept), C: topic({}, kept) }),
  );
  await update("retain", template({ A: topic({ TopicName: "a2" }, kept), C: topic({}, kept) }));
  await cfn("DeleteStack", { StackName: "retain" });
  await settled(StackId);

  const skipped = (await history(StackId)).filter((line) => line.endsWith("DELETE_SKIPPED"));
  expect(skipped.toSorted()).toEqual(["A DELETE_SKIPPED", "A DELETE_SKIPPED", "B DELETE_SKIPPED", "C DELETE_SKIPPED"]);
});
