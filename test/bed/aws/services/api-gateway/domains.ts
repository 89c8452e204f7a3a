/** Domain names of APIs and which API answers below which of their paths. */

import type { Declared } from "../../cloudformation/resources/declared.ts";
import { AwsError } from "../../kernel.ts";
import { type Asked, all, lowered, named, present, type Showing } from "../declared-service.ts";
import { tagMap } from "./rest-apis.ts";

const DOMAIN = "AWS::ApiGateway::DomainName";
/** How the API calls the mapping of a whole domain. */
const WHOLE = "(none)";

export const domainOperations: Readonly<Record<string, Showing>> = {
  GetDomainName: ({ domainName }, asked) => domainShown(domainOf(domainName, asked)),
  GetDomainNames: (_input, asked) => ({ items: all(asked, DOMAIN).map(domainShown) }),
  GetBasePathMappings: ({ domainName }, asked) => ({ items: mappingsOf(domainName, asked) }),
  GetBasePathMapping: ({ domainName, basePath }, asked) => {
    const found = mappingsOf(domainName, asked).find((mapping) => mapping.basePath === basePath);
    if (found === undefined)
      throw new AwsError("NotFoundException", "Invalid base path mapping identifier specified", 404);
    return found;
  },
};

function domainOf(name: string, asked: Asked): Declared {
  return named(asked, { type: DOMAIN, name }, ["NotFoundException", "Invalid domain name identifier specified", 404]);
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_DomainName.html */
function domainShown(domain: Declared): object {
  const { properties, made } = domain;
  const endpoint = { types: ["EDGE"], ...(lowered(properties.EndpointConfiguration ?? {}) as object) };
  const isEdge = endpoint.types.includes("EDGE");
  const { DistributionDomainName, DistributionHostedZoneId, RegionalDomainName, RegionalHostedZoneId } =
    made.attributes;
  return present({
    ...{ domainName: made.physicalId, domainNameStatus: "AVAILABLE", endpointConfiguration: endpoint },
    ...{ certificateArn: properties.CertificateArn, regionalCertificateArn: properties.RegionalCertificateArn },
    ...{ securityPolicy: properties.SecurityPolicy, tags: tagMap(domain) },
    ...(isEdge
      ? { distributionDomainName: DistributionDomainName, distributionHostedZoneId: DistributionHostedZoneId }
      : { regionalDomainName: RegionalDomainName, regionalHostedZoneId: RegionalHostedZoneId }),
  });
}

interface Mapping {
  readonly basePath: string;
  readonly restApiId: unknown;
  readonly stage?: unknown;
}

function mappingsOf(domainName: string, asked: Asked): readonly Mapping[] {
  domainOf(domainName, asked);
  return all(asked, "AWS::ApiGateway::BasePathMapping")
    .filter(({ properties }) => properties.DomainName === domainName)
    .map(({ properties }) => ({
      ...{ basePath: String(properties.BasePath ?? WHOLE), restApiId: properties.RestApiId },
      ...(properties.Stage !== undefined && { stage: properties.Stage }),
    }));
}
