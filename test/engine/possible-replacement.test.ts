/** Why something may be replaced is read from AWS even where the description with values does not say it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { dangersOf } from "../../actions/lib/domain/plan.ts";
import { desireOf, ourTags, type StackStage, startStackStage } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

const files = (KmsKeyId: object) => ({
  Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: {} } },
  Files: { Type: "AWS::EFS::FileSystem", Properties: { Encrypted: true, KmsKeyId } },
});

test("what hangs on an attribute of a key whose tags change may be replaced, and the plan names the property", async () => {
  const desire = desireOf("by-attribute", files({ "Fn::GetAtt": ["Key", "Arn"] }));
  await stage.apply(desire);

  const plan = await stage.plan({ ...desire, tags: { ...ourTags, ward: "east" } });

  if (plan.outcome !== "planned") throw new Error(plan.outcome);
  expect(dangersOf(plan.changes, [])).toMatchObject([{ logicalId: "Files", because: ["KmsKeyId"] }]);
});

test("what names the key by its id is safe from that", async () => {
  const desire = desireOf("by-id", files({ Ref: "Key" }));
  await stage.apply(desire);

  const plan = await stage.plan({ ...desire, tags: { ...ourTags, ward: "east" } });

  if (plan.outcome !== "planned") throw new Error(plan.outcome);
  expect(plan.changes.map(({ logicalId }) => logicalId).toSorted()).toEqual(["Files", "Key"]);
  expect(dangersOf(plan.changes, [])).toEqual([]);
});
