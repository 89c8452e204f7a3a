/** Amazon CloudWatch: alarms whose state can be set, metrics and dashboards. */
import type { Install, Operation, World } from "../../kernel.ts";
import { AwsError } from "../../kernel.ts";
import { alarmOperations } from "./alarm-operations.ts";
import { followAlarms } from "./alarms.ts";
import { followMembers } from "./composite-alarms.ts";
import { metricOperations } from "./metrics.ts";
import { alarmHandler, dashboardHandler } from "./resources.ts";

interface Dashboard {
  readonly DashboardName: string;
  readonly DashboardArn: string;
  readonly DashboardBody: string;
  readonly LastModified: Date;
}

/** Adds the service `cloudwatch` and its resource types to a world. */
export const installCloudWatch: Install = (world) => {
  world.services.set("cloudwatch", {
    name: "cloudwatch",
    operations: { ...alarmOperations(world), ...metricOperations(world), ...dashboardOperations(world) },
  });
  followAlarms(world, followMembers);
  world.resources.set("AWS::CloudWatch::Alarm", alarmHandler);
  world.resources.set("AWS::CloudWatch::Dashboard", dashboardHandler);
};

function dashboardOperations(world: World): Readonly<Record<string, Operation>> {
  // Dashboards belong to an account, not to a region.
  const dashboards = (account: string): Map<string, Dashboard> =>
    world.store("cloudwatch-dashboards", { account, region: "*" }, () => new Map<string, Dashboard>());
  const find = (account: string, name: string): Dashboard => {
    const found = dashboards(account).get(name);
    if (found === undefined) throw new AwsError("ResourceNotFound", `Dashboard ${name} does not exist`, 404);
    return found;
  };
  return {
    PutDashboard: ({ DashboardName = "", DashboardBody = "" }: Partial<Dashboard>, { caller }) => {
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(DashboardName))
        throw new AwsError("InvalidParameterValue", "The value for parameter DashboardName is invalid.");
      const valid = isObject(DashboardBody);
      if (!valid) throw new AwsError("InvalidParameterInput", "The field DashboardBody must be a valid JSON object");
      const DashboardArn = `arn:aws:cloudwatch::${caller.account}:dashboard/${DashboardName}`;
      dashboards(caller.account).set(DashboardName, {
        DashboardName,
        DashboardArn,
        DashboardBody,
        LastModified: new Date(world.clock.now()),
      });
      return { DashboardValidationMessages: [] };
    },
    GetDashboard: ({ DashboardName = "" }: Partial<Dashboard>, { caller }) => {
      const { LastModified: _, ...shown } = find(caller.account, DashboardName);
      return shown;
    },
    ListDashboards: ({ DashboardNamePrefix = "" }: { DashboardNamePrefix?: string }, { caller }) => ({
      DashboardEntries: [...dashboards(caller.account).values()]
        .filter((one) => one.DashboardName.startsWith(DashboardNamePrefix))
        .map(({ DashboardBody, ...entry }) => ({ ...entry, Size: DashboardBody.length })),
    }),
    DeleteDashboards: ({ DashboardNames = [] }: { DashboardNames?: string[] }, { caller }) => {
      for (const name of DashboardNames) find(caller.account, name);
      for (const name of DashboardNames) dashboards(caller.account).delete(name);
      return {};
    },
  };
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
