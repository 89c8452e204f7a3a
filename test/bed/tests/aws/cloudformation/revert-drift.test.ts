import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { parameter, stage, template, topic } from "./stage.ts";

type Stage = ReturnType<typeof stage>;
const revert = { DeploymentMode: "REVERT_DRIFT" };
const previous = { ...revert, UsePreviousTemplate: true };

function tamper(on: Stage, name: string, properties: Readonly<Record<string, string>> | undefined): void {
  cloudFormationFaults(on.world).tamper(
    {
      ...{ account: "123456789012", region: "eu-west-1", type: "AWS::SNS::Topic" },
      physicalId: `arn:aws:sns:eu-west-1:123456789012:${name}`,
    },
    properties,
  );
}

async function planned(on: Stage, StackName: string, input: object) {
  await on.cfn("CreateChangeSet", { StackName, ChangeSetName: "revert", ...input });
  return await on.changeSet(StackName, "revert", true);
}

async function execute(on: Stage, StackName: string) {
  await on.cfn("ExecuteChangeSet", { StackName, ChangeSetName: "revert" });
  return await on.settled(StackName);
}

async function drifted(on: Stage, StackName: string): Promise<readonly string[]> {
  await on.cfn("DetectStackDrift", { StackName });
  await on.world.clock.sleep(15_000);
  const { StackResourceDrifts } = await on.cfn("DescribeStackResourceDrifts", { StackName });
  return StackResourceDrifts.filter((one: Shown) => one.StackResourceDriftStatus !== "IN_SYNC").map(
    (one: Shown) => `${one.LogicalResourceId} ${one.StackResourceDriftStatus}`,
  );
}
interface Shown {
  readonly LogicalResourceId: string;
  readonly StackResourceDriftStatus: string;
}

async function deployed(): Promise<Stage> {
  const on = stage();
  await on.create(
    "s",
    template({
      A: topic({ TopicName: "a", DisplayName: "mine" }),
      B: topic({ TopicName: "b", DisplayName: "b" }),
      Reader: parameter({ Ref: "B" }),
      Last: topic({ TopicName: "last", DisplayName: "last" }, { DependsOn: ["A", "B"] }),
    }),
  );
  return on;
}

test("an ordinary change set of the same template sees no drift, a drift-aware one shows what it puts back", async () => {
  const on = await deployed();
  tamper(on, "a", { DisplayName: "theirs" });

  await on.cfn("CreateChangeSet", { StackName: "s", ChangeSetName: "plain", UsePreviousTemplate: true });
  expect(await on.changeSet("s", "plain")).toMatchObject({ Status: "FAILED" });

  const view = await planned(on, "s", previous);
  expect(view).toMatchObject({
    Status: "CREATE_COMPLETE",
    DeploymentMode: "REVERT_DRIFT",
    StackDriftStatus: "DRIFTED",
  });
  expect(view.Changes).toMatchObject([
    {
      Action: "Modify",
      LogicalResourceId: "A",
      Replacement: "False",
      ResourceDriftStatus: "MODIFIED",
      ResourceDriftIgnoredAttributes: [],
      Details: [
        {
          Evaluation: "Static",
          ChangeSource: "DirectModification",
          Target: {
            Attribute: "Properties",
            Name: "DisplayName",
            Path: "/Properties/DisplayName",
            BeforeValue: "theirs",
            AfterValue: "mine",
            BeforeValueFrom: "ACTUAL_STATE",
            AfterValueFrom: "TEMPLATE",
            AttributeChangeType: "Modify",
            Drift: { PreviousValue: "mine", ActualValue: "theirs", DriftDetectionTimestamp: expect.any(Date) },
          },
        },
      ],
    },
  ]);
  expect(
    JSON.parse((view.Changes[0] as { PreviousDeploymentContext?: string }).PreviousDeploymentContext ?? ""),
  ).toEqual({
    Properties: { TopicName: "a", DisplayName: "mine" },
  });
});

test("executing it brings the resource in line, and nothing has drifted any more", async () => {
  const on = await deployed();
  tamper(on, "a", { DisplayName: "theirs" });
  expect(await drifted(on, "s")).toEqual(["A MODIFIED"]);
  await planned(on, "s", previous);

  expect((await execute(on, "s")).StackStatus).toBe("UPDATE_COMPLETE");

  expect(await drifted(on, "s")).toEqual([]);
  expect(await planned(on, "s", previous)).toMatchObject({
    Status: "FAILED",
    StackDriftStatus: "IN_SYNC",
    Changes: [],
  });
});

