import type { ResourceContext } from "../../kernel.ts";
import { randomLetters } from "./names.ts";

/**
 * How identifiers look that a service hands out, by type: `{hex17}` is so many hexadecimal digits, `{upper20}`, `{lower26}` and
 * `{mixed9}` so many letters and digits, `{byte}` a number from 1 to 254, `{region}` and `{account}` where it is made.
 */
export const ID_STYLE: Readonly<Record<string, string>> = {
  "AWS::ACMPCA::CertificateAuthority": "{uuid}",
  "AWS::ApiGateway::ApiKey": "{lower10}",
  "AWS::ApiGateway::Authorizer": "{lower6}",
  "AWS::ApiGateway::ClientCertificate": "{lower6}",
  "AWS::ApiGateway::Deployment": "{lower6}",
  "AWS::ApiGateway::DocumentationPart": "{lower6}",
  "AWS::ApiGateway::Model": "{lower6}",
  "AWS::ApiGateway::RequestValidator": "{lower6}",
  "AWS::ApiGateway::Resource": "{lower6}",
  "AWS::ApiGateway::RestApi": "{lower10}",
  "AWS::ApiGateway::UsagePlan": "{lower6}",
  "AWS::ApiGateway::VpcLink": "{lower6}",
  "AWS::ApiGatewayV2::Api": "{lower10}",
  "AWS::ApiGatewayV2::Authorizer": "{lower6}",
  "AWS::ApiGatewayV2::Deployment": "{lower6}",
  "AWS::ApiGatewayV2::Integration": "{lower7}",
  "AWS::ApiGatewayV2::Route": "{lower7}",
  "AWS::Backup::BackupPlan": "{uuid}",
  "AWS::Backup::BackupSelection": "{uuid}",
  "AWS::CertificateManager::Certificate": "{uuid}",
  "AWS::CloudFront::Distribution": "E{upper13}",
  "AWS::Cognito::UserPool": "{region}_{mixed9}",
  "AWS::Cognito::UserPoolClient": "{lower26}",
  "AWS::EC2::CustomerGateway": "cgw-{hex17}",
  "AWS::EC2::DHCPOptions": "dopt-{hex17}",
  "AWS::EC2::EIP": "eipalloc-{hex17}",
  "AWS::EC2::EIPAssociation": "eipassoc-{hex17}",
  "AWS::EC2::EgressOnlyInternetGateway": "eigw-{hex17}",
  "AWS::EC2::FlowLog": "fl-{hex17}",
  "AWS::EC2::Instance": "i-{hex17}",
  "AWS::EC2::InternetGateway": "igw-{hex17}",
  "AWS::EC2::LaunchTemplate": "lt-{hex17}",
  "AWS::EC2::NatGateway": "nat-{hex17}",
  "AWS::EC2::NetworkAcl": "acl-{hex17}",
  "AWS::EC2::NetworkInterface": "eni-{hex17}",
  "AWS::EC2::NetworkInterfaceAttachment": "eni-attach-{hex17}",
  "AWS::EC2::PrefixList": "pl-{hex17}",
  "AWS::EC2::RouteTable": "rtb-{hex17}",
  "AWS::EC2::SecurityGroup": "sg-{hex17}",
  "AWS::EC2::SecurityGroupEgress": "sgr-{hex17}",
  "AWS::EC2::SecurityGroupIngress": "sgr-{hex17}",
  "AWS::EC2::Subnet": "subnet-{hex17}",
  "AWS::EC2::SubnetCidrBlock": "subnet-cidr-assoc-{hex17}",
  "AWS::EC2::SubnetNetworkAclAssociation": "aclassoc-{hex17}",
  "AWS::EC2::SubnetRouteTableAssociation": "rtbassoc-{hex17}",
  "AWS::EC2::TransitGateway": "tgw-{hex17}",
  "AWS::EC2::TransitGatewayAttachment": "tgw-attach-{hex17}",
  "AWS::EC2::TransitGatewayPeeringAttachment": "tgw-attach-{hex17}",
  "AWS::EC2::TransitGatewayRouteTable": "tgw-rtb-{hex17}",
  "AWS::EC2::TransitGatewayVpcAttachment": "tgw-attach-{hex17}",
  "AWS::EC2::VPC": "vpc-{hex17}",
  "AWS::EC2::VPCCidrBlock": "vpc-cidr-assoc-{hex17}",
  "AWS::EC2::VPCEndpoint": "vpce-{hex17}",
  "AWS::EC2::VPCEndpointService": "vpce-svc-{hex17}",
  "AWS::EC2::VPCPeeringConnection": "pcx-{hex17}",
  "AWS::EC2::VPNConnection": "vpn-{hex17}",
  "AWS::EC2::VPNGateway": "vgw-{hex17}",
  "AWS::EC2::Volume": "vol-{hex17}",
  "AWS::EFS::AccessPoint": "fsap-{hex17}",
  "AWS::EFS::FileSystem": "fs-{hex17}",
  "AWS::EFS::MountTarget": "fsmt-{hex17}",
  "AWS::GuardDuty::Detector": "{hex32}",
  "AWS::IAM::AccessKey": "AKIA{upper16}",
  "AWS::KMS::Key": "{uuid}",
  "AWS::Lambda::EventSourceMapping": "{uuid}",
  "AWS::Logs::QueryDefinition": "{uuid}",
  "AWS::Route53::HealthCheck": "{uuid}",
  "AWS::Route53::HostedZone": "Z{upper20}",
  "AWS::SSM::Association": "{uuid}",
  "AWS::SSM::MaintenanceWindow": "mw-{hex17}",
  "AWS::SSM::MaintenanceWindowTarget": "{uuid}",
  "AWS::SSM::MaintenanceWindowTask": "{uuid}",
  "AWS::SSM::PatchBaseline": "pb-{hex17}",
  "AWS::ServiceDiscovery::PrivateDnsNamespace": "ns-{lower16}",
  "AWS::ServiceDiscovery::Service": "srv-{lower16}",
  "AWS::WAFv2::IPSet": "{uuid}",
  "AWS::WAFv2::RuleGroup": "{uuid}",
  "AWS::WAFv2::WebACL": "{uuid}",
};

