/**
 * A deployment that finds its stack in each status CloudFormation knows: it ends with the stack as it should be, or says exactly what
 * a person has to do, and the audit log that was in the stack is there in either case.
 */
import type { StackStatus } from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stackStatuses } from "../../actions/lib/domain/stack.ts";
import { steerStack } from "../bed/aws/cloudformation/stack/steer.ts";
import { desireOf, logs, type StackStage, startStackStage, topic } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

type Resources = Readonly<Record<string, object>>;

const Audit = logs(30, { DeletionPolicy: "Retain" });
const old: Resources = { A: topic("old"), Audit, B: topic("old", { DependsOn: ["A", "Audit"] }) };
const wanted: Resources = { A: topic("new"), Audit, B: topic("new", { DependsOn: ["A", "Audit"] }) };

type Phase = "create" | "update" | "rollback" | "remove";
const failing = (stack: string, logicalId: string, phase: Phase): void =>
  stage.faults.fail({ stack, logicalId, phase, message: "no", times: 1 });
const create = (name: string, more: object = {}): Promise<unknown> => stage.create(name, old, more);
const update = (name: string, more: object = {}): Promise<unknown> => stage.update(name, wanted, more);
const present = (name: string): Promise<void> => stage.present(name, old);
/** Somebody else's update of it begins. */
const theirs = (name: string): Promise<unknown> => stage.update(name, { ...old, A: topic("theirs") });

const root = {
  requestId: "test",
  caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:root", tags: {} },
};

/** A stack that is there, with its status played: in the middle of something that ends so, or left by it. */
const played =
  (status: StackStatus, ending?: StackStatus) =>
  async (name: string): Promise<void> => {
    await present(name);
    const ends = ending !== undefined && { ending: { status: ending, afterSeconds: 300 } };
    steerStack({ stack: name, status, ...ends }, stage.aws.world, root);
  };

interface Case {
  /** Brings a stack of this name into the status. */
  readonly reach: (name: string) => Promise<unknown>;
  /** Status it ends in, or the reason code and the next step that is printed. */
  readonly ends: StackStatus | { readonly reasonCode: string; readonly next: string };
}

const deleteIt = (keep: string) => ({
  reasonCode: "stack-holds-data",
  next: `Audit may hold data; save what is needed of it, then: aws cloudformation delete-stack --stack-name NAME${keep}, and deploy again`,
});

