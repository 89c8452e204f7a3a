import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliStage, cliStage, isCliInstalled } from "./aws-cli.ts";

const template = (retention: number, more = ""): string => `
Parameters:
  Name: { Type: String }
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub "/mate/\${Name}", RetentionInDays: ${retention} }
  Data:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
${more}
Outputs:
  Bucket: { Value: !Ref Data }
`;

interface Stacks {
  readonly Stacks: readonly {
    readonly StackStatus: string;
    readonly Outputs: readonly { readonly OutputValue: string }[];
  }[];
}
interface Events {
  readonly StackEvents: readonly { readonly LogicalResourceId: string; readonly ResourceStatus: string }[];
}
interface Changes {
  readonly ExecutionStatus: string;
  readonly Changes: readonly {
    readonly ResourceChange: {
      readonly Action: string;
      readonly LogicalResourceId: string;
      readonly Replacement?: string;
    };
  }[];
}

describe.skipIf(!isCliInstalled())("the AWS CLI and CloudFormation", () => {
  let stage: CliStage;
  const stack = ["--stack-name", "hospital-a"] as const;
  const set = (name: string) => [...stack, "--change-set-name", name] as const;
  beforeAll(async () => {
    stage = await cliStage();
  });
  afterAll(() => stage.stop());

  async function changeSet(name: string, kind: "CREATE" | "UPDATE", body: string): Promise<void> {
    const file = join(stage.folder, `${name}.yml`);
    await writeFile(file, body);
    await stage.aws(
      ...["cloudformation", "create-change-set", ...set(name), "--change-set-type", kind],
      ...["--template-body", `file://${file}`, "--parameters", "ParameterKey=Name,ParameterValue=hospital-a"],
    );
    await stage.aws("cloudformation", "wait", "change-set-create-complete", ...set(name));
  }

  test("creates a stack through a change set, waiting with the CLI's own waiters", async () => {
    await changeSet("first", "CREATE", template(30));
    const planned = await stage.aws<Changes>("cloudformation", "describe-change-set", ...set("first"));
    expect(planned.ExecutionStatus).toBe("AVAILABLE");
    expect(planned.Changes.map(({ ResourceChange: one }) => `${one.Action} ${one.LogicalResourceId}`).sort()).toEqual([
      "Add Data",
      "Add Logs",
    ]);

    await stage.aws("cloudformation", "execute-change-set", ...set("first"));
    await stage.aws("cloudformation", "wait", "stack-create-complete", ...stack);

    const { Stacks } = await stage.aws<Stacks>("cloudformation", "describe-stacks", ...stack);
    expect(Stacks[0]?.StackStatus).toBe("CREATE_COMPLETE");
    const bucket = Stacks[0]?.Outputs[0]?.OutputValue ?? "";
    await stage.aws("s3api", "head-bucket", "--bucket", bucket);
  }, 90_000);

  test("reads what happened, newest first", async () => {
    const { StackEvents } = await stage.aws<Events>("cloudformation", "describe-stack-events", ...stack);
    const lines = StackEvents.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`);
    expect(lines[0]).toBe("hospital-a CREATE_COMPLETE");
    expect(lines.at(-1)).toBe("hospital-a REVIEW_IN_PROGRESS");
    expect(lines).toContain("Logs CREATE_COMPLETE");
  });

  test("a second change set is for the difference only", async () => {
    await changeSet("second", "UPDATE", template(90));
    const planned = await stage.aws<Changes>("cloudformation", "describe-change-set", ...set("second"));
    expect(
      planned.Changes.map(({ ResourceChange: one }) => [one.Action, one.LogicalResourceId, one.Replacement]),
    ).toEqual([["Modify", "Logs", "False"]]);
    await stage.aws("cloudformation", "execute-change-set", ...set("second"));
    await stage.aws("cloudformation", "wait", "stack-update-complete", ...stack);
  }, 60_000);

  test("the waiter fails where nothing would change, and the reason is AWS's", async () => {
    await expect(changeSet("third", "UPDATE", template(90))).rejects.toThrow("Waiter ChangeSetCreateComplete failed");
    const { StatusReason } = await stage.aws<{ StatusReason: string }>(
      ...["cloudformation", "describe-change-set", ...set("third")],
    );
    expect(StatusReason).toContain("The submitted information didn't contain changes.");
  }, 60_000);

  test("deploy and delete, the commands people know", async () => {
    const file = join(stage.folder, "deploy.yml");
    await writeFile(file, template(30, "  Topic:\n    Type: AWS::SNS::Topic\n"));
    await stage.aws("cloudformation", "deploy", ...stack, "--template-file", file).catch((error: Error) => {
      // It prints sentences, not JSON.
      if (!(error instanceof SyntaxError)) throw error;
    });
    const { Stacks } = await stage.aws<Stacks>("cloudformation", "describe-stacks", ...stack);
    expect(Stacks[0]?.StackStatus).toBe("UPDATE_COMPLETE");

    await stage.aws("cloudformation", "delete-stack", ...stack);
    await stage.aws("cloudformation", "wait", "stack-delete-complete", ...stack);
    await expect(stage.aws("cloudformation", "describe-stacks", ...stack)).rejects.toThrow(
      "Stack with id hospital-a does not exist",
    );
    const { Buckets } = await stage.aws<{ Buckets: readonly unknown[] }>("s3api", "list-buckets");
    expect(Buckets).toHaveLength(1);
  }, 90_000);
});
