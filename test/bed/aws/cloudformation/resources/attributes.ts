import { isSection, type Section, type Value } from "../template/value.ts";
import { arnOf } from "./arn.ts";
import type { PropertyType } from "./facts.ts";
import type { About, Identity } from "./identity.ts";
import { specialAttribute } from "./special-attributes.ts";
import { ATTRIBUTE_STYLE, styled } from "./styles.ts";

/** A hosted zone is delegated to four servers, each below another top level domain (Route 53 developer guide, "Name servers"). */
const TOP_LEVELS = ["com", "net", "org", "co.uk"];
const NAME_SERVER = "ns-{byte}.awsdns-{byte}";

/** All attributes of a resource, for Fn::GetAtt. */
export function attributesOf(identity: Identity, about: About): Readonly<Record<string, Value>> {
  const { facts } = about;
  const types = {
    ...Object.fromEntries(facts.primaryIdentifier.map((name) => [name, "string" as const])),
    ...facts.attributes,
  };
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, attributeValue(name, type, { identity, about })]),
  );
}

/** A property's value, or one in the style that the attribute's name and type suggest. */
function attributeValue(
  name: string,
  type: PropertyType,
  { identity, about }: { readonly identity: Identity; readonly about: About },
): Value {
  const known = identity.known[name] ?? pathInto(about.properties, name) ?? specialAttribute(name, identity, about);
  if (known !== undefined) return known;
  if (name === "NameServers") return TOP_LEVELS.map((top) => `${styled(NAME_SERVER, about.context)}.${top}`);
  const text = attributeText(name, identity, about);
  if (Array.isArray(type) && type[0] === "list") return [text];
  if (type === "boolean") return "false";
  if (type === "integer" || type === "number") return /^\d+$/.test(text) ? text : "0";
  return text;
}

function attributeText(name: string, identity: Identity, about: About): string {
  const { type, context } = about;
  const last = name.split(".").at(-1) ?? name;
  const now = new Date(context.world.clock.now()).toISOString();
  if (last === "StreamArn") return `${arnOf(identity, about)}/stream/${now}`;
  if (/Arn$/i.test(last)) return arnOf(identity, about);
  if (type === "AWS::Cognito::UserPool" && last.startsWith("Provider")) {
    const provider = `cognito-idp.${context.call.caller.region}.amazonaws.com/${identity.physicalId}`;
    return last === "ProviderURL" ? `https://${provider}` : provider;
  }
  const style = ATTRIBUTE_STYLE[last];
  const prefix = /^[a-z]+-/.exec(style ?? "")?.[0];
  const isOwnId = prefix !== undefined && identity.physicalId.startsWith(prefix);
  if (style !== undefined && !isOwnId) return styled(style, context);
  if (/^(Address|DNSName|DomainName|.*DnsName|.*Endpoint)$/i.test(last)) return hostName(identity, about);
  if (/Port$/.test(last)) return type.includes("RDS") ? "5432" : type.includes("ElastiCache") ? "6379" : "443";
  if (/(Url|URL|Uri)$/.test(last)) return `https://${hostName(identity, about)}`;
  if (/(Time|Timestamp|Date)$/.test(last)) return now;
  if (/VersionNumber$/.test(last)) return "1";
  if (last === "AvailabilityZone") return `${context.call.caller.region}a`;
  if (/Id$/.test(last)) return identity.physicalId;
  if (/Name$/.test(last)) return identity.physicalId.split(/[:/]/).at(-1) ?? identity.physicalId;
  return `${context.logicalId}-${name.replaceAll(".", "-")}`;
}

function hostName(identity: Identity, { type, context }: About): string {
  const service = (type.split("::")[1] ?? "").toLowerCase();
  const name = (identity.physicalId.split(/[:/]/).at(-1) ?? "").toLowerCase();
  if (type === "AWS::CloudFront::Distribution") return `d${name.slice(1)}.cloudfront.net`;
  return `${name}.${service}.${context.call.caller.region}.amazonaws.com`;
}

function pathInto(properties: Section, path: string): Value | undefined {
  let value: Value | undefined = properties;
  for (const name of path.split(".")) value = isSection(value) ? value[name] : undefined;
  return value;
}
