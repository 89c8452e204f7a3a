/** Plans of stacks with stacks in them, and of what CloudFormation finds wrong before it begins: nothing is hidden, the cause is told. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { desireOf, logs, type StackStage, startStackStage, topic } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

async function deployed(name: string, resources: Readonly<Record<string, object>>): Promise<void> {
  expect((await stage.apply(desireOf(name, resources))).outcome).toBe("applied");
}

describe("a plan with nested stacks", () => {
  test("what changes inside nested stacks is listed with where it is, however deep, and what is unchanged is not", async () => {
    const resources = async (label: string, kept: boolean): Promise<Readonly<Record<string, object>>> => {
      const deep = await stage.nested({ Label: topic(label), ...(kept && { Audit: logs(30) }) });
      const still = await stage.nested({ Same: topic("1") });
      return { Data: await stage.nested({ Deep: deep, Near: topic(label) }), Still: still, Own: topic(label) };
    };
    await deployed("whole-nested", await resources("1", true));

    const plan = await stage.plan(desireOf("whole-nested", await resources("2", false)));

    expect("changes" in plan && plan.changes.map(({ logicalId, action }) => `${action} ${logicalId}`)).toEqual([
      "remove Data.Deep.Audit",
      "modify Data.Deep.Label",
      "modify Data.Near",
      "modify Own",
    ]);
    expect("changes" in plan && plan.changes[1]?.properties).toMatchObject([{ before: "1", after: "2" }]);
    const outcome = await stage.apply(desireOf("whole-nested", await resources("2", false)));
    expect(outcome).toMatchObject({ outcome: "held", dangers: [{ logicalId: "Data.Deep.Audit" }] });
  });

  test("every page of a nested change set is read", async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`T${index}`, topic("1")]));

    const plan = await stage.plan(desireOf("whole-nested-pages", { Data: await stage.nested(many) }));

    // The nested stack itself and all that is in it.
    expect("changes" in plan && plan.changes.length).toBe(121);
    expect("changes" in plan && plan.changes.at(-1)?.logicalId).toMatch(/^Data\.T/);
  });

  test("why the change set of a nested stack failed is the cause, not that it did", async () => {
    const inner = await stage.nested({ Queue: { Type: "AWS::SQS::Queue", Properties: { Nonsense: "1" } } });

    const plan = await stage.plan(desireOf("whole-nested-wrong", { Data: await stage.nested({ Inner: inner }) }));

    expect(plan).toMatchObject({
      outcome: "impossible",
      reasonCode: "change-set-failed",
      cause:
        "CloudFormation cannot plan whole-nested-wrong: Queue /Resources/Queue/Properties/Nonsense: Unsupported property [Nonsense] (PROPERTY_VALIDATION)",
    });
  });

  test("a nested change set that failed for another reason is named with that reason", async () => {
    const inner = await stage.nested({ A: topic("1") }, { Parameters: { Must: { Type: "String" } } });

    const plan = await stage.plan(desireOf("whole-nested-unasked", { Data: inner }));

    expect("cause" in plan && plan.cause).toMatch(
      /^CloudFormation cannot plan whole-nested-unasked: nested stack whole-nested-unasked-Data-\w+: Parameters: \[Must\] must have values/,
    );
  });
});

test("what CloudFormation validates early is the cause, not that the change set failed; all of it is told", async () => {
  await deployed("whole-invalid", { A: topic("1") });
  await deployed("whole-taken", { L: logs(30, { Properties: { LogGroupName: "whole-taken" } }) });

  const plan = await stage.plan(
    desireOf("whole-invalid", {
      A: topic("2"),
      Other: logs(30, { Properties: { LogGroupClass: "SOMETIMES" } }),
      Again: logs(30, { Properties: { LogGroupName: "whole-taken" } }),
    }),
  );

  expect(plan).toEqual({
    outcome: "impossible",
    reasonCode: "change-set-failed",
    cause: expect.stringMatching(
      /^CloudFormation cannot plan whole-invalid: \w+ \/Resources\/\w+.* \((PROPERTY|NAME_CONFLICT)_VALIDATION\)$/,
    ),
    evidence: [expect.stringContaining("/Resources/")],
  });
  const all = "cause" in plan ? [plan.cause, ...plan.evidence].join("\n") : "";
  expect(all).toContain(
    "Again /Resources/Again: Resource of type 'AWS::Logs::LogGroup' with identifier 'whole-taken' already exists.",
  );
  expect(all).toContain("Other /Resources/Other/Properties/LogGroupClass: SOMETIMES is not a valid enum value");
  // Nothing of it was tried.
  expect(await stage.existing("whole-invalid")).toEqual(["A"]);
});
