/** Instances and what belongs to them, as templates make them. Nothing runs. */
import { tagsOf } from "../../cloudformation/resources/declared.ts";
import { addressesOf, fingerprint, subnetOf, templateName } from "./attributes.ts";
import { type Described, noSuch, ownTags } from "./described.ts";
import { networkOf } from "./network.ts";

export const COMPUTING: readonly Described[] = [
  {
    ...{ operation: "DescribeKeyPairs", ids: "KeyNames", list: "KeyPairs", id: "KeyName", type: "AWS::EC2::KeyPair" },
    missing: ["InvalidKeyPair.NotFound", (name) => `The key pair '${name}' does not exist`],
    also: [["KeyPairIds", "KeyPairId", ["InvalidKeyPair.NotFound", (id) => `The key pair ID '${id}' does not exist`]]],
    show: (pair) => ({
      CreateTime: pair.madeAt,
      KeyFingerprint: fingerprint(pair),
      ...{ KeyName: pair.made.physicalId, KeyPairId: pair.made.attributes.KeyPairId },
      ...{ KeyType: pair.properties.KeyType ?? "rsa", Tags: ownTags(pair) },
    }),
  },
  {
    ...{ operation: "DescribeAddresses", ids: "AllocationIds", list: "Addresses", id: "AllocationId" },
    type: "AWS::EC2::EIP",
    missing: ["InvalidAllocationID.NotFound", noSuch("allocation ID")],
    also: [["PublicIps", "PublicIp", ["InvalidAddress.NotFound", (ip) => `Address '${ip}' not found.`]]],
    show: (address, { call }) => ({
      ...{ AllocationId: address.made.attributes.AllocationId, Domain: "vpc", PublicIp: address.made.physicalId },
      ...(address.properties.InstanceId !== undefined && { InstanceId: address.properties.InstanceId }),
      ...{ NetworkBorderGroup: call.caller.region, PublicIpv4Pool: "amazon", Tags: tagsOf(address) },
    }),
  },
  {
    ...{ operation: "DescribeVolumes", ids: "VolumeIds", list: "Volumes", id: "VolumeId", type: "AWS::EC2::Volume" },
    missing: ["InvalidVolume.NotFound", (id) => `The volume '${id}' does not exist.`],
    show: ({ properties, made, madeAt, ...rest }) => ({
      ...{ Attachments: [], AvailabilityZone: properties.AvailabilityZone, CreateTime: madeAt },
      ...{ Encrypted: properties.Encrypted === true, Size: Number(properties.Size ?? 8), State: "available" },
      ...{ VolumeId: made.physicalId, VolumeType: properties.VolumeType ?? "gp2", MultiAttachEnabled: false },
      Tags: tagsOf({ properties, made, madeAt, ...rest }),
    }),
  },
  {
    ...{ operation: "DescribeFlowLogs", ids: "FlowLogIds", list: "FlowLogs", id: "FlowLogId" },
    type: "AWS::EC2::FlowLog",
    missing: ["InvalidFlowLogId.NotFound", (id) => `These flow log ids in the input list are not found: [${id}]`],
    show: (log) => ({
      ...{ CreationTime: log.madeAt, DeliverLogsStatus: "SUCCESS", FlowLogId: log.made.physicalId },
      ...{ FlowLogStatus: "ACTIVE", ResourceId: log.properties.ResourceId, TrafficType: log.properties.TrafficType },
      ...{ LogDestinationType: log.properties.LogDestinationType ?? "cloud-watch-logs" },
      ...(log.properties.LogGroupName !== undefined && { LogGroupName: log.properties.LogGroupName }),
      ...(log.properties.LogDestination !== undefined && { LogDestination: log.properties.LogDestination }),
      ...{ MaxAggregationInterval: Number(log.properties.MaxAggregationInterval ?? 600), Tags: tagsOf(log) },
    }),
  },
  {
    ...{ operation: "DescribeLaunchTemplates", ids: "LaunchTemplateIds", list: "LaunchTemplates" },
    ...{ id: "LaunchTemplateId", type: "AWS::EC2::LaunchTemplate" },
    missing: [
      "InvalidLaunchTemplateId.NotFound",
      (id) => `The specified launch template, with template ID ${id}, does not exist.`,
    ],
    also: [
      [
        "LaunchTemplateNames",
        "LaunchTemplateName",
        [
          "InvalidLaunchTemplateName.NotFoundException",
          () => "At least one of the launch templates specified in the request does not exist.",
        ],
      ],
    ],
    show: (template, { call }) => ({
      ...{ CreateTime: template.madeAt, CreatedBy: call.caller.arn, DefaultVersionNumber: 1 },
      ...{ LatestVersionNumber: template.revision, LaunchTemplateId: template.made.physicalId },
      LaunchTemplateName: templateName(template),
      Tags: tagsOf(template),
    }),
  },
];

/** The rows behind DescribeInstances, which groups them by reservation. */
export const INSTANCES: Described = {
  ...{ operation: "DescribeInstances", ids: "InstanceIds", list: "Instances", id: "InstanceId" },
  type: "AWS::EC2::Instance",
  missing: ["InvalidInstanceID.NotFound", noSuch("instance ID")],
  show: (instance, place) => {
    const { properties, made } = instance;
    const { groups } = networkOf(place.world, place.call.caller);
    const subnet = subnetOf(instance, place);
    const own = [...groups.values()].filter(
      ({ VpcId, GroupName }) => VpcId === subnet?.VpcId && GroupName === "default",
    );
    const groupIds = (properties.SecurityGroupIds ?? own.map(({ GroupId }) => GroupId)) as readonly string[];
    return {
      ...{ AmiLaunchIndex: 0, Architecture: "x86_64", EbsOptimized: properties.EbsOptimized === true },
      ...{ Hypervisor: "xen", ImageId: properties.ImageId, InstanceId: made.physicalId },
      ...{ InstanceType: properties.InstanceType ?? "m1.small", LaunchTime: instance.madeAt },
      ...(properties.KeyName !== undefined && { KeyName: properties.KeyName }),
      ...{ Monitoring: { State: properties.Monitoring === true ? "enabled" : "disabled" } },
      Placement: {
        AvailabilityZone: subnet?.AvailabilityZone,
        GroupName: "",
        Tenancy: properties.Tenancy ?? "default",
      },
      ...{ ...addressesOf(instance, place), RootDeviceName: "/dev/xvda", RootDeviceType: "ebs" },
      SecurityGroups: groupIds.map((GroupId) => ({ GroupId, GroupName: groups.get(GroupId)?.GroupName })),
      ...{
        SourceDestCheck: properties.SourceDestCheck !== false,
        State: { Code: 16, Name: "running" },
        SubnetId: subnet?.SubnetId,
      },
      ...{ Tags: tagsOf(instance), VirtualizationType: "hvm", VpcId: subnet?.VpcId },
    };
  },
  showDeleted: ({ made }) => ({ InstanceId: made.physicalId, State: { Code: 48, Name: "terminated" }, Tags: [] }),
};
