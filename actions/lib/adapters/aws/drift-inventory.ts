import {
  CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  paginateDescribeStackResourceDrifts,
  paginateListChangeSets,
  paginateListStackResources,
  paginateListStacks,
} from "@aws-sdk/client-cloudformation";
import {
  DeregisterTaskDefinitionCommand,
  ECSClient,
  paginateListServices,
  paginateListTaskDefinitionFamilies,
  paginateListTaskDefinitions,
} from "@aws-sdk/client-ecs";
import { stackStatuses } from "../../domain/stack.ts";
import type { Inventory } from "../../ports/inventory.ts";
import type { Connection } from "./cell.ts";
import { cellDatabaseInventory } from "./drift-databases.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/**
 * Types whose settings are secrets. CloudFormation looks at a resource in the name of whoever asks for drift, and a role that may look at
 * these may read a client's secret, or the value of one.
 */
const secretTypes: ReadonlySet<string> = new Set([
  "AWS::Cognito::UserPoolClient",
  "AWS::Cognito::UserPoolIdentityProvider",
  "AWS::SecretsManager::Secret",
]);

/** A cell's inventory. */
export function cellInventory({ client, calls, trace }: Pick<Connection, "client" | "calls" | "trace">): Inventory {
  const settings = scheduledSettings(client);
  const databases = cellDatabaseInventory({ client, calls, trace });
  return {
    ...stackInventory(scheduled(trace.follow(new CloudFormationClient(settings)), calls)),
    ...serviceInventory(scheduled(trace.follow(new ECSClient(settings)), calls)),
    databases: () => databases.databases(),
    snapshots: () => databases.snapshots(),
    deleteSnapshot: (id) => databases.deleteSnapshot(id),
  };
}

function stackInventory(
  client: CloudFormationClient,
): Pick<Inventory, "detectDrift" | "driftDetection" | "stacks" | "changeSets"> {
  return {
    detectDrift: async (StackName) => {
      const LogicalResourceIds = await comparable(client, StackName);
      const { StackDriftDetectionId } = await client.send(
        new DetectStackDriftCommand({ StackName, ...(LogicalResourceIds.length > 0 && { LogicalResourceIds }) }),
      );
      if (StackDriftDetectionId === undefined) throw new Error("DetectStackDrift answered without an id");
      return StackDriftDetectionId;
    },

    driftDetection: async (id, stack) => {
      const run = await client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: id }));
      switch (run.DetectionStatus) {
        case "DETECTION_IN_PROGRESS":
          return { state: "running" };
        case "DETECTION_FAILED":
          return { state: "failed", reason: run.DetectionStatusReason ?? "CloudFormation gave no reason" };
        case "DETECTION_COMPLETE":
          return { state: "done", drifts: await driftsOf(client, stack) };
        default:
          throw new Error(`unknown drift detection status ${String(run.DetectionStatus)}`);
      }
    },

    stacks: async () => {
      const there = stackStatuses.filter((status) => status !== "DELETE_COMPLETE");
      const found = [];
      for await (const { StackSummaries } of paginateListStacks({ client }, { StackStatusFilter: there })) {
        for (const { StackId, StackName, StackStatus, CreationTime } of StackSummaries ?? []) {
          const status = stackStatuses.find((known) => known === StackStatus);
          if (status === undefined) throw new Error(`unknown stack status ${String(StackStatus)}`);
          found.push({ id: StackId ?? "", name: StackName ?? "", status, createdAt: CreationTime ?? new Date(0) });
        }
      }
      return found;
    },

    changeSets: async (StackName) => {
      const found = [];
      for await (const { Summaries } of paginateListChangeSets({ client }, { StackName })) {
        for (const { ChangeSetId, ChangeSetName, CreationTime, ExecutionStatus } of Summaries ?? []) {
          found.push({
            id: ChangeSetId ?? "",
            name: ChangeSetName ?? "",
            createdAt: CreationTime ?? new Date(0),
            obsolete: ExecutionStatus === "OBSOLETE",
          });
        }
      }
      return found;
    },
  };
}

/** Logical ids of what is there and can be looked at without seeing a secret. */
async function comparable(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { StackResourceSummaries } of paginateListStackResources({ client }, { StackName })) {
    for (const { LogicalResourceId, ResourceType = "", ResourceStatus } of StackResourceSummaries ?? []) {
      if (LogicalResourceId === undefined || ResourceStatus === "DELETE_COMPLETE") continue;
      if (!secretTypes.has(ResourceType)) ids.push(LogicalResourceId);
    }
  }
  return ids;
}

async function driftsOf(client: CloudFormationClient, StackName: string) {
  const drifts = [];
  const pages = paginateDescribeStackResourceDrifts(
    { client },
    { StackName, StackResourceDriftStatusFilters: ["MODIFIED", "DELETED"] },
  );
  for await (const { StackResourceDrifts } of pages) {
    for (const drift of StackResourceDrifts ?? []) {
      drifts.push({
        logicalId: drift.LogicalResourceId ?? "",
        type: drift.ResourceType ?? "",
        deleted: drift.StackResourceDriftStatus === "DELETED",
        properties: (drift.PropertyDifferences ?? []).map(({ PropertyPath, ExpectedValue, ActualValue }) => ({
          path: PropertyPath ?? "",
          expected: ExpectedValue ?? "",
          actual: ActualValue ?? "",
        })),
      });
    }
  }
  return drifts;
}

function serviceInventory(client: ECSClient): Pick<Inventory, "services" | "families" | "revisions" | "deregister"> {
  return {
    services: async (cluster) => {
      const names: string[] = [];
      for await (const { serviceArns } of paginateListServices({ client, pageSize: 100 }, { cluster })) {
        for (const arn of serviceArns ?? []) names.push(arn.split("/").at(-1) ?? "");
      }
      return names;
    },

    families: async (familyPrefix) => {
      const names: string[] = [];
      const pages = paginateListTaskDefinitionFamilies({ client, pageSize: 100 }, { familyPrefix, status: "ACTIVE" });
      for await (const { families } of pages) names.push(...(families ?? []));
      return names;
    },

    revisions: async (familyPrefix) => {
      const arns: string[] = [];
      const pages = paginateListTaskDefinitions(
        { client, pageSize: 100 },
        { familyPrefix, status: "ACTIVE", sort: "DESC" },
      );
      for await (const { taskDefinitionArns } of pages) arns.push(...(taskDefinitionArns ?? []));
      return arns;
    },

    deregister: async (taskDefinition) => {
      await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    },
  };
}
