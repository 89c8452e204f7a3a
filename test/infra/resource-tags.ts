/** Tags that resources have when they are called, as far as policies ask for them. */
import type { LoggedCall } from "../bed/aws/faults/call-log.ts";
import type { World } from "../bed/aws/kernel.ts";
import type { Tagged } from "./requests-made.ts";

type Tags = Readonly<Record<string, string>>;

interface Input {
  readonly ResourceId?: string;
  readonly DBSnapshotIdentifier?: string;
  readonly Tags?: Tags | readonly { readonly Key: string; readonly Value: string }[];
  readonly tasks?: readonly string[];
  readonly task?: string;
  readonly service?: string;
}

export interface TagWatch {
  /** Notes the tags of what a call is about: of targets and snapshots from the calls that make them, of services and tasks from the bed. */
  see(call: LoggedCall): void;
  /** By the ARN under which a resource is called. */
  tags(): Promise<Tagged>;
}

/** Has to see the calls as they are made: a stopped task is forgotten after an hour. */
export function watchTags(world: World): TagWatch {
  const found = new Map<string, Tags>();
  const asked: Promise<void>[] = [];
  const look = async (resourceArn: string, { region, account }: LoggedCall): Promise<void> => {
    const caller = { account, region, arn: `arn:aws:iam::${account}:user/test`, tags: {} };
    const { tags } = await world
      .invoke<{ readonly tags: readonly { readonly key: string; readonly value: string }[] }>(
        "ecs",
        "ListTagsForResource",
        { resourceArn },
        { requestId: "test", caller },
      )
      // It is not there, or not any more: then it has no tags, and a policy that asks for one refuses.
      .catch(() => ({ tags: [] }));
    if (tags.length > 0) found.set(resourceArn, Object.fromEntries(tags.map(({ key, value }) => [key, value])));
  };
  return {
    see: (call) => {
      const { service: api, operation, region, account } = call;
      const { ResourceId, DBSnapshotIdentifier, Tags, tasks = [], task, service } = (call.input ?? {}) as Input;
      const tags = Array.isArray(Tags) ? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) : Tags;
      if (api === "application-auto-scaling" && tags !== undefined)
        found.set(`arn:aws:application-autoscaling:${region}:${account}:scalable-target/${ResourceId}`, tags as Tags);
      if (operation === "CreateDBSnapshot" && tags !== undefined)
        found.set(`arn:aws:rds:${region}:${account}:snapshot:${DBSnapshotIdentifier}`, tags as Tags);
      if (api !== "ecs") return;
      const named = service === undefined || service.startsWith("arn:") ? service : inCluster(call, service);
      for (const arn of [...tasks, task, named]) if (arn !== undefined && !found.has(arn)) asked.push(look(arn, call));
    },
    tags: async () => {
      await Promise.all(asked);
      return found;
    },
  };
}

function inCluster({ region, account }: LoggedCall, service: string): string {
  return `arn:aws:ecs:${region}:${account}:service/mate-production/${service}`;
}
