/** Route 53: hosted zones, records and health checks as templates make them. Nothing is resolved. */
import { type Declared, stableUuid } from "../../cloudformation/resources/declared.ts";
import type { Properties, World } from "../../kernel.ts";
import { type Asked, all, installShowing, named, present } from "../declared-service.ts";

const ZONE = "AWS::Route53::HostedZone";
const CHECK = "AWS::Route53::HealthCheck";
const RECORD = "AWS::Route53::RecordSet";
const RECORD_GROUP = "AWS::Route53::RecordSetGroup";

export function installRoute53(world: World): void {
  installShowing(world, "route-53", {
    GetHealthCheck: ({ HealthCheckId }, asked) => ({ HealthCheck: checkShown(checkOf(HealthCheckId, asked)) }),
    ListHealthChecks: (_input, asked) => ({
      ...{ HealthChecks: all(asked, CHECK).map(checkShown), IsTruncated: false, MaxItems: 100 },
    }),
    GetHostedZone: ({ Id }, asked) => {
      const zone = zoneOf(Id, asked);
      const vpcs = (zone.properties.VPCs ?? []) as readonly Properties[];
      return {
        HostedZone: zoneShown(zone, asked),
        ...(vpcs.length === 0
          ? { DelegationSet: { NameServers: zone.made.attributes.NameServers } }
          : { VPCs: vpcs.map(({ VPCId, VPCRegion }) => ({ VPCId, VPCRegion })) }),
      };
    },
    ListHostedZones: (_input, asked) => ({
      ...{ HostedZones: all(asked, ZONE).map((zone) => zoneShown(zone, asked)), IsTruncated: false, MaxItems: 100 },
    }),
    ListHostedZonesByName: ({ DNSName }, asked) => ({
      HostedZones: all(asked, ZONE)
        .map((zone) => zoneShown(zone, asked))
        .filter(({ Name }) => DNSName === undefined || Name === absolute(DNSName)),
      ...{ IsTruncated: false, MaxItems: 100 },
    }),
    ListResourceRecordSets: ({ HostedZoneId }, asked) => ({
      ResourceRecordSets: recordsOf(zoneOf(HostedZoneId, asked), asked),
      ...{ IsTruncated: false, MaxItems: 300 },
    }),
    ListTagsForResource: ({ ResourceId, ResourceType }, asked) => {
      const isZone = ResourceType === "hostedzone";
      const { properties } = isZone ? zoneOf(ResourceId, asked) : checkOf(ResourceId, asked);
      const Tags = (isZone ? properties.HostedZoneTags : properties.HealthCheckTags) ?? [];
      return { ResourceTagSet: { ResourceId, ResourceType, Tags } };
    },
  });
}

function checkOf(id: string, asked: Asked): Declared {
  const message = `A health check with id ${id} does not exist.`;
  return named(asked, { type: CHECK, name: id }, ["NoSuchHealthCheck", message, 404]);
}

function zoneOf(id: string, asked: Asked): Declared {
  const bare = id.replace("/hostedzone/", "");
  return named(asked, { type: ZONE, name: bare }, ["NoSuchHostedZone", `No hosted zone found with ID: ${bare}`, 404]);
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html: what a check has that says nothing of it. */
function checkShown(check: Declared): object {
  const { made, properties, revision } = check;
  const config = properties.HealthCheckConfig as Properties;
  const isProbe = !["CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"].includes(String(config.Type));
  const defaults = {
    ...{ Disabled: false, Inverted: false },
    ...(isProbe && {
      ...{ EnableSNI: config.Type === "HTTPS", FailureThreshold: 3, MeasureLatency: false, RequestInterval: 30 },
    }),
  };
  return {
    ...{ CallerReference: stableUuid(check, "reference"), HealthCheckConfig: { ...defaults, ...config } },
    ...{ HealthCheckVersion: revision, Id: made.physicalId },
  };
}

function absolute(name: string): string {
  return name.endsWith(".") ? name : `${name}.`;
}

function zoneShown(zone: Declared, asked: Asked) {
  const { made, properties } = zone;
  return {
    ...{ Id: `/hostedzone/${made.physicalId}`, Name: absolute(String(properties.Name)) },
    ...{ CallerReference: stableUuid(zone, "reference"), ResourceRecordSetCount: recordsOf(zone, asked).length },
    Config: present({
      Comment: properties.HostedZoneConfig?.Comment,
      PrivateZone: ((properties.VPCs ?? []) as readonly unknown[]).length > 0,
    }),
  };
}

/** Its own NS and SOA records, and those of templates that name it. */
function recordsOf(zone: Declared, asked: Asked): readonly object[] {
  const zoneName = absolute(String(zone.properties.Name));
  const isOfZone = (record: Properties): boolean =>
    record.HostedZoneId === zone.made.physicalId ||
    (record.HostedZoneName !== undefined && absolute(String(record.HostedZoneName)) === zoneName);
  const grouped = all(asked, RECORD_GROUP).flatMap(({ properties }) =>
    ((properties.RecordSets ?? []) as readonly Properties[]).map((record) => ({
      ...present({ HostedZoneId: properties.HostedZoneId, HostedZoneName: properties.HostedZoneName }),
      ...record,
    })),
  ) as readonly Properties[];
  const own = all(asked, RECORD).map(({ properties }) => properties);
  const servers = [zone.made.attributes.NameServers ?? []].flat().map(String);
  return [
    { Name: zoneName, Type: "NS", TTL: 172_800, ResourceRecords: servers.map((Value) => ({ Value: absolute(Value) })) },
    {
      ...{ Name: zoneName, Type: "SOA", TTL: 900 },
      ResourceRecords: [{ Value: `${servers[0] ?? ""}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` }],
    },
    ...[...own, ...grouped].filter(isOfZone).map(recordShown),
  ];
}

function recordShown({ HostedZoneId, HostedZoneName, Comment, ...record }: Properties): object {
  const values = record.ResourceRecords as readonly string[] | undefined;
  return present({
    ...record,
    Name: absolute(String(record.Name)),
    TTL: record.TTL === undefined ? undefined : Number(record.TTL),
    ResourceRecords: values?.map((Value) => ({ Value })),
    AliasTarget: record.AliasTarget && {
      EvaluateTargetHealth: false,
      ...record.AliasTarget,
      DNSName: absolute(String(record.AliasTarget.DNSName)),
    },
  });
}