test("what was deleted is made again, and what reads it follows", async () => {
  const on = await deployed();
  tamper(on, "b", undefined);

  const view = await planned(on, "s", previous);

  expect(view.Changes).toMatchObject([
    {
      Action: "Add",
      LogicalResourceId: "B",
      PhysicalResourceId: "arn:aws:sns:eu-west-1:123456789012:b",
      ResourceDriftStatus: "DELETED",
      Scope: [],
      Details: [],
    },
    {
      Action: "Modify",
      LogicalResourceId: "Reader",
      ResourceDriftStatus: "IN_SYNC",
      Details: [
        {
          Target: {
            Path: "/Properties/Value",
            AfterValue: "{{changeSet:KNOWN_AFTER_APPLY}}",
            BeforeValueFrom: "ACTUAL_STATE",
          },
        },
      ],
    },
  ]);
  expect((await execute(on, "s")).StackStatus).toBe("UPDATE_COMPLETE");
  expect(await drifted(on, "s")).toEqual([]);
  expect(await on.history("s")).toEqual(expect.arrayContaining(["B CREATE_COMPLETE"]));
});

test("a template that says what there is only counts as deployed: nothing is done to the resource", async () => {
  const on = await deployed();
  tamper(on, "a", { DisplayName: "theirs" });
  const adopted = template({
    A: topic({ TopicName: "a", DisplayName: "theirs" }),
    B: topic({ TopicName: "b", DisplayName: "b" }),
    Reader: parameter({ Ref: "B" }),
    Last: topic({ TopicName: "last", DisplayName: "last" }, { DependsOn: ["A", "B"] }),
  });

  const view = await planned(on, "s", { ...revert, TemplateBody: JSON.stringify(adopted) });

  expect(view.Changes).toMatchObject([
    {
      Action: "SyncWithActual",
      LogicalResourceId: "A",
      ResourceDriftStatus: "MODIFIED",
      Details: [
        {
          ChangeSource: "NoModification",
          Target: { AttributeChangeType: "SyncWithActual", Drift: { PreviousValue: "mine", ActualValue: "theirs" } },
        },
      ],
    },
  ]);
  const before = await on.history("s");
  await execute(on, "s");
  expect((await on.history("s")).slice(before.length).filter((line) => line.startsWith("A "))).toEqual([]);
  expect(await drifted(on, "s")).toEqual([]);
});

test("when it fails, what had drifted is as it was, and still counts as drift", async () => {
  const on = await deployed();
  tamper(on, "a", { DisplayName: "theirs" });
  tamper(on, "b", undefined);
  tamper(on, "last", { DisplayName: "lost" });
  await planned(on, "s", previous);
  cloudFormationFaults(on.world).fail({ logicalId: "Last", phase: "update", message: "no" });

  expect((await execute(on, "s")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");

  expect((await on.history("s")).filter((line) => /^[AB] .*_COMPLETE$/.test(line))).toEqual(
    expect.arrayContaining(["A UPDATE_COMPLETE", "B CREATE_COMPLETE", "B DELETE_COMPLETE"]),
  );
  expect([...(await drifted(on, "s"))].sort()).toEqual(["A MODIFIED", "B DELETED", "Last MODIFIED"]);
});

test("is for the update of a stack that is there, and only in the one mode there is", async () => {
  const on = await deployed();
  const body = { StackName: "new", ChangeSetName: "c", TemplateBody: JSON.stringify(template({ A: topic() })) };

  expect(await on.refusal("CreateChangeSet", { ...body, ...revert, ChangeSetType: "CREATE" })).toMatch(
    /^ValidationError: DeploymentMode REVERT_DRIFT is not supported/,
  );
  expect(await on.refusal("CreateChangeSet", { ...body, StackName: "s", DeploymentMode: "KEEP_DRIFT" })).toMatch(
    /enum value set: \[REVERT_DRIFT\]/,
  );
  expect(
    await on.refusal("CreateChangeSet", { ...body, StackName: "s", ...revert, IncludeNestedStacks: true }),
  ).toMatch(/^UnsupportedOperation: the bed does not model/);
});
