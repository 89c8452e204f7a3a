/** The versions of launch templates: each change of one by CloudFormation makes another. */
import { declaredOf } from "../../cloudformation/resources/declared.ts";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { templateName } from "./attributes.ts";

interface Asked {
  readonly LaunchTemplateId?: string;
  readonly LaunchTemplateName?: string;
  readonly Versions?: readonly string[];
}

/** Only what the newest version holds is kept, so only that one is shown. */
export function templateVersionOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    DescribeLaunchTemplateVersions: ({ LaunchTemplateId, LaunchTemplateName, Versions }: Asked, call: Call): object => {
      const found = declaredOf(world, call, "AWS::EC2::LaunchTemplate").find(
        (one) => one.made.physicalId === LaunchTemplateId || templateName(one) === LaunchTemplateName,
      );
      if (found === undefined)
        throw new AwsError(
          "InvalidLaunchTemplateId.NotFound",
          `The specified launch template, with template ID ${LaunchTemplateId}, does not exist.`,
        );
      const { made, properties, changedAt, revision } = found;
      const isAsked = Versions?.some((one) => one === "$Latest" || one === String(revision)) ?? true;
      const newest = {
        ...{ CreateTime: changedAt, CreatedBy: call.caller.arn, DefaultVersion: revision === 1 },
        ...{ LaunchTemplateData: properties.LaunchTemplateData, LaunchTemplateId: made.physicalId },
        ...{ LaunchTemplateName: templateName(found), VersionNumber: revision },
        ...(properties.VersionDescription !== undefined && { VersionDescription: properties.VersionDescription }),
      };
      return { LaunchTemplateVersions: isAsked ? [newest] : [] };
    },
  };
}
