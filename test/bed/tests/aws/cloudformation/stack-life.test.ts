import fc from "fast-check";
import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { parameter, stage, template, topic } from "./stage.ts";

const CHAIN = { A: topic(), B: parameter({ Ref: "A" }), C: parameter({ Ref: "B" }) };

test("resources are made in the order of their dependencies and removed in reverse", async () => {
  const { create, cfn, settled, history } = stage();
  const { StackId } = await create("chain", template(CHAIN));
  await cfn("DeleteStack", { StackName: "chain" });
  await settled(StackId);

  const done = (await history(StackId)).filter((line) => /^[ABC] (CREATE|DELETE)_COMPLETE$/.test(line));
  expect(done).toEqual(
    ["A", "B", "C"].map((id) => `${id} CREATE_COMPLETE`).concat(["C", "B", "A"].map((id) => `${id} DELETE_COMPLETE`)),
  );
});

test("any graph of dependencies comes up, and comes down the other way round", async () => {
  const graph = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(graph, async (edges) => {
      const { create, cfn, settled, history } = stage();
      const needs = (index: number): string[] =>
        edges.filter(([from, to]) => from === index && to < index).map(([, to]) => `R${to}`);
      const resources = Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [`R${index}`, topic({}, { DependsOn: [...new Set(needs(index))] })]),
      );
      const { StackId, StackStatus } = await create("graph", template(resources));
      await cfn("DeleteStack", { StackName: StackId });
      await settled(StackId);
      const lines = await history(StackId);
      expect(StackStatus).toBe("CREATE_COMPLETE");
      for (const [from, to] of edges.filter(([a, b]) => b < a)) {
        expect(lines.indexOf(`R${to} CREATE_COMPLETE`)).toBeLessThan(lines.indexOf(`R${from} CREATE_IN_PROGRESS`));
        expect(lines.indexOf(`R${from} DELETE_COMPLETE`)).toBeLessThan(lines.indexOf(`R${to} DELETE_IN_PROGRESS`));
      }
    }),
    { numRuns: 25 },
  );
});

test("a failing resource takes the whole new stack back, and the first cause stays readable", async () => {
  const { world, create, cfn, history } = stage();
  cloudFormationFaults(world).fail({ logicalId: "B", phase: "create", message: "quota exceeded" });

  const { StackId, StackStatus } = await create("broken", template(CHAIN));

  expect(StackStatus).toBe("ROLLBACK_COMPLETE");
  expect(await history(StackId)).toContain("A DELETE_COMPLETE");
  const { StackEvents } = await cfn("DescribeStackEvents", { StackName: StackId });
  const failed = StackEvents.filter((event: { ResourceStatus: string }) => event.ResourceStatus === "CREATE_FAILED");
  expect(failed.map((event: { ResourceStatusReason: string }) => event.ResourceStatusReason)).toEqual([
    "quota exceeded",
  ]);
});

test("what is under way when another resource fails is cancelled, not waited for", async () => {
  const { world, create, history, cfn } = stage();
  cloudFormationFaults(world).fail({ logicalId: "Bad", phase: "create", message: "no", afterSeconds: 5 });
  const slow = {
    Type: "AWS::RDS::DBInstance",
    DeletionPolicy: "Delete",
    Properties: { DBInstanceClass: "db.t4g.micro", Engine: "postgres" },
  };

  const { StackId } = await create("cancel", template({ Db: slow, Bad: topic() }));

  expect(await history(StackId)).toContain("Db CREATE_FAILED");
  const { StackEvents } = await cfn("DescribeStackEvents", { StackName: StackId });
  expect(StackEvents).toContainEqual(
    expect.objectContaining({ LogicalResourceId: "Db", ResourceStatusReason: "Resource creation cancelled" }),
  );
});

test("with rollback off a failed creation stays as it is, can be rolled back later, and updated before", async () => {
  const { world, create, cfn, settled, update } = stage();
  const faults = cloudFormationFaults(world);
  faults.fail({ logicalId: "B", phase: "create", message: "once", times: 1 });
  const { StackId, StackStatus } = await create("stay", template(CHAIN), { DisableRollback: true });
  expect(StackStatus).toBe("CREATE_FAILED");

  expect((await update(StackId, template(CHAIN))).StackStatus).toBe("UPDATE_COMPLETE");

  faults.fail({ logicalId: "B", phase: "create", message: "once", times: 1 });
  const other = await create("stay2", template(CHAIN), { OnFailure: "DO_NOTHING" });
  await cfn("RollbackStack", { StackName: other.StackId });
  expect((await settled(other.StackId)).StackStatus).toBe("ROLLBACK_COMPLETE");
});

