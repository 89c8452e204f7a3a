/** How wide the policies of all templates are: no action and no resource more than can be named, and a tenant's roles within their boundary. */
import { expect, test } from "vitest";
import type { Section } from "../bed/aws/cloudformation/template/value.ts";
import { identityStatements } from "./role-policies.ts";
import { account, found, specialised } from "./templates.ts";

/** Calls whose resource cannot be named (Service Authorization Reference: no resource type, or one that does not exist before the call). */
const namesNoResource: ReadonlySet<string> = new Set([
  "acm:RequestCertificate",
  "application-autoscaling:DescribeScalableTargets",
  "application-autoscaling:DescribeScalingActivities",
  "application-autoscaling:DescribeScalingPolicies",
  "backup:ListBackupPlans",
  "cloudformation:BatchDescribeTypeConfigurations",
  "cloudformation:DescribeStackDriftDetectionStatus",
  "cloudformation:ListStacks",
  "cloudformation:ValidateTemplate",
  "cloudwatch:GetMetricData",
  "cognito-idp:DescribeUserPoolDomain",
  "ecr:GetAuthorizationToken",
  "ecs:DeregisterTaskDefinition",
  "ecs:DescribeTaskDefinition",
  "ecs:ListServices",
  "ecs:ListTaskDefinitionFamilies",
  "ecs:ListTaskDefinitions",
  "ecs:ListTasks",
  "inspector2:ListCoverage",
  "inspector2:ListFindings",
  "kms:CreateKey",
  "kms:ListAliases",
  "kms:ListKeys",
  "logs:DescribeLogGroups",
  "secretsmanager:GetRandomPassword",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "wafv2:GetWebACLForResource",
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
]);
const reads = /^(ec2|elasticache|elasticloadbalancing|rds):Describe/;

test.for(specialised)(
  "$name: no policy says every action, nor every resource where one can be named",
  ({ document: each }) => {
    for (const { policy, statement } of identityStatements(each)) {
      const actions = [statement.Action].flat().map(String);
      expect(
        actions.filter((action) => action.includes("*")),
        policy,
      ).toEqual([]);
      if (statement.Effect === "Deny" || ![statement.Resource].flat().includes("*")) continue;
      expect(
        actions.filter((action) => !namesNoResource.has(action) && !reads.test(action)),
        policy,
      ).toEqual([]);
    }
  },
);

test.for([
  { name: "tenant/enterprise", tenant: "hospital-a" },
  { name: "tenant/standard", tenant: "clinic-b" },
  { name: "tenant/trial", tenant: "trial-c" },
])("$name: every role of a tenant has the boundary and its tenant's path", ({ name, tenant }) => {
  const all = Object.values(found(name).Resources as Section) as unknown as readonly {
    readonly Type: string;
    readonly Properties: Section;
  }[];
  const made = all.filter(({ Type }) => Type === "AWS::IAM::Role");

  expect(made.length).toBeGreaterThan(0);
  for (const { Properties } of made) {
    expect(Properties.Path).toBe(`/mate/production/${tenant}/`);
    expect(Properties.PermissionsBoundary).toBe(`arn:aws:iam::${account}:policy/mate-production-boundary`);
  }
});
