import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { stage, template, topic } from "./stage.ts";

test("deleting a stack that is still being created stops the creation and leaves nothing", async () => {
  const { cfn, world, settled, history } = stage();
  const slow = {
    Type: "AWS::RDS::DBInstance",
    DeletionPolicy: "Delete",
    Properties: { DBInstanceClass: "db.t4g.micro", Engine: "postgres" },
  };
  const { StackId } = await cfn("CreateStack", {
    StackName: "soon",
    TemplateBody: JSON.stringify(template({ Db: slow })),
  });
  await world.clock.sleep(60_000);

  await cfn("DeleteStack", { StackName: "soon" });

  expect((await settled(StackId)).StackStatus).toBe("DELETE_COMPLETE");
  const lines = await history(StackId);
  expect(lines).toContain("Db DELETE_COMPLETE");
  expect(lines.filter((line) => line.includes("ROLLBACK"))).toEqual([]);
});

test("a stack that is being updated cannot be deleted", async () => {
  const { create, cfn, refusal } = stage();
  await create("busy", template({ A: topic({ DisplayName: "1" }) }));
  await cfn("UpdateStack", {
    StackName: "busy",
    TemplateBody: JSON.stringify(template({ A: topic({ DisplayName: "2" }) })),
  });

  expect(await refusal("DeleteStack", { StackName: "busy" })).toMatch(
    /cannot be deleted while in status UPDATE_IN_PROGRESS/,
  );
});

test("what a stuck update had made is deleted once its rollback goes through", async () => {
  const { world, create, update, cfn, settled, history } = stage();
  const old = template({
    A: topic({ TopicName: "a1" }),
    B: topic({ DisplayName: "1" }),
    Z: topic({ DisplayName: "1" }, { DependsOn: ["A", "B"] }),
  });
  const next = template({
    A: topic({ TopicName: "a2" }),
    B: topic({ DisplayName: "2" }),
    New: topic({ TopicName: "new" }),
    Z: topic({ DisplayName: "2" }, { DependsOn: ["A", "B", "New"] }),
  });
  const { StackId } = await create("leak", old);
  const faults = cloudFormationFaults(world);
  faults.fail({ logicalId: "Z", phase: "update", message: "no" });
  faults.fail({ logicalId: "B", phase: "rollback", message: "not yet", times: 1 });
  expect((await update("leak", next)).StackStatus).toBe("UPDATE_ROLLBACK_FAILED");

  await cfn("ContinueUpdateRollback", { StackName: "leak" });

  expect((await settled(StackId)).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  const lines = await history(StackId);
  expect(lines).toContain("A DELETE_COMPLETE");
  expect(lines).toContain("New DELETE_COMPLETE");
  expect(
    await create("again", template({ A: topic({ TopicName: "a2" }), New: topic({ TopicName: "new" }) })),
  ).toMatchObject({ StackStatus: "CREATE_COMPLETE" });
});
