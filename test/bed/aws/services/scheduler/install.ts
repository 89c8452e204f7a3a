/** EventBridge Scheduler: schedules and their groups as templates make them. Nothing fires. */
import { type Declared, tagsOf } from "../../cloudformation/resources/declared.ts";
import { AwsError, type World } from "../../kernel.ts";
import { type Asked, all, installShowing, present } from "../declared-service.ts";

const SCHEDULE = "AWS::Scheduler::Schedule";
const GROUP = "AWS::Scheduler::ScheduleGroup";

export function installScheduler(world: World): void {
  installShowing(world, "scheduler", {
    GetSchedule: ({ Name, GroupName = "default" }, asked) => {
      const found = all(asked, SCHEDULE).find(
        (one) => nameOf(one) === Name && (one.properties.GroupName ?? "default") === GroupName,
      );
      if (found === undefined) throw new AwsError("ResourceNotFoundException", `Schedule ${Name} does not exist.`, 404);
      const { properties, madeAt, changedAt } = found;
      const { Target, StartDate, EndDate, Description, KmsKeyArn } = properties;
      return present({
        ActionAfterCompletion: properties.ActionAfterCompletion ?? "NONE",
        ...{ Arn: arnOf(found, asked), CreationDate: madeAt, LastModificationDate: changedAt, Name, GroupName },
        ...{ Description, StartDate, EndDate, KmsKeyArn, FlexibleTimeWindow: properties.FlexibleTimeWindow },
        ScheduleExpression: properties.ScheduleExpression,
        ScheduleExpressionTimezone: properties.ScheduleExpressionTimezone ?? "UTC",
        State: properties.State ?? "ENABLED",
        // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
        Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }, ...Target },
      });
    },
    ListSchedules: ({ GroupName }, asked) => ({
      Schedules: all(asked, SCHEDULE)
        .filter(({ properties }) => GroupName === undefined || (properties.GroupName ?? "default") === GroupName)
        .map((one) => ({
          ...{ Arn: arnOf(one, asked), Name: nameOf(one), GroupName: one.properties.GroupName ?? "default" },
          ...{
            CreationDate: one.madeAt,
            LastModificationDate: one.changedAt,
            State: one.properties.State ?? "ENABLED",
          },
          Target: { Arn: one.properties.Target?.Arn },
        })),
    }),
    GetScheduleGroup: ({ Name }, asked) => {
      const found = all(asked, GROUP).find(({ made }) => made.physicalId === Name);
      if (found === undefined && Name !== "default")
        throw new AwsError("ResourceNotFoundException", `Schedule group ${Name} does not exist.`, 404);
      return groupShown(Name, found, asked);
    },
    ListScheduleGroups: (_input, asked) => ({
      ScheduleGroups: [
        groupShown("default", undefined, asked),
        ...all(asked, GROUP).map((group) => groupShown(group.made.physicalId, group, asked)),
      ],
    }),
    ListTagsForResource: ({ ResourceArn }, asked) => {
      const found = all(asked, GROUP).find(({ made }) => made.physicalId === String(ResourceArn).split("/").at(-1));
      return { Tags: found === undefined ? [] : tagsOf(found) };
    },
  });
}

function nameOf({ made, properties }: Declared): string {
  return String(properties.Name ?? made.physicalId.split("|").at(-1));
}

function arnOf(schedule: Declared, { call }: Asked): string {
  const { region, account } = call.caller;
  return `arn:aws:scheduler:${region}:${account}:schedule/${schedule.properties.GroupName ?? "default"}/${nameOf(schedule)}`;
}

function groupShown(name: string, group: Declared | undefined, { call }: Asked): object {
  const { region, account } = call.caller;
  const dates = group && { CreationDate: group.madeAt, LastModificationDate: group.changedAt };
  return {
    ...{ Arn: `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`, Name: name, State: "ACTIVE" },
    ...dates,
  };
}
