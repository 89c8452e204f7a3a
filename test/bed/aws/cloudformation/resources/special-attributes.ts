import type { Value } from "../template/value.ts";
import { arnOf } from "./arn.ts";
import type { About, Identity } from "./identity.ts";
import { styled } from "./styles.ts";

type Known = (identity: Identity, about: About) => Value;

/** What a style says, filled in. */
const style =
  (text: string): Known =>
  (_identity, { context }) =>
    styled(text, context);
/** What stands at the end of the id. */
const name: Known = ({ physicalId }) => lastOf(physicalId);
const bare: Known = (identity, about) => arnOf(identity, about);
/** Some ARNs of EventBridge end in an id beside the name; policies want them without. */
const unique: Known = (identity, about) => `${arnOf(identity, about)}/${about.context.world.uuid()}`;

/** Attributes whose form their name does not tell, by type. Source: "Return values" in the template reference. */
const SPECIAL: Readonly<Record<string, Readonly<Record<string, Known>>>> = {
  "AWS::ApiGateway::DomainName": {
    DistributionDomainName: style("d{lower13}.cloudfront.net"),
    // The zone of CloudFront, which is one for the whole world.
    DistributionHostedZoneId: style("Z2FDTNDATAQYW2"),
    RegionalDomainName: style("d-{lower10}.execute-api.{region}.amazonaws.com"),
    RegionalHostedZoneId: style("Z{upper13}"),
  },
  "AWS::EC2::Instance": { State: style("running") },
  "AWS::EC2::NetworkInterface": { PrimaryPrivateIpAddress: style("10.0.{byte}.{byte}") },
  "AWS::EC2::PrefixList": { OwnerId: style("{account}") },
  "AWS::Events::ApiDestination": { Arn: unique, ArnForPolicy: bare },
  "AWS::Events::Connection": {
    ...{ Arn: unique, ArnForPolicy: bare },
    SecretArn: (identity, { context }) =>
      styled(
        `arn:aws:secretsmanager:{region}:{account}:secret:events!connection/${lastOf(identity.physicalId)}/{uuid}-{mixed6}`,
        context,
      ),
  },
  "AWS::Events::Rule": { RuleName: name },
  "AWS::Kinesis::StreamConsumer": { ConsumerStatus: style("ACTIVE") },
  "AWS::Redshift::Cluster": {
    "Endpoint.Address": ({ physicalId }, { context }) =>
      styled(`${physicalId.toLowerCase()}.{lower12}.{region}.redshift.amazonaws.com`, context),
    "Endpoint.Port": (_identity, { properties }) => String(properties.Port ?? 5439),
    ClusterNamespaceArn: style("arn:aws:redshift:{region}:{account}:namespace:{uuid}"),
  },
  "AWS::Scheduler::ScheduleGroup": { State: style("ACTIVE") },
  "AWS::IAM::SAMLProvider": { SamlProviderUUID: style("{upper20}") },
};

/** An attribute that has a form of its own; undefined for all others. */
export function specialAttribute(attribute: string, identity: Identity, about: About): Value | undefined {
  return SPECIAL[about.type]?.[attribute]?.(identity, about);
}

function lastOf(id: string): string {
  return id.split(/[|/]/).at(-1) ?? id;
}
