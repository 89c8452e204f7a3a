/** Change sets of stacks with stacks in them: what they show, and that it is what happens. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { installS3 } from "../../../aws/services/s3/install.ts";
import { type stage as aStage, parameter, stage, template, topic } from "./stage.ts";

type Stage = ReturnType<typeof aStage>;
type Shown = Record<string, unknown> & { readonly Changes: readonly { readonly ResourceChange: Shown }[] };

const more = { IncludeNestedStacks: true };

/** CloudFormation with a bucket for the templates of nested stacks. */
async function stageWithBucket(): Promise<{
  readonly on: Stage;
  /** A nested stack of this template. */
  readonly nest: (child: object, Parameters?: object) => Promise<object>;
}> {
  const on = stage();
  installS3(on.world);
  await on.world.invoke("s3", "CreateBucket", { Bucket: "templates" }, on.call);
  return {
    on,
    nest: async (child, Parameters) => {
      const Body = JSON.stringify(child);
      const Key = createHash("sha256").update(Body).digest("hex");
      await on.world.invoke("s3", "PutObject", { Bucket: "templates", Key, Body: Buffer.from(Body) }, on.call);
      const TemplateURL = `https://templates.s3.eu-west-1.amazonaws.com/${Key}`;
      const Properties = { TemplateURL, ...(Parameters !== undefined && { Parameters }) };
      return { Type: "AWS::CloudFormation::Stack", Properties };
    },
  };
}

async function planned(on: Stage, name: string, body: object, type: "CREATE" | "UPDATE"): Promise<Shown> {
  await on.plan("root", name, body, { ...more, ChangeSetType: type });
  return on.cfn("DescribeChangeSet", { StackName: "root", ChangeSetName: name });
}

async function executed(on: Stage, name: string): Promise<string> {
  await on.cfn("ExecuteChangeSet", { StackName: "root", ChangeSetName: name });
  return (await on.settled("root")).StackStatus;
}

const changeOf = ({ Changes }: Shown, id: string): Shown | undefined =>
  Changes.map(({ ResourceChange }) => ResourceChange).find(({ LogicalResourceId }) => LogicalResourceId === id);

describe("a change set that includes nested stacks", () => {
  test("of a new stack has one for each stack inside, in review, and creates just those stacks", async () => {
    const { on, nest } = await stageWithBucket();
    const child = template({ Inner: await nest(template({ Deep: topic() })), Near: topic() });

    const root = await planned(on, "new", template({ Data: await nest(child), Own: topic() }), "CREATE");

    const data = await on.cfn("DescribeChangeSet", { ChangeSetName: changeOf(root, "Data")?.ChangeSetId });
    expect(data).toMatchObject({ ParentChangeSetId: root.ChangeSetId, RootChangeSetId: root.ChangeSetId });
    expect(data.ChangeSetName).toMatch(/^new-Data-[A-Z0-9]{12}$/);
    expect(changeOf(data, "Near")).toMatchObject({ Action: "Add" });
    const inner = await on.cfn("DescribeChangeSet", { ChangeSetName: changeOf(data, "Inner")?.ChangeSetId });
    expect(inner).toMatchObject({ ParentChangeSetId: data.ChangeSetId, RootChangeSetId: root.ChangeSetId });
    expect((await on.stack(data.StackId)).StackStatus).toBe("REVIEW_IN_PROGRESS");

    expect(await executed(on, "new")).toBe("CREATE_COMPLETE");
    expect((await on.stack(data.StackId)).StackStatus).toBe("CREATE_COMPLETE");
    expect((await on.stack(inner.StackId)).StackStatus).toBe("CREATE_COMPLETE");
  });

  test("of one that exists shows what changes inside, through parameters too, and nothing where nothing does", async () => {
    const { on, nest } = await stageWithBucket();
    const parameters = { Parameters: { Label: { Type: "String" } } };
    const child = template({ Near: topic({ DisplayName: { Ref: "Label" } }) }, parameters);
    const body = async (label: string): Promise<object> =>
      template({ Data: await nest(child, { Label: label }), Still: await nest(template({ S: topic() })) });
    await planned(on, "new", await body("one"), "CREATE");
    expect(await executed(on, "new")).toBe("CREATE_COMPLETE");

    const root = await planned(on, "next", await body("two"), "UPDATE");

    expect(root.Changes).toHaveLength(1);
    const inside = await on.cfn("DescribeChangeSet", {
      ChangeSetName: changeOf(root, "Data")?.ChangeSetId,
      IncludePropertyValues: true,
    });
    expect(changeOf(inside, "Near")).toMatchObject({
      Action: "Modify",
      Details: [{ Target: { BeforeValue: "one", AfterValue: "two" } }, {}],
    });
    expect(await executed(on, "next")).toBe("UPDATE_COMPLETE");
    expect((await planned(on, "again", await body("two"), "UPDATE")).Status).toBe("FAILED");
  });

  test("fails with the nested one's ARN when that one fails, and the reason is there", async () => {
    const { on, nest } = await stageWithBucket();
    const wrong = template({ Queue: { Type: "AWS::SQS::Queue", Properties: { Nonsense: 1 } } });

    const root = await planned(on, "new", template({ Data: await nest(wrong) }), "CREATE");

    expect(root.Status).toBe("FAILED");
    const [nested] = /arn:\S+/.exec(String(root.StatusReason)) ?? [];
    expect(root.StatusReason).toBe(`Nested change set ${nested} was not successfully created: Currently in FAILED.`);
    expect((await on.cfn("DescribeChangeSet", { ChangeSetName: nested })).StatusReason).toContain("PropertyValidation");
    const { OperationEvents } = await on.cfn("DescribeEvents", {
      ChangeSetName: nested,
      Filters: { FailedEvents: true },
    });
    expect(OperationEvents).toMatchObject([
      {
        LogicalResourceId: "Queue",
        ValidationName: "PROPERTY_VALIDATION",
        ValidationStatusReason: "Unsupported property [Nonsense]",
      },
    ]);
  });

  test("is executed and deleted at its root only, and takes the nested ones with it", async () => {
    const { on, nest } = await stageWithBucket();
    const root = await planned(on, "new", template({ Data: await nest(template({ Near: topic() })) }), "CREATE");
    const nested = changeOf(root, "Data")?.ChangeSetId;

    expect(await on.refusal("ExecuteChangeSet", { ChangeSetName: nested })).toContain("execute the root change set");
    expect(await on.refusal("DeleteChangeSet", { ChangeSetName: nested })).toContain("delete the root change set");
    await on.cfn("DeleteChangeSet", { ChangeSetName: root.ChangeSetId });

    expect(await on.refusal("DescribeChangeSet", { ChangeSetName: nested })).toContain("ChangeSetNotFound");
  });
});

