import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  waitUntilChangeSetCreateComplete,
  waitUntilStackCreateComplete,
} from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { template, topic } from "./stage.ts";

let bed: AwsBed;
let client: CloudFormationClient;

beforeAll(async () => {
  bed = await startAwsBed({ speed: 600 });
  const credentials = { accessKeyId: bed.environment.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "any" };
  client = new CloudFormationClient({ endpoint: bed.url, region: "us-east-1", credentials });
});

afterAll(async () => {
  client.destroy();
  await bed.stop();
});

test("the SDK creates a stack through a change set, with its own waiters", async () => {
  const named = { StackName: "http", ChangeSetName: "c" };
  const body = template({ A: topic({ DisplayName: "a" }) }, { Outputs: { Arn: { Value: { Ref: "A" } } } });
  const wait = { client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 };

  await client.send(
    new CreateChangeSetCommand({ ...named, ChangeSetType: "CREATE", TemplateBody: JSON.stringify(body) }),
  );
  await waitUntilChangeSetCreateComplete(wait, named);
  const { Changes } = await client.send(new DescribeChangeSetCommand({ ...named, IncludePropertyValues: true }));
  await client.send(new ExecuteChangeSetCommand({ ...named, ClientRequestToken: "token" }));
  await waitUntilStackCreateComplete(wait, { StackName: "http" });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "http" }));
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: "http" }));

  expect(Changes?.[0]?.ResourceChange).toMatchObject({
    Action: "Add",
    AfterContext: '{"Properties":{"DisplayName":"a"}}',
  });
  expect(Stacks?.[0]?.Outputs?.[0]?.OutputValue).toMatch(/^arn:aws:sns:us-east-1:\d{12}:http-A-/);
  expect(Stacks?.[0]?.CreationTime).toBeInstanceOf(Date);
  expect(StackEvents?.map(({ ResourceStatus }) => ResourceStatus)).toContain("REVIEW_IN_PROGRESS");
});

test("a refusal reaches the SDK as the error AWS gives", async () => {
  await expect(client.send(new DescribeStacksCommand({ StackName: "none" }))).rejects.toMatchObject({
    name: "ValidationError",
    message: "Stack with id none does not exist",
    $metadata: { httpStatusCode: 400 },
  });
});
