/** Step Functions: state machines and activities as templates make them. Nothing runs. */
import { attributeSources, type Declared, stableUuid, tagsOf } from "../../cloudformation/resources/declared.ts";
import type { Properties, World } from "../../kernel.ts";
import { type Asked, all, installShowing, lowered, named, present } from "../declared-service.ts";

const MACHINE = "AWS::StepFunctions::StateMachine";
const ACTIVITY = "AWS::StepFunctions::Activity";

export function installStepFunctions(world: World): void {
  attributeSources(world).set(MACHINE, (found) => ({ StateMachineRevisionId: revisionOf(found) ?? "INITIAL" }));
  const machine = (arn: string, asked: Asked): Declared =>
    named(asked, { type: MACHINE, name: arn }, ["StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`]);
  installShowing(world, "sfn", {
    DescribeStateMachine: async ({ stateMachineArn }, asked) => {
      const found = machine(stateMachineArn, asked);
      const { properties, madeAt } = found;
      const revisionId = revisionOf(found);
      const logging = lowered(properties.LoggingConfiguration ?? {}) as object;
      return {
        ...{
          stateMachineArn,
          name: nameOf(found),
          status: "ACTIVE",
          definition: await definitionOf(properties, asked),
        },
        ...{ roleArn: properties.RoleArn, type: properties.StateMachineType ?? "STANDARD", creationDate: madeAt },
        loggingConfiguration: { level: "OFF", includeExecutionData: false, ...logging },
        tracingConfiguration: { enabled: properties.TracingConfiguration?.Enabled === true },
        encryptionConfiguration: lowered(properties.EncryptionConfiguration ?? { Type: "AWS_OWNED_KEY" }),
        // The first revision has no id.
        ...(revisionId !== undefined && { revisionId }),
      };
    },
    ListStateMachines: (_input, asked) => ({
      stateMachines: all(asked, MACHINE).map((one) => ({
        ...{ stateMachineArn: one.made.physicalId, name: nameOf(one), creationDate: one.madeAt },
        type: one.properties.StateMachineType ?? "STANDARD",
      })),
    }),
    DescribeActivity: ({ activityArn }, asked) => {
      const missing = ["ActivityDoesNotExist", `Activity Does Not Exist: '${activityArn}'`] as const;
      const activity = named(asked, { type: ACTIVITY, name: activityArn }, missing);
      return {
        ...{ activityArn, name: activity.properties.Name, creationDate: activity.madeAt },
        encryptionConfiguration: { type: "AWS_OWNED_KEY" },
      };
    },
    ListActivities: (_input, asked) => ({
      activities: all(asked, ACTIVITY).map(({ made, properties, madeAt }) => ({
        ...{ activityArn: made.physicalId, name: properties.Name, creationDate: madeAt },
      })),
    }),
    ListTagsForResource: ({ resourceArn }, asked) => ({
      tags: tagsOf(machine(resourceArn, asked)).map(({ Key, Value }) => ({ key: Key, value: Value })),
    }),
  });
}

function revisionOf(machine: Declared): string | undefined {
  return machine.revision > 1 ? stableUuid(machine, `revision ${machine.revision}`) : undefined;
}

function nameOf({ made, properties }: Declared): string {
  return String(properties.StateMachineName ?? made.attributes.Name ?? made.physicalId.split(":").at(-1));
}

/** A definition given as text, as an object, or as an object in S3; its substitutions filled in. */
async function definitionOf(properties: Properties, { world, call }: Asked): Promise<string> {
  const { Definition, DefinitionString, DefinitionS3Location: at, DefinitionSubstitutions = {} } = properties;
  let text =
    typeof DefinitionString === "string" ? DefinitionString : JSON.stringify(Definition ?? DefinitionString ?? {});
  if (at !== undefined) {
    const from = present({ Bucket: at.Bucket, Key: at.Key, VersionId: at.Version });
    const { Body } = await world.invoke<{ Body: Uint8Array | string }>("s3", "GetObject", from, call);
    text = typeof Body === "string" ? Body : new TextDecoder().decode(Body);
  }
  for (const [name, value] of Object.entries(DefinitionSubstitutions))
    text = text.replaceAll(`\${${name}}`, String(value));
  return text;
}
