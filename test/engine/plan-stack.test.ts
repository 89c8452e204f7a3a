/** What a plan of a stack knows, and that nothing of it gets lost between CloudFormation and the reviewer. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeSetName } from "../../actions/lib/engine/plan-stack.ts";
import type { Operation } from "../bed/aws/kernel.ts";
import { desireOf, logs, type StackStage, startStackStage, topic } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

async function deployed(name: string, resources: Readonly<Record<string, object>>, more = {}): Promise<void> {
  expect((await stage.apply(desireOf(name, resources, more))).outcome).toBe("applied");
}

async function changeSetsOf(StackName: string): Promise<readonly string[]> {
  const { Summaries } = await stage.cfn<{ Summaries: readonly { ChangeSetName: string }[] }>("ListChangeSets", {
    StackName,
  });
  return Summaries.map(({ ChangeSetName }) => ChangeSetName);
}

/** Answers one operation of CloudFormation otherwise, over the same protocol, while some work is done. */
async function instead<T>(
  operation: string,
  answer: (usual: Operation) => Operation,
  work: () => Promise<T>,
): Promise<T> {
  const { services } = stage.aws.world;
  const service = services.get("cloudformation");
  const usual = service?.operations[operation];
  if (service === undefined || usual === undefined) throw new Error(`the bed has no ${operation}`);
  services.set("cloudformation", { ...service, operations: { ...service.operations, [operation]: answer(usual) } });
  try {
    return await work();
  } finally {
    services.set("cloudformation", service);
  }
}

describe("a change set is read completely", () => {
  test("pitfall 3.1: changes that CloudFormation drops from a description with values are there all the same", async () => {
    const label = (name: string): object => ({ Type: "AWS::SNS::Topic", Properties: { DisplayName: name } });
    await deployed("whole-dropped", { A: label("1"), B: label("1") });
    interface Answer {
      readonly Changes: readonly { readonly ResourceChange: { readonly LogicalResourceId: string } }[];
    }
    const dropping =
      (usual: Operation): Operation =>
      async (input, call) => {
        const answer = (await usual(input, call)) as Answer;
        if (input.IncludePropertyValues !== true) return answer;
        return {
          ...answer,
          Changes: answer.Changes.filter(({ ResourceChange }) => ResourceChange.LogicalResourceId !== "B"),
          StatusReason: "[WARN] --include-property-values option can return incomplete ChangeSet data because: B",
        };
      };

    const plan = await instead("DescribeChangeSet", dropping, () =>
      stage.plan(desireOf("whole-dropped", { A: label("2"), B: label("2") })),
    );

    if (plan.outcome !== "planned") throw new Error(plan.outcome);
    expect(plan.changes.map(({ logicalId }) => logicalId)).toEqual(["A", "B"]);
    expect(plan.changes[0]?.properties).toMatchObject([{ path: "/Properties/DisplayName", before: "1", after: "2" }]);
    expect(plan.incomplete).toBe(true);
  });

  test("every page of a long change set is read", async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`T${index}`, topic("1")]));

    const plan = await stage.plan(desireOf("whole-pages", many));

    expect("changes" in plan && plan.changes.length).toBe(120);
  });
});

describe("pitfall 3.2: no change is only what CloudFormation calls so", () => {
  test("an output alone is a change: the plan has no resource, and the merge brings the output", async () => {
    await deployed("none-output", { A: topic("1") });
    const more = { sections: { Outputs: { Name: { Value: "x" } } } };

    expect(await stage.plan(desireOf("none-output", { A: topic("1") }, more))).toMatchObject({
      outcome: "planned",
      changes: [],
    });
    expect((await stage.apply(desireOf("none-output", { A: topic("1") }, more))).outcome).toBe("applied");
  });

  test("the same content is no change", async () => {
    await deployed("none-same", { A: topic("1") });

    expect((await stage.plan(desireOf("none-same", { A: topic("1") }))).outcome).toBe("unchanged");
  });
});