/** How attributes look that are not the resource's own id, by the last part of their name. */
export const ATTRIBUTE_STYLE: Readonly<Record<string, string>> = {
  AllocationId: "eipalloc-{hex17}",
  CloudFrontDistribution: "d{lower13}.cloudfront.net",
  DefaultNetworkAcl: "acl-{hex17}",
  DefaultSecurityGroup: "sg-{hex17}",
  EniId: "eni-{hex17}",
  HostedZoneId: "Z{upper20}",
  IpAddress: "10.0.{byte}.{byte}",
  KeyFingerprint: "{hex40}",
  KeyPairId: "key-{hex17}",
  NetworkInterfaceId: "eni-{hex17}",
  NetworkInterfaceIds: "eni-{hex17}",
  PrivateIp: "10.0.{byte}.{byte}",
  PublicIp: "54.{byte}.{byte}.{byte}",
  RootResourceId: "{lower10}",
  RouteTableId: "rtb-{hex17}",
  SecretAccessKey: "{mixed40}",
  SubnetId: "subnet-{hex17}",
  VersionId: "{uuid}",
  VpcId: "vpc-{hex17}",
};

/** Fills a style with chance. */
export function styled(style: string, { world, call }: Pick<ResourceContext, "world" | "call">): string {
  return style.replaceAll(
    /\{(hex|upper|lower|mixed|uuid|byte|region|account)(\d*)\}/g,
    (_whole, kind: string, digits: string) => {
      const count = Number(digits);
      switch (kind) {
        case "hex":
          return world.hex(count);
        case "upper":
          return randomLetters(world, count).toUpperCase();
        case "lower":
          return randomLetters(world, count).toLowerCase();
        case "mixed":
          return randomLetters(world, count);
        case "byte":
          return String(1 + Math.floor(world.chance() * 254));
        case "region":
          return call.caller.region;
        case "account":
          return call.caller.account;
        default:
          return world.uuid();
      }
    },
  );
}