describe("what is validated early", () => {
  test("a name that is taken fails the change set before anything is made", async () => {
    const on = stage();
    await on.create("first", template({ P: parameter("1"), T: topic({ TopicName: "wards" }) }));
    const { StackResources } = await on.cfn("DescribeStackResources", { StackName: "first" });
    const taken = { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "audit" } };
    await on.create("logs", template({ L: taken }));

    const view = await on.plan("second", "c", template({ L: taken }), { ChangeSetType: "CREATE" });

    expect(StackResources).toHaveLength(2);
    expect(view).toMatchObject({ Status: "FAILED", StatusReason: expect.stringContaining("ResourceExistenceCheck") });
    expect(await on.refusal("DescribeEvents", { ChangeSetName: "c" })).toContain("must be specified");
    const { OperationEvents } = await on.cfn("DescribeEvents", { StackName: "second", ChangeSetName: "c" });
    expect(OperationEvents).toMatchObject([
      { ValidationName: "NAME_CONFLICT_VALIDATION", LogicalResourceId: "L", EventType: "VALIDATION_ERROR" },
    ]);
  });

  test("a name that a function makes can be taken too, which a change set without validation does not look at", async () => {
    const on = stage();
    await on.create(
      "logs",
      template({ L: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "of-second" } } }),
    );
    const taken = {
      Type: "AWS::Logs::LogGroup",
      Properties: { LogGroupName: { "Fn::Join": ["-", ["of", { Ref: "AWS::StackName" }]] } },
    };
    const create = { ChangeSetType: "CREATE" };

    const validated = await on.plan("second", "c", template({ L: taken }), create);
    const lax = await on.plan("second", "d", template({ L: taken }), { ...create, DisableValidation: true });

    expect(validated).toMatchObject({ StatusReason: expect.stringContaining("ResourceExistenceCheck") });
    expect(lax).toMatchObject({ Status: "CREATE_COMPLETE", Changes: [{ Action: "Add" }] });
  });
});

// github.com/Sceptre/sceptre issue 818, github.com/aws-solutions/aws-waf-security-automations issue 97
test("nothing stops the deletion of a nested stack by itself, and its parent can still be deleted after it", async () => {
  const { on, nest } = await stageWithBucket();
  const { StackId } = await on.create("root", template({ Child: await nest(template({ T: topic() })) }));
  const { StackResources } = await on.cfn("DescribeStackResources", { StackName: "root" });
  const child: string = StackResources[0].PhysicalResourceId;

  await on.cfn("DeleteStack", { StackName: child });
  expect((await on.settled(child)).StackStatus).toBe("DELETE_COMPLETE");
  expect((await on.stack("root")).StackStatus).toBe("CREATE_COMPLETE");
  await on.cfn("DeleteStack", { StackName: "root" });
  expect((await on.settled(StackId)).StackStatus).toBe("DELETE_COMPLETE");
});
