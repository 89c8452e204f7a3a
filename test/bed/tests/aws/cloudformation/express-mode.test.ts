import { describe, expect, test } from "vitest";
import { installRds } from "../../../aws/services/rds/install.ts";
import { installS3 } from "../../../aws/services/s3/install.ts";
import { stage, template, topic } from "./stage.ts";

const EXPRESS = { DeploymentConfig: { Mode: "EXPRESS" } };
const DATABASE = {
  Type: "AWS::RDS::DBInstance",
  DeletionPolicy: "Delete",
  Properties: {
    DBInstanceIdentifier: "db",
    DBInstanceClass: "db.t4g.micro",
    Engine: "postgres",
    AllocatedStorage: "20",
    MasterUsername: "mate",
    MasterUserPassword: "not-a-secret",
  },
};
const BROKEN = template({ Good: topic(), Bad: { ...topic({ Nonsense: "x" }), DependsOn: "Good" } });

function stageWithDatabases() {
  const on = stage();
  installRds(on.world);
  return {
    ...on,
    statusOfDatabase: async (): Promise<string | undefined> => {
      const { DBInstances } = await on.world.invoke<{ DBInstances: readonly { DBInstanceStatus: string }[] }>(
        "rds",
        "DescribeDBInstances",
        {},
        on.call,
      );
      return DBInstances[0]?.DBInstanceStatus;
    },
  };
}

describe("in express mode", () => {
  test("a stack is complete as soon as its resources are set, while the database is still being made", async () => {
    const { create, statusOfDatabase } = stageWithDatabases();
    expect((await create("s", template({ Db: DATABASE }), EXPRESS)).StackStatus).toBe("CREATE_COMPLETE");
    expect(await statusOfDatabase()).not.toBe("available");
  });

  test("whoever reads an attribute gets it, so CloudFormation waits for that resource", async () => {
    const { create, statusOfDatabase } = stageWithDatabases();
    const outputs = { Outputs: { Host: { Value: { "Fn::GetAtt": ["Db", "Endpoint.Address"] } } } };
    const stack = await create("s", template({ Db: DATABASE }, outputs), EXPRESS);
    expect(stack.Outputs?.[0]?.OutputValue).toMatch(/^db\./);
    expect(await statusOfDatabase()).toBe("available");
  });

  test("a stack is deleted while its database is still going", async () => {
    const { create, cfn, settled, statusOfDatabase } = stageWithDatabases();
    const { StackId } = await create("s", template({ Db: DATABASE }));
    await cfn("DeleteStack", { StackName: "s", ...EXPRESS });
    expect((await settled(StackId)).StackStatus).toBe("DELETE_COMPLETE");
    expect(await statusOfDatabase()).toBe("deleting");
  });

  test("what failed stays, unless rollback is asked for", async () => {
    const { create } = stage();
    expect((await create("stays", BROKEN, EXPRESS)).StackStatus).toBe("CREATE_FAILED");
    const back = { DeploymentConfig: { Mode: "EXPRESS", DisableRollback: false } };
    expect((await create("back", BROKEN, back)).StackStatus).toBe("ROLLBACK_COMPLETE");
    expect((await create("standard", BROKEN)).StackStatus).toBe("ROLLBACK_COMPLETE");
  });

  test("a change set carries its mode until it is executed", async () => {
    const { plan, cfn, settled, changeSet, statusOfDatabase } = stageWithDatabases();
    await plan("s", "c", template({ Db: DATABASE }), { ChangeSetType: "CREATE", ...EXPRESS });
    expect(await changeSet("s", "c")).toMatchObject(EXPRESS);
    await cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });
    const stack = await settled("s");
    expect(stack).toMatchObject({ StackStatus: "CREATE_COMPLETE", ...EXPRESS });
    expect(await statusOfDatabase()).not.toBe("available");
  });

  test("nested stacks are in it as well", async () => {
    const { create, world, call, statusOfDatabase } = stageWithDatabases();
    installS3(world);
    await world.invoke("s3", "CreateBucket", { Bucket: "templates" }, call);
    const Body = Buffer.from(JSON.stringify(template({ Db: DATABASE })));
    await world.invoke("s3", "PutObject", { Bucket: "templates", Key: "inner", Body }, call);
    const TemplateURL = "https://templates.s3.eu-west-1.amazonaws.com/inner";
    const inner = { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL } };
    expect((await create("s", template({ Inner: inner }), EXPRESS)).StackStatus).toBe("CREATE_COMPLETE");
    expect(await statusOfDatabase()).not.toBe("available");
  });

  test("a mode that does not exist is refused", async () => {
    const { refusal } = stage();
    const TemplateBody = JSON.stringify(template({ A: topic() }));
    expect(await refusal("CreateStack", { StackName: "s", TemplateBody, DeploymentConfig: { Mode: "FAST" } })).toMatch(
      /Value 'FAST' at 'deploymentConfig.mode'.*enum value set: \[STANDARD, EXPRESS\]/,
    );
  });
});
