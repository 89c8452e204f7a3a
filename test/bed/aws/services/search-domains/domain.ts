/** A search domain as both services show it, which are one: Elasticsearch Service became OpenSearch Service. */
import { type Declared, stableHex, stableUuid } from "../../cloudformation/resources/declared.ts";
import type { Properties } from "../../kernel.ts";
import { type Asked, present } from "../declared-service.ts";

/** What a service calls the same thing. */
export interface Dialect {
  readonly cluster: "ElasticsearchClusterConfig" | "ClusterConfig";
  readonly usualInstance: string;
}

const WINDOW = { Enabled: true, OffPeakWindow: { WindowStartTime: { Hours: 2, Minutes: 0 } } };
/** When software that nobody has put off is installed, as shown of a domain that has none to install. */
const NEVER = new Date(0);

/** What domains of both services have, with all that their template leaves out. */
export function domainShown(
  domain: Declared,
  { cluster, usualInstance }: Dialect,
  { call }: Asked,
): Readonly<Record<"ARN" | "DomainId" | "Endpoint", string>> & Readonly<Record<string, unknown>> {
  const { made, properties, madeAt } = domain;
  const { region, account } = call.caller;
  const name = made.physicalId;
  const policies = properties.AccessPolicies;
  const tls = { TLSSecurityPolicy: "Policy-Min-TLS-1-2-2019-07", EnforceHTTPS: false, CustomEndpointEnabled: false };
  return {
    ...{ ARN: `arn:aws:es:${region}:${account}:domain/${name}`, DomainId: `${account}/${name}`, DomainName: name },
    AccessPolicies: policies === undefined ? "" : typeof policies === "string" ? policies : JSON.stringify(policies),
    AdvancedOptions: {
      ...{ override_main_response_version: "false", "rest.action.multi.allow_explicit_index": "true" },
      ...properties.AdvancedOptions,
    },
    AdvancedSecurityOptions: present({
      ...{ Enabled: false, InternalUserDatabaseEnabled: false, AnonymousAuthEnabled: false },
      ...withoutMaster(properties.AdvancedSecurityOptions),
    }),
    [cluster]: clusterShown((properties[cluster] ?? {}) as Properties, usualInstance),
    CognitoOptions: { Enabled: false, ...properties.CognitoOptions },
    ...{ Created: true, Deleted: false, Processing: false, UpgradeProcessing: false },
    DomainEndpointOptions: { ...tls, ...properties.DomainEndpointOptions },
    EBSOptions: ebsShown((properties.EBSOptions ?? {}) as Properties),
    EncryptionAtRestOptions: { Enabled: false, ...properties.EncryptionAtRestOptions },
    NodeToNodeEncryptionOptions: { Enabled: false, ...properties.NodeToNodeEncryptionOptions },
    Endpoint: `search-${name}-${BigInt(`0x${stableHex(domain, "endpoint", 36)}`)
      .toString(36)
      .slice(0, 26)}.${region}.es.amazonaws.com`,
    SnapshotOptions: { AutomatedSnapshotStartHour: 0, ...properties.SnapshotOptions },
    ServiceSoftwareOptions: {
      ...{ AutomatedUpdateDate: NEVER, Cancellable: false, CurrentVersion: softwareOf(properties), NewVersion: "" },
      Description: "There is no software update available for this domain.",
      ...{ OptionalDeployment: true, UpdateAvailable: false, UpdateStatus: "COMPLETED" },
    },
    ChangeProgressDetails: {
      ...{ ChangeId: stableUuid(domain, "change"), ConfigChangeStatus: "Completed", InitiatedBy: "CUSTOMER" },
      ...{ StartTime: madeAt, LastUpdatedTime: madeAt },
    },
    ...{ DomainProcessingStatus: "Active", ModifyingProperties: [] },
    ...(properties.VPCOptions !== undefined && { VPCOptions: properties.VPCOptions }),
  };
}

/** The time-window in which AWS works on domains, which those made since 2023 have. */
export const offPeakWindow = WINDOW;

/** Small instances tune nothing. https://docs.aws.amazon.com/opensearch-service/latest/developerguide/auto-tune.html */
export function tunes(instance: string): boolean {
  return !/^t[23]\./.test(instance);
}

function withoutMaster(options: Properties | undefined): object {
  if (options === undefined) return {};
  const { MasterUserOptions: _, ...rest } = options;
  return rest;
}

function clusterShown(given: Properties, usualInstance: string): object {
  const numbers = ["InstanceCount", "DedicatedMasterCount", "WarmCount"].filter((name) => given[name] !== undefined);
  const isAware = given.ZoneAwarenessEnabled === true;
  return {
    ...{ InstanceType: usualInstance, InstanceCount: 1, DedicatedMasterEnabled: false, ZoneAwarenessEnabled: false },
    ...{ WarmEnabled: false, ColdStorageOptions: { Enabled: false } },
    ...(isAware && { ZoneAwarenessConfig: { AvailabilityZoneCount: 2 } }),
    ...given,
    ...Object.fromEntries(numbers.map((name) => [name, Number(given[name])])),
  };
}

function ebsShown(given: Properties): object {
  if (given.EBSEnabled !== true) return { EBSEnabled: false };
  const numbers = ["Iops", "Throughput", "VolumeSize"].filter((name) => given[name] !== undefined);
  return { VolumeType: "gp2", ...given, ...Object.fromEntries(numbers.map((name) => [name, Number(given[name])])) };
}

function softwareOf({ EngineVersion = "OpenSearch_2.19", ElasticsearchVersion }: Properties): string {
  const version = ElasticsearchVersion === undefined ? String(EngineVersion) : `Elasticsearch_${ElasticsearchVersion}`;
  return `${version.replaceAll(".", "_")}_R20250625`;
}
