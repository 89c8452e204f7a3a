import type { ResourceContext } from "../../kernel.ts";
import { isSection, type Section, type Value } from "../template/value.ts";
import type { TypeFacts } from "./facts.ts";
import { generatedName, randomLetters } from "./names.ts";

/** Types whose Ref is not what their schema's identifier says; a member with a question mark counts only where it is given. Source: "Return values" in the template reference. */
const REF: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::UsagePlanKey": ["Id"],
  "AWS::Cognito::UserPoolClient": ["ClientId"],
  "AWS::Cognito::UserPoolDomain": ["Domain"],
  "AWS::ECS::Service": ["ServiceArn"],
  "AWS::ECS::TaskDefinition": ["TaskDefinitionArn"],
  "AWS::Events::Rule": ["EventBusName?", "Name"],
  "AWS::Lambda::Permission": ["Id"],
  "AWS::Route53::RecordSet": ["Name"],
  "AWS::SecretsManager::Secret": ["Arn"],
};

/** How identifiers that a service hands out look. `#` stands for hexadecimal digits. */
const ID_STYLE: Readonly<Record<string, string>> = {
  "AWS::EC2::DHCPOptions": "dopt-#",
  "AWS::EC2::EIP": "eipalloc-#",
  "AWS::EC2::FlowLog": "fl-#",
  "AWS::EC2::Instance": "i-#",
  "AWS::EC2::InternetGateway": "igw-#",
  "AWS::EC2::LaunchTemplate": "lt-#",
  "AWS::EC2::NatGateway": "nat-#",
  "AWS::EC2::NetworkAcl": "acl-#",
  "AWS::EC2::NetworkInterface": "eni-#",
  "AWS::EC2::PrefixList": "pl-#",
  "AWS::EC2::RouteTable": "rtb-#",
  "AWS::EC2::SecurityGroup": "sg-#",
  "AWS::EC2::SecurityGroupEgress": "sgr-#",
  "AWS::EC2::SecurityGroupIngress": "sgr-#",
  "AWS::EC2::Subnet": "subnet-#",
  "AWS::EC2::SubnetNetworkAclAssociation": "aclassoc-#",
  "AWS::EC2::SubnetRouteTableAssociation": "rtbassoc-#",
  "AWS::EC2::TransitGateway": "tgw-#",
  "AWS::EC2::TransitGatewayAttachment": "tgw-attach-#",
  "AWS::EC2::VPC": "vpc-#",
  "AWS::EC2::VPCEndpoint": "vpce-#",
  "AWS::EC2::Volume": "vol-#",
  "AWS::EFS::AccessPoint": "fsap-#",
  "AWS::EFS::FileSystem": "fs-#",
  "AWS::EFS::MountTarget": "fsmt-#",
  "AWS::SSM::MaintenanceWindow": "mw-#",
  "AWS::SSM::PatchBaseline": "pb-#",
};

const SEVENTEEN = 17;

export interface Identity {
  readonly physicalId: string;
  /** Members of the identifier and the name a resource was given, by property or attribute name. */
  readonly known: Readonly<Record<string, string>>;
}

/** The physical id a service would give a resource: its name, an id in the service's style, or an ARN. */
export function identify(type: string, properties: Section, facts: TypeFacts, context: ResourceContext): Identity {
  const members = (REF[type] ?? facts.identifier)
    .filter((member) => !member.endsWith("?") || properties[member.slice(0, -1)] !== undefined)
    .map((member) => member.replace(/\?$/, ""));
  const known: Record<string, string> = {};
  for (const member of members) known[member] = memberValue(member, { type, properties, facts, context });
  const parts = members.map((member) => known[member] ?? "");
  return { physicalId: parts.length > 0 ? parts.join("|") : generatedName(context.world, type, context), known };
}

