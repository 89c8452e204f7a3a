/** Tenant stacks on the AWS bed, made and changed as the pipeline does it: change set, look, execute. Nothing takes real time. */
import { readFileSync } from "node:fs";
import { type AwsBed, startAwsBed } from "../bed/aws/bed.ts";
import type { Call } from "../bed/aws/kernel.ts";
import { bootstrapEnvironment } from "../bed/bootstrap.ts";
import { virtualClock } from "../bed/conformance/virtual-clock.ts";
import type { ParameterValues } from "./specialise.ts";
import { account, region, type TenantTier, template, templateFile, tenantValues } from "./templates.ts";

export interface Change {
  readonly Action: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly Replacement?: string;
}

export interface Stack {
  readonly StackStatus: string;
  readonly Outputs: ParameterValues;
  /** The first failure and its reason, if the last operation did not end well. */
  readonly failure: string | undefined;
}

export interface TenantStacks {
  readonly bed: AwsBed;
  /** Changes that a stack with these parameters would see; `execute` makes them and waits for the end. */
  plan(
    name: string,
    parameters: ParameterValues,
  ): Promise<{ readonly changes: readonly Change[]; execute(): Promise<Stack> }>;
  /** Parameters of a typical tenant on this bed's platform. */
  parameters(tier: TenantTier, more?: ParameterValues): ParameterValues;
  remove(name: string): Promise<Stack>;
  invoke<T>(service: string, operation: string, input: object): Promise<T>;
}

const administrator: Call = {
  requestId: "test",
  caller: { account, region, arn: `arn:aws:iam::${account}:user/administrator`, tags: {} },
};
const bucket = `mate-production-pipeline-${account}`;

/** Starts a bed with an environment `production` that the administrator has set up. */
export async function tenantStacks(): Promise<TenantStacks> {
  const clock = virtualClock();
  const bed = await startAwsBed({ clock });
  await bootstrapEnvironment(bed, {
    root: new URL("../..", import.meta.url).pathname,
    environment: "production",
    repository: {
      id: 456789,
      name: "mate-tenants",
      owner: { id: 123456, login: "example-health" },
      defaultBranch: "main",
    },
  });
  const invoke = <T>(service: string, operation: string, input: object): Promise<T> =>
    bed.world.invoke<T>(service, operation, input, administrator);
  await invoke("s3", "PutObject", {
    Bucket: bucket,
    Key: "templates/tenant.yml",
    Body: readFileSync(templateFile("tenant/tenant")),
  });

  // What the operator of a hospital with OpenID Connect puts there before its first deployment.
  const { ARN: oidcSecret } = await invoke<{ readonly ARN: string }>("secrets-manager", "CreateSecret", {
    Name: "mate/production/clinic-b/oidc",
    SecretString: JSON.stringify({ client_secret: "from-the-clinic" }),
  });

  const look = async (name: string): Promise<Stack> => {
    type Answer = {
      readonly Stacks: readonly {
        StackStatus: string;
        Outputs?: readonly { OutputKey: string; OutputValue: string }[];
      }[];
    };
    type Events = {
      readonly StackEvents: readonly {
        ResourceStatus: string;
        LogicalResourceId: string;
        ResourceStatusReason?: string;
      }[];
    };
    for (;;) {
      const { Stacks } = await invoke<Answer>("cloudformation", "DescribeStacks", { StackName: name });
      const [stack] = Stacks;
      if (stack === undefined) throw new Error(`no stack ${name}`);
      if (stack.StackStatus.endsWith("_IN_PROGRESS")) {
        await clock.sleep(5_000);
        continue;
      }
      const { StackEvents } = await invoke<Events>("cloudformation", "DescribeStackEvents", { StackName: name });
      const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus.endsWith("_FAILED")).at(-1);
      return {
        StackStatus: stack.StackStatus,
        Outputs: Object.fromEntries(
          (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
        ),
        failure: /ROLLBACK|FAILED/.test(stack.StackStatus)
          ? failed && `${failed.LogicalResourceId}: ${failed.ResourceStatusReason}`
          : undefined,
      };
    }
  };
  const platform = (await look("mate-platform-production")).Outputs;
  const declared = new Set(Object.keys(template("tenant/tenant").document.Parameters as object));

  return {
    bed,
    invoke,
    parameters: (tier, more = {}) => ({
      ...tenantValues(tier),
      ...Object.fromEntries(Object.entries(platform).filter(([name]) => declared.has(name))),
      ...(tier === "standard" && { OidcClientSecretArn: oidcSecret }),
      ...more,
    }),
    plan: async (name, parameters) => {
      const exists = await invoke("cloudformation", "DescribeStacks", { StackName: name }).then(
        () => true,
        () => false,
      );
      type Made = { readonly Id: string; readonly StackId: string };
      const made = await invoke<Made>("cloudformation", "CreateChangeSet", {
        StackName: name,
        ChangeSetName: `plan-${bed.world.hex(8)}`,
        ChangeSetType: exists ? "UPDATE" : "CREATE",
        TemplateURL: `https://${bucket}.s3.${region}.amazonaws.com/templates/tenant.yml`,
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Capabilities: ["CAPABILITY_IAM"],
        RoleARN: `arn:aws:iam::${account}:role/mate-production-cfn`,
        Tags: [
          { Key: "app", Value: "mate" },
          { Key: "mate-tenant", Value: parameters.Tenant },
        ],
      });
      type Described = {
        Status: string;
        StatusReason?: string;
        NextToken?: string;
        Changes: readonly { ResourceChange: Change }[];
      };
      const changes: Change[] = [];
      for (let next: string | undefined = ""; next !== undefined; ) {
        const page: Described = await invoke("cloudformation", "DescribeChangeSet", {
          ChangeSetName: made.Id,
          ...(next !== "" && { NextToken: next }),
        });
        if (page.Status === "FAILED") throw new Error(`change set of ${name} failed: ${page.StatusReason}`);
        if (page.Status !== "CREATE_COMPLETE") {
          await clock.sleep(1_000);
          continue;
        }
        changes.push(...page.Changes.map(({ ResourceChange }) => ResourceChange));
        next = page.NextToken;
      }
      return {
        changes,
        execute: async () => {
          await invoke("cloudformation", "ExecuteChangeSet", { ChangeSetName: made.Id });
          return look(made.StackId);
        },
      };
    },
    remove: async (name) => {
      type Answer = { readonly Stacks: readonly { readonly StackId: string }[] };
      const { Stacks } = await invoke<Answer>("cloudformation", "DescribeStacks", { StackName: name });
      await invoke("cloudformation", "DeleteStack", {
        StackName: name,
        RoleARN: `arn:aws:iam::${account}:role/mate-production-cfn`,
      });
      return look(Stacks[0]?.StackId ?? name);
    },
  };
}
