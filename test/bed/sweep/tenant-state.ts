/** What a tenant is: its stack, what runs, how it scales, and what is recorded of it. */
import type { Facts, Subject } from "./footprint.ts";
import { repositoryName, type SweepStage } from "./sweep-stage.ts";
import { lastJournalEntry, recordAt, recordKeys } from "./tenant-records.ts";

const cluster = "mate-production";
type Item = Readonly<Record<string, unknown>>;

/** Whoever goes on where a lost run stopped may find everything done. */
const endedWell: ReadonlySet<string> = new Set(["changed", "unchanged"]);

/** Everything that two tenants at the same release have in common. */
export async function tenantState(stage: SweepStage, { tenant, release }: Subject): Promise<Facts> {
  const { rehearsal, github } = stage;
  const { invoke } = rehearsal;
  const StackName = `mate-${tenant}-production`;
  const plain = (text: unknown): string => String(text).replaceAll(tenant, "TENANT").replaceAll(release, "RELEASE");
  const names = ["celery", "django", "beat"].map((role) => `mate-${tenant}-production-${role}`);

  const { Stacks } = await invoke<{ Stacks: readonly Item[] }>("cloudformation", "DescribeStacks", { StackName });
  const { StackResources } = await invoke<{ StackResources: readonly Item[] }>(
    ...["cloudformation", "DescribeStackResources"],
    { StackName },
  );
  const { services } = await invoke<{ services: readonly Item[] }>("ecs", "DescribeServices", {
    cluster,
    services: names,
  });
  const { ScalableTargets } = await invoke<{ ScalableTargets: readonly Item[] }>(
    ...["application-auto-scaling", "DescribeScalableTargets"],
    { ServiceNamespace: "ecs", ResourceIds: names.map((name) => `service/${cluster}/${name}`) },
  );
  const definitions = await Promise.all(
    services.map(async ({ serviceName, taskDefinition }) => {
      const found = await invoke<{ taskDefinition: Definition }>("ecs", "DescribeTaskDefinition", { taskDefinition });
      return plain(`${serviceName} ${await contentOf(stage, found.taskDefinition, release)}`);
    }),
  );
  const migration = await recordAt(stage, `migrations/${tenant}.json`);
  const entry = await lastJournalEntry(stage, tenant);
  const shown = [...github.repository(repositoryName).deployments.values()].findLast(
    ({ environment }) => environment === `${tenant}-production`,
  );
  return {
    // The newest one: that is what GitHub shows.
    "deployment on GitHub":
      shown === undefined ? [] : shown.statuses.map((one) => plain(`${one.state} ${one.description}`)),
    stack: Stacks.map((one) => `${one.StackStatus} ${one.EnableTerminationProtection}`),
    resources: StackResources.map((one) => `${one.LogicalResourceId} ${one.ResourceStatus}`).sort(),
    services: services.map((one) => {
      const deployments = (one.deployments as readonly unknown[]).length;
      return plain(`${one.serviceName} ${one.status} ${one.runningCount}/${one.desiredCount} ${deployments}`);
    }),
    "content of the task definitions": definitions,
    scaling: ScalableTargets.map((one) =>
      plain(`${one.ResourceId} ${one.MinCapacity}-${one.MaxCapacity} ${JSON.stringify(one.SuspendedState)}`),
    ).sort(),
    "migration record": migration === undefined ? [] : [plain(`${migration.state} ${migration.release}`)],
    "settled records": (await recordKeys(stage, `settled/${tenant}/`)).map(() => "settled"),
    "records of trouble": (await recordKeys(stage, `operations/unsettled/${tenant}`)).map(plain),
    "last journal entry":
      entry === undefined
        ? []
        : [
            plain(
              `${entry.verb} ${entry.release} ${endedWell.has(String(entry.outcome)) ? "ended well" : entry.outcome}`,
            ),
          ],
    "open issues": [...github.repository(repositoryName).issues.values()]
      .filter(({ title, state }) => state === "open" && title.includes(tenant))
      .map(({ title }) => plain(title)),
  };
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
async function contentOf(
  { rehearsal }: SweepStage,
  { cpu, memory, containerDefinitions }: Definition,
  imageTag: string,
): Promise<string> {
  const containers = containerDefinitions.map(async ({ image, command, environment, secrets }) => {
    const [repository = "", digest] = image.split("@");
    const repositoryName = repository.split("/").slice(1).join("/");
    const { images } = await rehearsal.invoke<{
      images: readonly { readonly imageId: { readonly imageDigest: string } }[];
    }>(...["ecr", "BatchGetImage"], { repositoryName, imageIds: [{ imageTag }] });
    const isReleased = images[0]?.imageId.imageDigest === digest;
    const release = environment?.find(({ name }) => name === "MATE_RELEASE")?.value;
    const names = [...(environment ?? []), ...(secrets ?? [])].map(({ name }) => name);
    return `${release} ${repositoryName} ${isReleased ? "at its release's digest" : digest} ${command?.join(" ")} ${names.join(",")}`;
  });
  return `${cpu}/${memory} ${(await Promise.all(containers)).join("; ")}`;
}
