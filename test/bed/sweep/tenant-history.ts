/** What was ever done to a tenant, counted where AWS keeps count: whatever was done twice is there twice. */
import type { Facts, Subject } from "./footprint.ts";
import type { SweepStage } from "./sweep-stage.ts";
import { recordAt } from "./tenant-records.ts";

const cluster = "mate-production";
type Item = Readonly<Record<string, unknown>>;

/** A line for each time something happened. */
export async function tenantHistory(stage: SweepStage, { tenant }: Subject): Promise<Facts> {
  const { invoke } = stage.rehearsal;
  const plain = (text: unknown): string => String(text).replaceAll(tenant, "TENANT");
  const names = ["celery", "django", "beat"].map((role) => `mate-${tenant}-production-${role}`);
  const deployments = names.map(async (service) => {
    const { serviceDeployments } = await invoke<{ serviceDeployments: readonly Item[] }>(
      ...["ecs", "ListServiceDeployments"],
      { cluster, service, maxResults: 100 },
    ).catch((error: Error) => {
      if (error.name === "ServiceNotFoundException" || error.name === "ClusterNotFoundException")
        return { serviceDeployments: [] };
      throw error;
    });
    return serviceDeployments.map(({ status }) => `${plain(service)} ${status}`);
  });
  const revisions = [...names, `mate-${tenant}-production-migrate`, `${tenant}-production-migrate`].map(
    async (familyPrefix) => {
      const listed = { familyPrefix, status: "ACTIVE" };
      const found = await invoke<{ taskDefinitionArns: readonly string[] }>("ecs", "ListTaskDefinitions", listed);
      return found.taskDefinitionArns.map((arn) => plain(arn.split("/").at(-1)?.split(":")[0]));
    },
  );
  const migration = await recordAt(stage, `migrations/${tenant}.json`);
  return {
    "operations of the stack": await stackOperations(stage, `mate-${tenant}-production`),
    "deployments of the services": (await Promise.all(deployments)).flat(),
    "revisions of task definitions": (await Promise.all(revisions)).flat().sort(),
    "migration tasks that ran": await migrationStreams(stage, tenant),
    "tries to migrate": Array.from({ length: Number(migration?.attempt ?? 0) }, () => "try"),
  };
}

/** What was done to a stack as a whole, oldest first. */
async function stackOperations({ rehearsal }: SweepStage, StackName: string): Promise<readonly string[]> {
  const events: Item[] = [];
  let NextToken: string | undefined;
  do {
    const page: { StackEvents: readonly Item[]; NextToken?: string } = await rehearsal
      .invoke<{ StackEvents: readonly Item[]; NextToken?: string }>("cloudformation", "DescribeStackEvents", {
        ...{ StackName, ...(NextToken !== undefined && { NextToken }) },
      })
      .catch((error: Error) => {
        if (error.message.includes("does not exist")) return { StackEvents: [] };
        throw error;
      });
    events.push(...page.StackEvents);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return events
    .filter(({ PhysicalResourceId, StackId }) => PhysicalResourceId === StackId)
    .map(({ ResourceStatus }) => String(ResourceStatus))
    .filter((status) => /^(CREATE|UPDATE|DELETE|ROLLBACK)_(IN_PROGRESS|FAILED)$/.test(status))
    .reverse();
}

/** Every task that ran has a stream of its own. */
async function migrationStreams({ rehearsal }: SweepStage, tenant: string): Promise<readonly string[]> {
  const logGroupName = `/ecs/mate-${tenant}-production/migrate`;
  const { logStreams } = await rehearsal
    .invoke<{ logStreams: readonly unknown[] }>("cloudwatch-logs", "DescribeLogStreams", { logGroupName })
    .catch((error: Error) => {
      if (error.name === "ResourceNotFoundException") return { logStreams: [] };
      throw error;
    });
  return logStreams.map(() => "migrate");
}
