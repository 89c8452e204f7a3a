import type { ResourceContext } from "../../kernel.ts";
import { isSection, type Section } from "../template/value.ts";
import { arnOf } from "./arn.ts";
import type { TypeFacts } from "./facts.ts";
import { generatedName } from "./names.ts";
import { ATTRIBUTE_STYLE, ID_STYLE, styled } from "./styles.ts";

/** Types whose Ref is not what their schema's identifier says; a member with a question mark counts only where it is given. Source: "Return values" in the template reference. */
const REF: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::UsagePlanKey": ["Id"],
  "AWS::Cognito::UserPoolClient": ["ClientId"],
  "AWS::Cognito::UserPoolDomain": ["Domain"],
  "AWS::EC2::EIP": ["PublicIp"],
  "AWS::ECS::Service": ["ServiceArn"],
  "AWS::ECS::TaskDefinition": ["TaskDefinitionArn"],
  "AWS::Events::Rule": ["EventBusName?", "Name"],
  "AWS::Lambda::Permission": ["Id"],
  "AWS::Route53::RecordSet": ["Name"],
  "AWS::SecretsManager::RotationSchedule": ["SecretId"],
  "AWS::SecretsManager::Secret": ["Arn"],
};

export interface Identity {
  readonly physicalId: string;
  /** Members of the identifier and the name a resource was given, by property or attribute name. */
  readonly known: Readonly<Record<string, string>>;
}

/** A resource whose id or attributes are made up. */
export interface About {
  readonly type: string;
  readonly properties: Section;
  readonly facts: TypeFacts;
  readonly context: ResourceContext;
}

/** The physical id a service would give a resource: its name, an id in the service's style, or an ARN. */
export function identify(about: About): Identity {
  const { type, properties, facts, context } = about;
  const members = (REF[type] ?? facts.identifier)
    .filter((member) => !member.endsWith("?") || properties[member.slice(0, -1)] !== undefined)
    .map((member) => member.replace(/\?$/, ""));
  const known: Record<string, string> = {};
  for (const member of members) known[member] = memberValue(member, about);
  const parts = members.map((member) => known[member] ?? "");
  return { physicalId: parts.length > 0 ? parts.join("|") : generatedName(context.world, type, context), known };
}

function memberValue(member: string, about: About): string {
  const { type, properties, facts, context } = about;
  const given = properties[member];
  if (given !== undefined && !isSection(given)) return String(given);
  if (facts.properties[member] !== undefined && !member.endsWith("Arn"))
    return generatedName(context.world, type, context);
  // Versions and revisions are counted.
  if (facts.attributes[member] === "integer" || facts.attributes[member] === "number") return "1";
  if (member === "AttachmentType") return properties.InternetGatewayId === undefined ? "VGW" : "IGW";
  if (type === "AWS::ApiGateway::UsagePlanKey") return `${properties.KeyId}:${properties.UsagePlanId}`;
  if (type === "AWS::EC2::Route") return String(properties.DestinationCidrBlock ?? properties.DestinationIpv6CidrBlock);
  if (type === "AWS::CloudFormation::WaitConditionHandle") return waitUrl(context);
  const style = (type === "AWS::EC2::EIP" ? ATTRIBUTE_STYLE[member] : undefined) ?? ID_STYLE[type];
  // Some ARNs end in the name that a template gives, which then cannot change.
  const isNamed = /Arn$/i.test(member) && /Name\}$/.test(facts.arn ?? "") && facts.properties.Name?.replaces === "yes";
  const own = isNamed ? properties.Name : undefined;
  const name = typeof own === "string" ? own : undefined;
  const id = style === undefined ? (name ?? generatedName(context.world, type, context)) : styled(style, context);
  return /Arn$/i.test(member) ? arnOf({ physicalId: id, known: {} }, about) : id;
}

/** Where a wait condition's signals are sent: a signed S3 address. */
function waitUrl({ call, stackId, logicalId }: ResourceContext): string {
  const { region } = call.caller;
  return `https://cloudformation-waitcondition-${region}.s3.amazonaws.com/${encodeURIComponent(stackId)}/${logicalId}`;
}