/** Of every status of the SDK: one more there is one more here, or this does not compile. */
const cases: Readonly<Record<StackStatus, Case>> = {
  REVIEW_IN_PROGRESS: { reach: (name) => stage.plan(desireOf(name, old)), ends: "CREATE_COMPLETE" },
  CREATE_IN_PROGRESS: { reach: (name) => create(name), ends: "UPDATE_COMPLETE" },
  CREATE_COMPLETE: { reach: present, ends: "UPDATE_COMPLETE" },
  CREATE_FAILED: {
    reach: async (name) => {
      failing(name, "B", "create");
      await create(name, { OnFailure: "DO_NOTHING" });
      await stage.settled(name);
    },
    ends: {
      reasonCode: "stack-holds-data",
      next: "rolling it back would delete Audit, which may hold data by now; look at it, then: aws cloudformation rollback-stack --stack-name NAME",
    },
  },
  ROLLBACK_IN_PROGRESS: { reach: played("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"), ends: deleteIt("") },
  ROLLBACK_COMPLETE: {
    reach: async (name) => {
      failing(name, "B", "create");
      await create(name);
      await stage.settled(name);
    },
    ends: deleteIt(""),
  },
  ROLLBACK_FAILED: {
    reach: async (name) => {
      failing(name, "B", "create");
      failing(name, "A", "remove");
      await create(name);
      await stage.settled(name);
    },
    ends: deleteIt(""),
  },
  DELETE_IN_PROGRESS: {
    reach: async (name) => {
      await present(name);
      await stage.cfn("DeleteStack", { StackName: name });
    },
    ends: "CREATE_COMPLETE",
  },
  DELETE_FAILED: {
    reach: async (name) => {
      await present(name);
      failing(name, "A", "remove");
      await stage.cfn("DeleteStack", { StackName: name });
      await stage.settled(name);
    },
    ends: deleteIt(" --retain-resources Audit"),
  },
  DELETE_COMPLETE: {
    reach: async (name) => {
      await present(name);
      await stage.cfn("DeleteStack", { StackName: name });
      await stage.settled(name);
    },
    ends: "CREATE_COMPLETE",
  },
  UPDATE_IN_PROGRESS: {
    reach: async (name) => {
      await present(name);
      await theirs(name);
    },
    ends: "UPDATE_COMPLETE",
  },
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: {
    reach: played("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"),
    ends: "UPDATE_COMPLETE",
  },
  UPDATE_COMPLETE: {
    reach: async (name) => {
      await present(name);
      await theirs(name);
      await stage.settled(name);
    },
    ends: "UPDATE_COMPLETE",
  },
  UPDATE_FAILED: {
    reach: async (name) => {
      await present(name);
      failing(name, "B", "update");
      await update(name, { DisableRollback: true });
      await stage.settled(name);
    },
    ends: "UPDATE_COMPLETE",
  },
  UPDATE_ROLLBACK_IN_PROGRESS: {
    reach: played("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
    ends: "UPDATE_COMPLETE",
  },
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: {
    reach: played("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
    ends: "UPDATE_COMPLETE",
  },
  UPDATE_ROLLBACK_COMPLETE: {
    reach: async (name) => {
      await present(name);
      failing(name, "B", "update");
      await update(name);
      await stage.settled(name);
    },
    ends: "UPDATE_COMPLETE",
  },
  UPDATE_ROLLBACK_FAILED: {
    reach: async (name) => {
      await present(name);
      failing(name, "B", "update");
      failing(name, "A", "rollback");
      await update(name);
      await stage.settled(name);
    },
    ends: "UPDATE_COMPLETE",
  },
  IMPORT_IN_PROGRESS: { reach: played("IMPORT_IN_PROGRESS", "IMPORT_COMPLETE"), ends: "UPDATE_COMPLETE" },
  IMPORT_COMPLETE: { reach: played("IMPORT_COMPLETE"), ends: "UPDATE_COMPLETE" },
  IMPORT_ROLLBACK_IN_PROGRESS: {
    reach: played("IMPORT_ROLLBACK_IN_PROGRESS", "IMPORT_ROLLBACK_COMPLETE"),
    ends: "UPDATE_COMPLETE",
  },
  IMPORT_ROLLBACK_COMPLETE: { reach: played("IMPORT_ROLLBACK_COMPLETE"), ends: "UPDATE_COMPLETE" },
  IMPORT_ROLLBACK_FAILED: {
    reach: played("IMPORT_ROLLBACK_FAILED"),
    ends: {
      reasonCode: "stack-stuck",
      next: "finish what was begun by hand: aws cloudformation describe-stack-events --stack-name NAME shows what failed, then deploy again",
    },
  },
};

/** Every log group there is, and since when: what is in this list once has to stay in it. */
async function auditLogs(): Promise<readonly string[]> {
  const { logGroups } = await stage.aws.world.invoke<{
    logGroups: readonly { readonly arn: string; readonly creationTime: number }[];
  }>("cloudwatch-logs", "DescribeLogGroups", {}, root);
  return logGroups.map(({ arn, creationTime }) => `${arn} ${creationTime}`);
}

async function statusOf(name: string): Promise<string | undefined> {
  const { StackSummaries } = await stage.cfn<{
    StackSummaries: readonly { StackName: string; StackStatus: string }[];
  }>("ListStacks", {});
  return StackSummaries.find(({ StackName }) => StackName === name)?.StackStatus;
}

describe("pitfalls 3.11, 3.12 and 3.41: from every status a stack is settled, or the next step is told, and no data is lost", () => {
  test.for(Object.entries(cases))("%s", async ([status, { reach, ends }]) => {
    const name = `from-${status.toLowerCase().replaceAll("_", "-")}`;
    await reach(name);
    expect(await statusOf(name)).toBe(status);
    const before = await auditLogs();
    expect(before.length > 0 || status === "REVIEW_IN_PROGRESS" || status === "CREATE_IN_PROGRESS").toBe(true);

    const outcome = await stage.apply(desireOf(name, wanted));

    if (typeof ends === "string") {
      expect(outcome).toMatchObject({ outcome: "applied" });
      expect(await statusOf(name)).toBe(ends);
      expect((await stage.plan(desireOf(name, wanted))).outcome).toBe("unchanged");
      expect(await stage.existing(name)).toEqual(["A", "Audit", "B"]);
    } else {
      expect(outcome).toMatchObject({ outcome: "failed", reasonCode: ends.reasonCode });
      expect("cause" in outcome && outcome.cause).toContain(ends.next.replace("NAME", name));
      // Waiting for the end of what was under way is all that was done to it.
      expect(await statusOf(name)).toBe(status.replace("IN_PROGRESS", "COMPLETE"));
    }
    expect(await auditLogs()).toEqual(expect.arrayContaining([...before]));
  });
});

test("the pipeline knows every status, and none that CloudFormation does not", () => {
  expect([...stackStatuses].toSorted()).toEqual(Object.keys(cases).toSorted());
});
