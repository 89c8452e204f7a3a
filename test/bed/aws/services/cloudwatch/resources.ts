/** How CloudFormation makes alarms and dashboards. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import type { Properties, ResourceContext, ResourceHandler } from "../../kernel.ts";
import { arnOf } from "./alarm-operations.ts";
import { alarmState } from "./alarms.ts";

export const alarmHandler: ResourceHandler = {
  create: async (properties, context) => {
    const name: string = properties.AlarmName ?? generatedName(context.world, "AWS::CloudWatch::Alarm", context);
    await putAlarm(name, properties, context);
    return { physicalId: name, attributes: { Arn: arnOf(context.call, name) } };
  },
  update: async (made, _before, after, context) => {
    await putAlarm(made.physicalId, after, context);
    // Putting an alarm again leaves its tags; CloudFormation changes them beside.
    const tags = [...(after.Tags ?? []), ...context.tags];
    alarmState(context.world, context.call).tags.set(arnOf(context.call, made.physicalId), tags);
    return made;
  },
  remove: async (made, _properties, { world, call }) => {
    const { metric } = alarmState(world, call);
    if (metric.has(made.physicalId))
      await world.invoke("cloudwatch", "DeleteAlarms", { AlarmNames: [made.physicalId] }, call);
  },
  read: async (made, properties, { world, call }) => {
    const live = alarmState(world, call).metric.get(made.physicalId);
    if (live === undefined) return undefined;
    return {
      ...properties,
      ...Object.fromEntries(Object.entries(live).filter(([name]) => properties[name] !== undefined)),
    };
  },
  adopt: ({ AlarmName = "" }, { world, call }) =>
    alarmState(world, call).metric.has(AlarmName)
      ? { physicalId: AlarmName, attributes: { Arn: arnOf(call, AlarmName) } }
      : undefined,
};

async function putAlarm(
  AlarmName: string,
  properties: Properties,
  { world, call, tags }: ResourceContext,
): Promise<void> {
  const input = { ...properties, AlarmName, Tags: [...(properties.Tags ?? []), ...tags] };
  await world.invoke("cloudwatch", "PutMetricAlarm", input, call);
}

export const dashboardHandler: ResourceHandler = {
  create: async (properties, context) => {
    const DashboardName: string =
      properties.DashboardName ?? generatedName(context.world, "AWS::CloudWatch::Dashboard", context);
    await context.world.invoke(
      "cloudwatch",
      "PutDashboard",
      { DashboardName, DashboardBody: properties.DashboardBody },
      context.call,
    );
    return { physicalId: DashboardName, attributes: {} };
  },
  update: async (made, _before, after, { world, call }) => {
    await world.invoke(
      "cloudwatch",
      "PutDashboard",
      { DashboardName: made.physicalId, DashboardBody: after.DashboardBody },
      call,
    );
    return made;
  },
  remove: async (made, _properties, { world, call }) => {
    await world.invoke("cloudwatch", "DeleteDashboards", { DashboardNames: [made.physicalId] }, call);
  },
  read: async (made, properties, { world, call }) => {
    const { DashboardBody } = await world.invoke<{ DashboardBody: string }>(
      "cloudwatch",
      "GetDashboard",
      { DashboardName: made.physicalId },
      call,
    );
    return { ...properties, DashboardBody };
  },
};
