/** Targets of a target group: their health over time, and draining when they leave. */
import { AwsError, type Call, type World } from "../../kernel.ts";
import { elbState, type TargetGroupRecord, type TargetRecord } from "./state.ts";

export interface TargetAddress {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
}

/** Adds a target; after one health check it is healthy, or unhealthy after as many failures as the group allows. */
export function addTarget(
  world: World,
  call: Call,
  target: TargetAddress & { readonly changed?: TargetRecord["changed"] },
): void {
  const group = findGroup(world, call, target.targetGroupArn);
  const key = `${target.id}:${target.port}`;
  group.targets.get(key)?.cancel();
  const record: TargetRecord = {
    id: target.id,
    port: target.port,
    state: "initial",
    reason: "Elb.RegistrationInProgress",
    description: "Target registration is in progress",
    answers: true,
    changed: target.changed ?? (() => {}),
    cancel: () => {},
  };
  group.targets.set(key, record);
  check(world, group, record);
}

/** Tells whether a target would pass its health checks from now on; nothing if it is not registered any more. */
export function targetAnswers(world: World, call: Call, target: TargetAddress, answers: boolean): void {
  const group = elbState(world, call).targetGroups.get(target.targetGroupArn);
  const record = group?.targets.get(`${target.id}:${target.port}`);
  if (group === undefined || record === undefined || record.answers === answers) return;
  record.answers = answers;
  check(world, group, record);
}

/** Takes a target out; resolves when the deregistration delay is over and its connections are drained. */
export async function removeTarget(world: World, call: Call, target: TargetAddress): Promise<void> {
  const group = elbState(world, call).targetGroups.get(target.targetGroupArn);
  const key = `${target.id}:${target.port}`;
  const record = group?.targets.get(key);
  if (group === undefined || record === undefined || record.state === "draining") return;
  record.cancel();
  move(record, "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress");
  await world.clock.sleep(Number(group.attributes.get("deregistration_delay.timeout_seconds") ?? 300) * 1000);
  if (group.targets.get(key) === record) group.targets.delete(key);
}

/** The group of an ARN; throws TargetGroupNotFoundException. */
export function findGroup(world: World, call: Call, arn: string): TargetGroupRecord {
  const group = elbState(world, call).targetGroups.get(arn);
  if (group === undefined) throw new AwsError("TargetGroupNotFound", `Target groups '${arn}' not found`);
  return group;
}

function check(world: World, group: TargetGroupRecord, record: TargetRecord): void {
  record.cancel();
  const { HealthCheckIntervalSeconds = 30, HealthyThresholdCount = 5, UnhealthyThresholdCount = 2 } = group.shown;
  // A newly registered target needs to pass one check only (Elastic Load Balancing user guide, target health).
  const successes = record.state === "initial" ? 1 : HealthyThresholdCount;
  const checks = record.answers ? successes : UnhealthyThresholdCount;
  record.cancel = world.clock.after(checks * HealthCheckIntervalSeconds * 1000, () => {
    if (record.answers) move(record, "healthy", undefined, undefined);
    else move(record, "unhealthy", "Target.FailedHealthChecks", "Health checks failed");
  });
}

function move(
  record: TargetRecord,
  state: TargetRecord["state"],
  reason: string | undefined,
  description: string | undefined,
): void {
  if (record.state === state) return;
  record.state = state;
  record.reason = reason;
  record.description = description;
  record.changed(state);
}
