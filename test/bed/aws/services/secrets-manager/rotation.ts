/** Rotation of secrets as templates ask for it. No function is called. */
import { declaredOf } from "../../cloudformation/resources/declared.ts";
import type { Call, World } from "../../kernel.ts";
import type { Secret } from "./secrets.ts";

/** What DescribeSecret says of a secret that is rotated; nothing of one that never was. */
export function rotationOf(world: World, { arn, name }: Secret, call: Call): object {
  const schedule = declaredOf(world, call, "AWS::SecretsManager::RotationSchedule").find(
    ({ properties }) => properties.SecretId === arn || properties.SecretId === name,
  );
  if (schedule === undefined) return {};
  const { RotationLambdaARN, RotationRules } = schedule.properties;
  const days = RotationRules?.AutomaticallyAfterDays;
  return {
    RotationEnabled: true,
    ...(RotationLambdaARN !== undefined && { RotationLambdaARN }),
    ...(RotationRules !== undefined && {
      RotationRules: { ...RotationRules, ...(days !== undefined && { AutomaticallyAfterDays: Number(days) }) },
    }),
  };
}
