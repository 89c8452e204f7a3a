/** Scheduled actions: another range for a target at a time. */
import type {
  DescribeScheduledActionsRequest,
  PutScheduledActionRequest,
  ScheduledAction,
} from "@aws-sdk/client-application-auto-scaling";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { nextRun } from "./schedule.ts";
import { findTarget, resourceOf, type Scaled, scalingState, validation } from "./state.ts";
import { clamp } from "./targets.ts";

/** Scheduled action operations by name. */
export function scheduledActionOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    PutScheduledAction: (input: PutScheduledActionRequest, call) => {
      findTarget(world, call, input);
      const state = scalingState(world, call);
      const ResourceId = resourceOf(input);
      const key = `${ResourceId}/${input.ScheduledActionName}`;
      const before = state.scheduled.get(key);
      const Schedule = input.Schedule ?? before?.Schedule;
      if (Schedule === undefined) throw validation("Schedule must be specified");
      if (input.Timezone !== undefined && input.Timezone !== "UTC")
        throw validation(`The bed knows schedules in UTC only, not ${input.Timezone}`);
      nextRun(Schedule, world.clock.now());
      const { region, account } = call.caller;
      const action: ScheduledAction = {
        ...before,
        ScheduledActionName: input.ScheduledActionName,
        ScheduledActionARN:
          before?.ScheduledActionARN ??
          `arn:aws:autoscaling:${region}:${account}:scheduledAction:${world.uuid()}:resource/ecs/${ResourceId}:scheduledActionName/${input.ScheduledActionName}`,
        ServiceNamespace: "ecs",
        ResourceId,
        ScalableDimension: "ecs:service:DesiredCount",
        Schedule,
        CreationTime: before?.CreationTime ?? new Date(world.clock.now()),
        ...(input.StartTime !== undefined && { StartTime: input.StartTime }),
        ...(input.EndTime !== undefined && { EndTime: input.EndTime }),
        ...(input.ScalableTargetAction !== undefined && { ScalableTargetAction: input.ScalableTargetAction }),
      };
      state.scheduled.set(key, action);
      plan(world, call, { key, after: world.clock.now() });
      return {};
    },
    DescribeScheduledActions: (input: DescribeScheduledActionsRequest, call) => ({
      ScheduledActions: [...scalingState(world, call).scheduled.values()]
        .filter((one) => input.ResourceId === undefined || one.ResourceId === input.ResourceId)
        .filter(
          (one) =>
            input.ScheduledActionNames === undefined ||
            input.ScheduledActionNames.includes(one.ScheduledActionName ?? ""),
        ),
    }),
    DeleteScheduledAction: (input: Scaled & { ScheduledActionName?: string }, call) => {
      const state = scalingState(world, call);
      const key = `${resourceOf(input)}/${input.ScheduledActionName}`;
      if (!state.scheduled.delete(key))
        throw new AwsError("ObjectNotFoundException", `No scheduled action found: ${input.ScheduledActionName}`);
      state.timers.get(key)?.();
      state.timers.delete(key);
      return {};
    },
  };
}

function plan(world: World, call: Call, { key, after }: { readonly key: string; readonly after: number }): void {
  const state = scalingState(world, call);
  state.timers.get(key)?.();
  state.timers.delete(key);
  const action = state.scheduled.get(key);
  const time =
    action?.Schedule === undefined
      ? undefined
      : nextRun(action.Schedule, Math.max(after, action.StartTime?.getTime() ?? 0));
  if (action === undefined || time === undefined || time > (action.EndTime?.getTime() ?? Number.POSITIVE_INFINITY))
    return;
  const cancel = world.clock.after(time - world.clock.now(), () => {
    // A failure here is a defect of the bed: it surfaces as an unhandled rejection.
    void run(world, call, action).then(() => plan(world, call, { key, after: time }));
  });
  state.timers.set(key, cancel);
}

async function run(world: World, call: Call, action: ScheduledAction): Promise<void> {
  const target = scalingState(world, call).targets.get(action.ResourceId ?? "");
  if (target === undefined || target.SuspendedState?.ScheduledScalingSuspended === true) return;
  const { MinCapacity, MaxCapacity } = action.ScalableTargetAction ?? {};
  if (MinCapacity !== undefined) target.MinCapacity = MinCapacity;
  if (MaxCapacity !== undefined) target.MaxCapacity = MaxCapacity;
  await clamp(world, call, target);
}