test("a failed update puts everything back to what it was", async () => {
  const { world, create, update, cfn } = stage();
  const body = (label: string): object =>
    template({
      A: topic({ DisplayName: label }),
      B: topic({ DisplayName: label, TopicName: `b-${label}` }),
      C: topic({ DisplayName: label }, { DependsOn: ["A", "B"] }),
    });
  await create("back", body("old"));
  const before = (await cfn("DescribeStackResources", { StackName: "back" })).StackResources;
  cloudFormationFaults(world).fail({ logicalId: "C", phase: "update", message: "no", times: 1 });

  const { StackStatus } = await update("back", body("new"));

  expect(StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  const after = (await cfn("DescribeStackResources", { StackName: "back" })).StackResources;
  const ids = (list: readonly { LogicalResourceId: string; PhysicalResourceId: string }[]) =>
    list.map((one) => [one.LogicalResourceId, one.PhysicalResourceId]);
  expect(ids(after)).toEqual(ids(before));
  const { Parameters: _, ...again } = await cfn("GetTemplate", { StackName: "back" });
  expect(JSON.parse(again.TemplateBody)).toEqual(body("old"));
});

test("a rollback that fails leaves the stack stuck until the resource is skipped", async () => {
  const { world, create, update, cfn, settled, refusal } = stage();
  const body = (label: string): object =>
    template({ A: topic({ DisplayName: label }), C: topic({ DisplayName: label }, { DependsOn: "A" }) });
  const { StackId } = await create("stuck", body("old"));
  const faults = cloudFormationFaults(world);
  faults.fail({ logicalId: "C", phase: "update", message: "no" });
  faults.fail({ logicalId: "A", phase: "rollback", message: "cannot go back" });
  expect((await update("stuck", body("new"))).StackStatus).toBe("UPDATE_ROLLBACK_FAILED");
  expect(await refusal("UpdateStack", { StackName: "stuck", TemplateBody: JSON.stringify(body("x")) })).toMatch(
    /UPDATE_ROLLBACK_FAILED state and can not be updated/,
  );

  await cfn("ContinueUpdateRollback", { StackName: "stuck", ResourcesToSkip: ["A"] });

  expect((await settled(StackId)).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
});

test("with rollback off a failed update can be continued forwards or taken back", async () => {
  const { world, create, update, cfn, settled } = stage();
  const body = (label: string): object =>
    template({ A: topic({ DisplayName: label }), C: topic({ DisplayName: label }, { DependsOn: "A" }) });
  await create("forward", body("old"));
  const faults = cloudFormationFaults(world);
  faults.fail({ logicalId: "C", phase: "update", message: "no", times: 2 });
  expect((await update("forward", body("new"), { DisableRollback: true })).StackStatus).toBe("UPDATE_FAILED");
  expect((await update("forward", body("new"), { DisableRollback: true })).StackStatus).toBe("UPDATE_FAILED");

  await cfn("RollbackStack", { StackName: "forward" });

  expect((await settled("forward")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect((await cfn("GetTemplate", { StackName: "forward" })).TemplateBody).toBe(JSON.stringify(body("old")));
});

test("an update can be cancelled while it runs", async () => {
  const { create, cfn, settled, world } = stage();
  const body = (label: string): object =>
    template({ A: topic({ DisplayName: label }), C: topic({ DisplayName: label }, { DependsOn: "A" }) });
  await create("stop", body("old"));
  await cfn("UpdateStack", { StackName: "stop", TemplateBody: JSON.stringify(body("new")) });
  await world.clock.sleep(3000);

  await cfn("CancelUpdateStack", { StackName: "stop" });

  expect((await settled("stop")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
});

test("a resource that cannot be deleted can be left behind, by name or by force", async () => {
  const { world, create, cfn, settled } = stage();
  cloudFormationFaults(world).fail({ logicalId: "A", phase: "remove", message: "in use" });
  for (const way of [{ RetainResources: ["A"] }, { DeletionMode: "FORCE_DELETE_STACK" }]) {
    const { StackId } = await create("clings", template({ A: topic(), B: topic() }));
    await cfn("DeleteStack", { StackName: StackId });
    expect(await settled(StackId)).toMatchObject({
      StackStatus: "DELETE_FAILED",
      StackStatusReason: "The following resource(s) failed to delete: [A]. ",
    });

    await cfn("DeleteStack", { StackName: StackId, ...way });

    expect((await settled(StackId)).StackStatus).toBe("DELETE_COMPLETE");
  }
});

test("events and operations carry the caller's token, and a token used twice does nothing twice", async () => {
  const { create, cfn, settled, stack } = stage();
  const { StackId } = await create("token", template({ A: topic({ DisplayName: "1" }) }), {
    ClientRequestToken: "deploy-1",
  });
  const request = {
    StackName: "token",
    ClientRequestToken: "deploy-2",
    TemplateBody: JSON.stringify(template({ A: topic({ DisplayName: "2" }) })),
  };
  await cfn("UpdateStack", request);
  await settled(StackId);
  const operation = (await stack("token")).LastOperations?.[0]?.OperationId;

  await cfn("UpdateStack", request);

  expect((await stack("token")).LastOperations?.[0]?.OperationId).toBe(operation);
  const { OperationEvents } = await cfn("DescribeEvents", { OperationId: operation });
  expect(new Set(OperationEvents.map((event: { ClientRequestToken: string }) => event.ClientRequestToken))).toEqual(
    new Set(["deploy-2"]),
  );
});
