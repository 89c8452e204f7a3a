/** What a tenant is and has been through, free of ids and times, so that two tenants' lives can be compared. */
import type { SweepStage } from "./sweep-stage.ts";
import { repositoryName } from "./sweep-stage.ts";

/** Facts by name; a list of texts each, in order where order means something. */
export type Footprint = Readonly<Record<string, readonly string[]>>;

/** Whoever goes on where a lost run stopped may find everything done. */
const endedWell: ReadonlySet<string> = new Set(["changed", "unchanged"]);

const cluster = "mate-production";
const bucket = "mate-production-pipeline-123456789012";

/** Reads a tenant's state and the traces of every effect: operations of its stack, deployments, revisions, tasks, records. */
export async function footprint({ rehearsal, github }: SweepStage, tenant: string): Promise<Footprint> {
  const StackName = `mate-${tenant}-production`;
  const { invoke } = rehearsal;
  const plain = (text: unknown): string => String(text).replaceAll(tenant, "TENANT");
  const names = ["celery", "django", "beat"].map((role) => `mate-${tenant}-production-${role}`);

  const { Stacks } = await invoke<{ Stacks: readonly Item[] }>("cloudformation", "DescribeStacks", { StackName });
  const { StackResources } = await invoke<{ StackResources: readonly Item[] }>(
    "cloudformation",
    "DescribeStackResources",
    { StackName },
  );
  const { services } = await invoke<{ services: readonly Item[] }>("ecs", "DescribeServices", {
    ...{ cluster, services: names, include: ["TAGS"] },
  });
  const deployments = await Promise.all(
    names.map(async (service) => {
      const found = await invoke<{ serviceDeployments: readonly Item[] }>("ecs", "ListServiceDeployments", {
        ...{ cluster, service },
      });
      return found.serviceDeployments.map(({ status }) => `${plain(service)} ${status}`);
    }),
  );
  const definitions = await Promise.all(
    services.map(async ({ serviceName, taskDefinition }) => {
      const found = await invoke<{ taskDefinition: Definition }>("ecs", "DescribeTaskDefinition", { taskDefinition });
      return plain(`${serviceName} ${contentOf(found.taskDefinition)}`);
    }),
  );
  const families = await Promise.all(
    [...names, `mate-${tenant}-production-migrate`].map(async (familyPrefix) => {
      const listed = { familyPrefix, status: "ACTIVE" };
      return await invoke<{ taskDefinitionArns: readonly string[] }>("ecs", "ListTaskDefinitions", listed);
    }),
  );
  const scaling = await invoke<{ ScalableTargets: readonly Item[] }>(
    "application-auto-scaling",
    "DescribeScalableTargets",
    { ServiceNamespace: "ecs", ResourceIds: names.map((name) => `service/${cluster}/${name}`) },
  );
  const records = async (prefix: string): Promise<readonly string[]> => {
    const { Contents = [] } = await invoke<{ Contents?: readonly { readonly Key: string }[] }>("s3", "ListObjectsV2", {
      ...{ Bucket: bucket, Prefix: prefix },
    });
    return Contents.map(({ Key }) => Key);
  };
  const migration = await recordOf(rehearsal, `migrations/${tenant}.json`);
  const journal = (await records("journal/")).filter((key) => key.endsWith(`-${tenant}.json`));
  const runOf = (key: string): number => Number(/deploy-(\d+)-/.exec(key)?.[1] ?? 0);
  const newest = journal.toSorted((one, other) => runOf(one) - runOf(other)).at(-1);
  const last = newest === undefined ? undefined : await recordOf(rehearsal, newest);
  const { issues } = github.repository(repositoryName);
  return {
    stack: Stacks.map(
      ({ StackStatus, EnableTerminationProtection }) => `${StackStatus} ${EnableTerminationProtection}`,
    ),
    resources: StackResources.map(
      ({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`,
    ).sort(),
    "operations of the stack": await stackOperations(rehearsal, StackName),
    services: services.map((one) =>
      plain(
        `${one.serviceName} ${one.status} ${one.runningCount}/${one.desiredCount} ${(one.deployments as readonly unknown[]).length}`,
      ),
    ),
    "deployments of the services": deployments.flat(),
    "content of the task definitions": definitions,
    "revisions of task definitions": families
      .flatMap(({ taskDefinitionArns }) => taskDefinitionArns.map((arn) => plain(arn.split("/").at(-1))))
      .sort(),
    scaling: scaling.ScalableTargets.map((one) =>
      plain(`${one.ResourceId} ${one.MinCapacity}-${one.MaxCapacity} ${JSON.stringify(one.SuspendedState)}`),
    ).sort(),
    "migration tasks that wrote": await migrationStreams(rehearsal, tenant),
    "migration record":
      migration === undefined ? [] : [`${migration.state} ${migration.release} try ${migration.attempt}`],
    "settled records": (await records(`settled/${tenant}/`)).map(() => "settled"),
    "records of trouble": (await records(`operations/unsettled/${tenant}`)).map(plain),
    "last journal entry":
      last === undefined
        ? []
        : [`${last.verb} ${last.release} ${endedWell.has(String(last.outcome)) ? "ended well" : last.outcome}`],
    "open issues": [...issues.values()]
      .filter(({ title, state }) => state === "open" && title.includes(tenant))
      .map(({ title }) => plain(title)),
  };
}

type Item = Readonly<Record<string, unknown>>;

/** What was done to a stack as a whole, oldest first. */
async function stackOperations({ invoke }: SweepStage["rehearsal"], StackName: string): Promise<readonly string[]> {
  const events: Item[] = [];
  let NextToken: string | undefined;
  do {
    const page = await invoke<{ StackEvents: readonly Item[]; NextToken?: string }>(
      "cloudformation",
      "DescribeStackEvents",
      { StackName, ...(NextToken !== undefined && { NextToken }) },
    );
    events.push(...page.StackEvents);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return events
    .filter(({ PhysicalResourceId, StackId }) => PhysicalResourceId === StackId)
    .map(({ ResourceStatus }) => String(ResourceStatus))
    .filter((status) => /^(CREATE|UPDATE|DELETE|ROLLBACK)_(IN_PROGRESS|FAILED)$/.test(status))
    .reverse();
}

async function recordOf(rehearsal: SweepStage["rehearsal"], Key: string): Promise<Item | undefined> {
  const found = rehearsal.invoke<{ Body: Uint8Array }>("s3", "GetObject", { Bucket: bucket, Key });
  const object = await found.catch((error: Error) => {
    if (error.name === "NoSuchKey") return undefined;
    throw error;
  });
  return object === undefined ? undefined : (JSON.parse(Buffer.from(object.Body).toString("utf8")) as Item);
}

/** Every task that ran has a stream of its own. */
async function migrationStreams(rehearsal: SweepStage["rehearsal"], tenant: string): Promise<readonly string[]> {
  const { logGroups } = await rehearsal.invoke<{ logGroups: readonly { readonly logGroupName: string }[] }>(
    "cloudwatch-logs",
    "DescribeLogGroups",
    {},
  );
  const groups = logGroups.filter(({ logGroupName }) => logGroupName.includes(`/${tenant}`));
  const streams = await Promise.all(
    groups.map(async ({ logGroupName }) => {
      const found = await rehearsal.invoke<{ logStreams: readonly { readonly logStreamName: string }[] }>(
        "cloudwatch-logs",
        "DescribeLogStreams",
        { logGroupName },
      );
      return found.logStreams.map(({ logStreamName }) => logStreamName.split("/").slice(0, -1).join("/"));
    }),
  );
  return streams.flat().filter((name) => name.includes("migrat"));
}

interface Definition {
  readonly cpu: string;
  readonly memory: string;
  readonly containerDefinitions: readonly {
    readonly image: string;
    readonly command?: readonly string[];
    readonly environment?: readonly { readonly name: string; readonly value: string }[];
    readonly secrets?: readonly { readonly name: string }[];
  }[];
}

/** What runs and with how much; values of the environment hold ids that differ from tenant to tenant. */
function contentOf({ cpu, memory, containerDefinitions }: Definition): string {
  const containers = containerDefinitions.map(({ image, command, environment, secrets }) => {
    const release = environment?.find(({ name }) => name === "MATE_RELEASE")?.value;
    const names = [...(environment ?? []), ...(secrets ?? [])].map(({ name }) => name);
    return `${release} ${image} ${command?.join(" ")} ${names.join(",")}`;
  });
  return `${cpu}/${memory} ${containers.join("; ")}`;
}
