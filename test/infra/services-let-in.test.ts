/** What AWS's own services need to do their part. None of them says so when it cannot: logs, backups and alerts are just not there. */
import { describe, expect, test } from "vitest";
import { isList, type Section, section, type Value } from "../bed/aws/cloudformation/template/value.ts";
import { conditionsHold, decide, statementsOf } from "./iam-evaluator.ts";
import { resolved, roleStatements, trustStatements } from "./role-policies.ts";
import { specialised } from "./templates.ts";

type Resource = Section & { readonly Type: string; readonly Properties: Section };

const platform = documentOf("platform/platform");

function documentOf(name: string): Section {
  const found = specialised.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no template ${name}`);
  return found.document;
}

function ofType(document: Section, type: string): readonly (readonly [string, Section])[] {
  return Object.entries(section(document, "Resources")).flatMap(([id, resource]) => {
    const { Type, Properties } = resource as Resource;
    return Type === type ? [[id, Properties] as const] : [];
  });
}

/** Whether a policy of a resource lets a service in that says nothing of whom it works for. */
function letsIn(policy: Value | undefined, service: string, action: string): boolean {
  return statementsOf(policy).some((statement) => {
    const services = [(statement.Principal as Section | undefined)?.Service].flat();
    return (
      statement.Effect === "Allow" &&
      services.includes(service) &&
      [statement.Action].flat().includes(action) &&
      conditionsHold(statement, {})
    );
  });
}

/**
 * Services whose documentation shows a trust policy that asks for the account or the resource they work for. Others do not say it, and a
 * role that asks for it shuts them out (prowler issue 4714 for CloudTrail).
 */
const saysForWhom = [
  "ecs-tasks.amazonaws.com",
  "events.amazonaws.com",
  "monitoring.rds.amazonaws.com",
  "states.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
];

test.for(specialised)("$name: a role asks a service only for what it says of itself", ({ document }) => {
  for (const [id] of ofType(document, "AWS::IAM::Role")) {
    for (const statement of trustStatements(document, id)) {
      const service = (statement.Principal as Section).Service;
      if (typeof service !== "string" || saysForWhom.includes(service)) continue;
      expect(conditionsHold(statement, {}), `${id} for ${service}`).toBe(true);
    }
  }
});

test("CloudFormation takes its role for stacks of this account, and for no other's if it says whose they are", () => {
  const [trust = {}] = trustStatements(documentOf("bootstrap/bootstrap"), "CloudFormationRole");
  const stack = "arn:aws:cloudformation:us-east-1:123456789012:stack/mate-hospital-a-production/0a1b";
  const own = { "aws:SourceAccount": "123456789012", "aws:SourceArn": stack };

  expect(conditionsHold(trust, own)).toBe(true);
  expect(conditionsHold(trust, { ...own, "aws:SourceAccount": "999999999999" })).toBe(false);
  expect(conditionsHold(trust, { ...own, "aws:SourceArn": stack.replace("mate-", "other-") })).toBe(false);
});

describe("alerts arrive", () => {
  const rules = ofType(platform, "AWS::Events::Rule").filter(([, { Targets }]) =>
    (Targets as readonly Section[]).some(({ Arn }) => (Arn as Section).Ref === "AlertTopic"),
  );
  const [topic] = ofType(platform, "AWS::SNS::TopicPolicy").map(([, { PolicyDocument }]) => PolicyDocument);
  const { Properties: key } = section(platform, "Resources").Key as Resource;

  test.for(["events.amazonaws.com", "backup.amazonaws.com"])(
    "%s publishes to the encrypted topic, without saying for whom",
    (service) => {
      expect(rules.length).toBeGreaterThan(0);
      expect(letsIn(topic, service, "sns:Publish")).toBe(true);
      expect(letsIn(key.KeyPolicy, service, "kms:GenerateDataKey")).toBe(true);
      expect(letsIn(key.KeyPolicy, service, "kms:Decrypt")).toBe(true);
    },
  );

  test("when a backup or a copy of one was not made", () => {
    const patterns = rules.map(([, { EventPattern }]) => EventPattern as Section);

    expect(patterns).toContainEqual({
      source: ["aws.backup"],
      "detail-type": ["Backup Job State Change", "Copy Job State Change"],
      detail: { state: ["FAILED", "ABORTED", "EXPIRED"] },
    });
  });

  test("of a vault only by events that AWS Backup still sends", () => {
    // AWS Backup API reference, PutBackupVaultNotifications; the others are accepted and never come.
    const sent = ["STARTED", "COMPLETED"].flatMap((end) => [`BACKUP_JOB_${end}`, `RESTORE_JOB_${end}`]);
    for (const [id, { Notifications }] of ofType(platform, "AWS::Backup::BackupVault")) {
      const { BackupVaultEvents } = Notifications as { readonly BackupVaultEvents: readonly string[] };
      expect([...sent, "COPY_JOB_SUCCESSFUL", "COPY_JOB_FAILED"], id).toEqual(
        expect.arrayContaining([...BackupVaultEvents]),
      );
    }
  });
});

/** Minutes of a day. */
const minutes = (clock: string): number => {
  const [hours = "", rest = ""] = clock.split(":");
  return Number(hours) * 60 + Number(rest);
};

test("backups of databases begin when AWS Backup may take them: not from an hour before the maintenance window until its end", () => {
  const windows = specialised.flatMap(({ document }) =>
    ofType(document, "AWS::RDS::DBInstance").map(([, { PreferredMaintenanceWindow }]) =>
      String(PreferredMaintenanceWindow),
    ),
  );
  const rules = ofType(platform, "AWS::Backup::BackupPlan").flatMap(([, { BackupPlan }]) => {
    const all = (BackupPlan as Section).BackupPlanRule;
    return isList(all) ? (all as readonly Section[]) : [];
  });

  expect(rules.length).toBe(4);
  for (const window of windows) {
    const [begin = 0, end = 0] = window.split("-").map((moment) => minutes(moment.replace(/^\w+:/, "")));
    for (const { RuleName, ScheduleExpression, StartWindowMinutes } of rules) {
      const [, minute = "", hour = ""] = /^cron\((\d+) (\d+) /.exec(String(ScheduleExpression)) ?? [];
      const first = minutes(`${hour}:${minute}`);
      const last = first + Number(StartWindowMinutes);
      expect(last < begin - 60 || first >= end, `${RuleName} against ${window}`).toBe(true);
    }
  }
});

test("answers to functions are let in at every port that a function calls from", () => {
  const open = ofType(platform, "AWS::EC2::NetworkAclEntry").filter(
    ([, { NetworkAclId, Egress, RuleAction, CidrBlock }]) =>
      (NetworkAclId as Section).Ref === "AppAcl" &&
      Egress === undefined &&
      RuleAction === "allow" &&
      CidrBlock === "0.0.0.0/0",
  );
  const { Properties } = section(platform, "Resources").RotationFunction as Resource;

  expect(JSON.stringify(section(Properties, "VpcConfig").SubnetIds)).toContain("AppSubnet");
  // VPC user guide, "Ephemeral ports".
  const ranges = open.map(([, { PortRange }]) => PortRange as { readonly From: number; readonly To: number });
  const closed = Array.from({ length: 65_536 - 1024 }, (_, index) => 1024 + index).filter(
    (port) => !ranges.some(({ From, To }) => From <= port && port <= To),
  );
  // Remote desktop stays out; a call from that one port is made again from another.
  expect(closed).toEqual([3389]);
});

test.for(specialised.filter(({ name }) => name === "tenant/enterprise" || name === "tenant/standard"))(
  "$name: replication decrypts what it reads and encrypts the replica, within the boundary",
  ({ document }) => {
    const key = "arn:aws:kms:us-east-1:123456789012:key/key";
    const bootstrap = documentOf("bootstrap/bootstrap");
    const { Properties } = section(bootstrap, "Resources").Boundary as Resource;
    const boundary = statementsOf(resolved(Properties.PolicyDocument ?? {}, bootstrap));
    for (const action of ["kms:Decrypt", "kms:Encrypt"]) {
      const request = { action, resource: key };
      expect(decide(roleStatements(document, "ReplicationRole"), request), action).toBe("allowed");
      expect(decide(boundary, request), action).toBe("allowed");
    }
  },
);
