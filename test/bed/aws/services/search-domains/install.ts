/** OpenSearch Service under its two names: domains as templates make them. They search nothing. */
import { attributeSources, type Declared, declaredOf, tagsOf } from "../../cloudformation/resources/declared.ts";
import { AwsError, type World } from "../../kernel.ts";
import { type Asked, installShowing, type Showing } from "../declared-service.ts";
import { type Dialect, domainShown, offPeakWindow, tunes } from "./domain.ts";

const TYPES = ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"];

export function installSearchDomains(world: World): void {
  const old: Dialect = { cluster: "ElasticsearchClusterConfig", usualInstance: "m4.large.elasticsearch" };
  const now: Dialect = { cluster: "ClusterConfig", usualInstance: "m4.large.search" };
  const elasticsearch = (domain: Declared, asked: Asked): object => ({
    ...domainShown(domain, old, asked),
    AutoTuneOptions: { State: tunes(instanceOf(domain, old)) ? "ENABLED" : "DISABLED" },
    ElasticsearchVersion: domain.properties.ElasticsearchVersion ?? "7.10",
  });
  const openSearch = (domain: Declared, asked: Asked): object => {
    const shown = domainShown(domain, now, asked) as unknown as { readonly ClusterConfig: object };
    return {
      ...shown,
      ClusterConfig: { MultiAZWithStandbyEnabled: false, ...shown.ClusterConfig },
      AIMLOptions: {
        NaturalLanguageQueryGenerationOptions: { CurrentState: "NOT_ENABLED", DesiredState: "DISABLED" },
      },
      AutoTuneOptions: { State: tunes(instanceOf(domain, now)) ? "ENABLED" : "DISABLED", UseOffPeakWindow: false },
      EngineVersion: domain.properties.EngineVersion ?? "OpenSearch_2.19",
      ...{ IPAddressType: domain.properties.IPAddressType ?? "ipv4", IdentityCenterOptions: {} },
      OffPeakWindowOptions: domain.properties.OffPeakWindowOptions ?? offPeakWindow,
      SoftwareUpdateOptions: { AutoSoftwareUpdateEnabled: false, ...domain.properties.SoftwareUpdateOptions },
    };
  };
  for (const type of TYPES)
    attributeSources(world).set(type, (domain, place) => {
      const { ARN, DomainId, Endpoint } = domainShown(domain, now, place);
      return { Arn: ARN, DomainArn: ARN, Id: DomainId, DomainEndpoint: Endpoint };
    });
  installShowing(world, "elasticsearch-service", {
    ...shared,
    DescribeElasticsearchDomain: ({ DomainName }, asked) => ({
      DomainStatus: elasticsearch(domainNamed(DomainName, asked), asked),
    }),
    DescribeElasticsearchDomains: ({ DomainNames }, asked) => ({
      DomainStatusList: listed(DomainNames, asked).map((domain) => elasticsearch(domain, asked)),
    }),
  });
  installShowing(world, "opensearch", {
    ...shared,
    DescribeDomain: ({ DomainName }, asked) => ({ DomainStatus: openSearch(domainNamed(DomainName, asked), asked) }),
    DescribeDomains: ({ DomainNames }, asked) => ({
      DomainStatusList: listed(DomainNames, asked).map((domain) => openSearch(domain, asked)),
    }),
  });
}

const shared: Readonly<Record<string, Showing>> = {
  ListDomainNames: (_input, asked) => ({
    DomainNames: domains(asked).map(({ made, type }) => ({
      ...{ DomainName: made.physicalId, EngineType: type === TYPES[0] ? "OpenSearch" : "Elasticsearch" },
    })),
  }),
  ListTags: ({ ARN }, asked) => ({
    // The handlers of domains pass on no tags but the template's own.
    TagList: tagsOf(domainNamed(String(ARN).split("/").at(-1) ?? "", asked)).filter(
      ({ Key }) => !Key.startsWith("aws:"),
    ),
  }),
};

function domains({ world, call }: Asked): readonly Declared[] {
  return TYPES.flatMap((type) => declaredOf(world, call, type));
}

function domainNamed(name: string, asked: Asked): Declared {
  const found = domains(asked).find(({ made }) => made.physicalId === name);
  if (found === undefined) throw new AwsError("ResourceNotFoundException", `Domain not found: ${name}`, 409);
  return found;
}

function listed(names: readonly string[], asked: Asked): readonly Declared[] {
  return domains(asked).filter(({ made }) => names.includes(made.physicalId));
}

function instanceOf({ properties }: Declared, { cluster, usualInstance }: Dialect): string {
  return String(properties[cluster]?.InstanceType ?? usualInstance);
}