/** The value of an attribute: a property's, or one in the style that its name suggests. */
export function attributeValue(
  name: string,
  identity: Identity,
  of: {
    readonly type: string;
    readonly properties: Section;
    readonly facts: TypeFacts;
    readonly context: ResourceContext;
  },
): Value {
  const known = identity.known[name] ?? pathInto(of.properties, name);
  if (known !== undefined) return known;
  const last = name.split(".").at(-1) ?? name;
  if (last === "StreamArn")
    return `${arnOf(identity, of)}/stream/${new Date(of.context.world.clock.now()).toISOString()}`;
  if (/Arn$/i.test(last)) return arnOf(identity, of);
  if (/^(Address|DNSName|DomainName|.*Endpoint)$/i.test(last)) return hostName(identity, of);
  if (/Port$/.test(last)) return /RDS/.test(of.type) ? "5432" : /ElastiCache/.test(of.type) ? "6379" : "443";
  if (/(Url|URL|Uri)$/.test(last)) return `https://${hostName(identity, of)}`;
  if (/Id$/.test(last)) return identity.physicalId;
  if (/Name$/.test(last)) return identity.physicalId.split(/[:/]/).at(-1) ?? identity.physicalId;
  return `${of.context.logicalId}-${name.replaceAll(".", "-")}`;
}

interface About {
  readonly type: string;
  readonly properties: Section;
  readonly facts: TypeFacts;
  readonly context: ResourceContext;
}

function memberValue(member: string, about: About): string {
  const { type, properties, facts, context } = about;
  const { world } = context;
  const given = properties[member];
  if (given !== undefined && !isSection(given)) return String(given);
  if (facts.properties[member] !== undefined) return generatedName(world, type, context);
  if (member === "AttachmentType") return properties.InternetGatewayId === undefined ? "VGW" : "IGW";
  const style = ID_STYLE[type];
  if (style !== undefined) return style.replace("#", world.hex(SEVENTEEN));
  if (/Arn$/i.test(member)) {
    const name = generatedName(world, type, context);
    return arnOf({ physicalId: name, known: {} }, about);
  }
  if (type === "AWS::KMS::Key") return world.uuid();
  if (type === "AWS::Route53::HostedZone") return `Z${randomLetters(world, 20).toUpperCase()}`;
  if (type === "AWS::Cognito::UserPool") return `${context.call.caller.region}_${randomLetters(world, 9)}`;
  if (type === "AWS::Cognito::UserPoolClient") return randomLetters(world, 26).toLowerCase();
  if (type === "AWS::CloudFormation::WaitConditionHandle") return waitUrl(context);
  if (type.startsWith("AWS::ApiGateway::")) return randomLetters(world, 10).toLowerCase();
  return generatedName(world, type, context);
}

/** Where a wait condition's signals are sent: a signed S3 address. */
function waitUrl({ call, stackId, logicalId }: ResourceContext): string {
  const { region } = call.caller;
  return `https://cloudformation-waitcondition-${region}.s3.amazonaws.com/${encodeURIComponent(stackId)}/${logicalId}`;
}

function arnOf(identity: Identity, { type, properties, facts, context }: About): string {
  const { region, account } = context.call.caller;
  const id = identity.physicalId.startsWith("arn:") ? undefined : identity.physicalId;
  if (id === undefined) return identity.physicalId;
  const service = (type.split("::")[1] ?? "").toLowerCase();
  const template = facts.arn ?? `arn:\${Partition}:${service}:\${Region}:\${Account}:\${Name}`;
  const values: Readonly<Record<string, string>> = { Partition: "aws", Region: region, Account: account };
  return template.replaceAll(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    const own = identity.known[name] ?? properties[name];
    return values[name] ?? (own !== undefined && !isSection(own) ? String(own) : id.replaceAll("|", "/"));
  });
}

function hostName(identity: Identity, { type, context }: About): string {
  const service = (type.split("::")[1] ?? "").toLowerCase();
  const name = (identity.physicalId.split(/[:/]/).at(-1) ?? "").toLowerCase();
  return `${name}.${service}.${context.call.caller.region}.amazonaws.com`;
}

function pathInto(properties: Section, path: string): Value | undefined {
  let value: Value | undefined = properties;
  for (const name of path.split(".")) value = isSection(value) ? value[name] : undefined;
  return value;
}
