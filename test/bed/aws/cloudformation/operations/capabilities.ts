import type { Blueprint } from "../blueprint.ts";
import { isSection, type Section, section } from "../template/value.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, Capabilities */
const NAME_OF_IAM: Readonly<Record<string, string | undefined>> = {
  "AWS::IAM::AccessKey": undefined,
  "AWS::IAM::Group": "GroupName",
  "AWS::IAM::InstanceProfile": "InstanceProfileName",
  "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
  "AWS::IAM::Policy": undefined,
  "AWS::IAM::Role": "RoleName",
  "AWS::IAM::User": "UserName",
  "AWS::IAM::UserToGroupAddition": undefined,
};

/** What the caller must acknowledge; of each group one is enough, the first is what AWS asks for. */
export function requiredCapabilities({ resources }: Pick<Blueprint, "resources">): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (const { type, properties } of resources.values()) {
    if (!Object.hasOwn(NAME_OF_IAM, type)) continue;
    const name = NAME_OF_IAM[type];
    const named = name !== undefined && properties[name] !== undefined;
    found.push(named ? ["CAPABILITY_NAMED_IAM"] : ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]);
  }
  return found.sort((a, b) => a.length - b.length);
}

/** What GetTemplateSummary says about capabilities, of a template whose parameters are not known. */
export function capabilitiesOf(document: Section): {
  readonly capabilities: readonly string[];
  readonly reason: string;
} {
  const types = Object.values(section(document, "Resources")).map((resource) => resource as Section);
  const iam = types.filter(({ Type }) => Object.hasOwn(NAME_OF_IAM, String(Type)));
  const named = iam.some(({ Type, Properties }) => {
    const name = NAME_OF_IAM[String(Type)];
    return name !== undefined && isSection(Properties) && Properties[name] !== undefined;
  });
  const capabilities = iam.length === 0 ? [] : [named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM"];
  const names = [...new Set(iam.map(({ Type }) => String(Type)))];
  return { capabilities, reason: `The following resource(s) require capabilities: [${names.join(", ")}]` };
}