describe("pitfall 3.3: change sets do not pile up", () => {
  test("an empty one and a failed one are gone after the plan", async () => {
    await deployed("pile-empty", { A: topic("1") });

    await stage.plan(desireOf("pile-empty", { A: topic("1") }));
    // CloudFormation refuses to make one resource into one of another type.
    const failed = await stage.plan(desireOf("pile-empty", { A: logs(30) }));

    expect(failed.outcome).toBe("impossible");
    expect(await changeSetsOf("pile-empty")).toEqual([]);
  });

  test("those that can never be executed any more are swept by the next plan, those of others are not", async () => {
    await deployed("pile-old", { A: topic("1"), B: topic("1") });
    await stage.plan(desireOf("pile-old", { A: topic("2"), B: topic("1") }));
    await stage.cfn("UpdateStack", {
      StackName: "pile-old",
      TemplateBody: JSON.stringify({ Resources: { A: topic("1"), B: topic("9") } }),
    });
    await stage.settled("pile-old");
    await stage.cfn("CreateChangeSet", {
      StackName: "pile-old",
      ChangeSetName: "somebody-elses",
      TemplateBody: JSON.stringify({ Resources: { A: topic("5") } }),
    });
    const desire = desireOf("pile-old", { A: topic("3"), B: topic("1") });

    await stage.plan(desire);

    expect((await changeSetsOf("pile-old")).toSorted()).toEqual([changeSetName(desire), "somebody-elses"].toSorted());
  });
});

test("pitfall 3.7: a change set without changes ends the plan at once", async () => {
  await deployed("quick", { A: topic("1") });
  stage.slept.length = 0;

  await stage.plan(desireOf("quick", { A: topic("1") }));

  // CloudFormation needs two seconds here; a waiter of the SDK would have slept thirty.
  expect(stage.slept.reduce((sum, one) => sum + one, 0)).toBeLessThan(10_000);
});

describe("what is sent", () => {
  test("pitfall 3.9: everything a stack is wanted with is in the request, with a token", async () => {
    stage.aws.calls.clear();
    const parameters = { Wards: "12" };
    const sections = { Parameters: { Wards: { Type: "Number", Default: 3 } } };
    const desire = desireOf("sent", { A: topic("1") }, { parameters, sections });

    await stage.plan(desire);

    const sent = stage.aws.calls.all().find(({ operation }) => operation === "CreateChangeSet");
    expect(sent?.input).toMatchObject({
      StackName: "sent",
      ChangeSetName: changeSetName(desire),
      ChangeSetType: "CREATE",
      TemplateBody: desire.template,
      Parameters: [{ ParameterKey: "Wards", ParameterValue: "12" }],
      Tags: [{ Key: "managed-by", Value: "mate-tenant-delivery" }],
      Capabilities: ["CAPABILITY_IAM"],
      IncludeNestedStacks: true,
      RoleARN: "arn:aws:iam::123456789012:role/mate-production-cfn",
    });
    expect(JSON.stringify(sent?.input)).toMatch(/"ClientToken":"plan-[0-9a-f]{16}-\d+"/);
  });

  test("pitfall 3.23: a template too long to be sent is uploaded under its content's hash, with a checksum, to a regional address", async () => {
    stage.aws.calls.clear();
    const long = desireOf("sent-long", { A: topic("1") }, { sections: { Metadata: { Long: "x".repeat(60_000) } } });

    expect((await stage.apply(long)).outcome).toBe("applied");

    const calls = stage.aws.calls.all();
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256").update(long.template).digest("hex");
    expect(calls.find(({ operation }) => operation === "CreateChangeSet")?.input).toMatchObject({
      TemplateURL: `https://templates.s3.us-east-1.amazonaws.com/templates/${hash}.yml`,
    });
    expect(calls.find(({ operation }) => operation === "PutObject")?.input).toMatchObject({
      Key: `templates/${hash}.yml`,
      ChecksumAlgorithm: "SHA256",
    });
  });
});

test("pitfall 3.24: secrets are masked before they are part of a plan", async () => {
  const sections = { Parameters: { Key: { Type: "String", NoEcho: true }, Plain: { Type: "String" } } };
  const resources = (note: string): Readonly<Record<string, object>> => ({
    Hidden: topic("1", { Properties: { DisplayName: { Ref: "Key" } } }),
    Named: { Type: "AWS::SecretsManager::Secret", Properties: { SecretString: `correct-horse-${note}` } },
    Shown: topic("1", { Properties: { DisplayName: { Ref: "Plain" } } }),
  });
  const desire = (note: string, parameters: Readonly<Record<string, string>>) =>
    desireOf("masked", resources(note), { sections, parameters });
  const before = await stage.apply(desire("old", { Key: "hunter2-first", Plain: "ward 1" }));
  expect(before.outcome).toBe("applied");

  const plan = await stage.plan(desire("new", { Key: "hunter2-second", Plain: "ward 2" }));

  const text = JSON.stringify(plan);
  expect(text).not.toMatch(/hunter2|correct-horse/);
  expect(text).toContain("(sensitive)");
  expect(text).toContain("ward 2");
});
