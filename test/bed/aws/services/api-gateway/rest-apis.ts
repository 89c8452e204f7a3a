/** REST APIs with their resources, methods and models as templates make them. */
import { type Declared, stableHex, tagsOf } from "../../cloudformation/resources/declared.ts";
import { AwsError, type Properties } from "../../kernel.ts";
import { type Asked, all, lowered, named, present, type Showing } from "../declared-service.ts";
import { importedMethod, importedResources } from "./imported.ts";

const API = "AWS::ApiGateway::RestApi";

/** @throws AwsError NotFoundException */
export function apiOf(id: string, asked: Asked): Declared {
  return named(asked, { type: API, name: id }, ["NotFoundException", "Invalid API identifier specified", 404]);
}

/** What belongs to an API, of a type. */
export function ofApi(id: string, type: string, asked: Asked): readonly Declared[] {
  apiOf(id, asked);
  return all(asked, type).filter(({ properties }) => properties.RestApiId === id);
}

/** Tags as this service shows them: a mapping. */
export function tagMap(resource: Declared): Readonly<Record<string, string>> {
  return Object.fromEntries(tagsOf(resource).map(({ Key, Value }) => [Key, Value]));
}

export const restApiOperations: Readonly<Record<string, Showing>> = {
  GetRestApi: ({ restApiId }, asked) => apiShown(apiOf(restApiId, asked)),
  GetRestApis: (_input, asked) => ({ items: all(asked, API).map(apiShown) }),
  GetResources: ({ restApiId }, asked) => ({ items: resourcesOf(restApiId, asked) }),
  GetResource: ({ restApiId, resourceId }, asked) => {
    const found = resourcesOf(restApiId, asked).find(({ id }) => id === resourceId);
    if (found === undefined) throw new AwsError("NotFoundException", "Invalid Resource identifier specified", 404);
    return found;
  },
  GetMethod: (input, asked) => methodShown(methodOf(input, asked)),
  GetIntegration: (input, asked) => {
    const { methodIntegration } = methodShown(methodOf(input, asked));
    if (methodIntegration === undefined)
      throw new AwsError("NotFoundException", "No integration defined for method", 404);
    return methodIntegration as object;
  },
  GetModels: ({ restApiId }, asked) => ({ items: modelsOf(restApiId, asked) }),
  GetModel: ({ restApiId, modelName }, asked) => {
    const found = modelsOf(restApiId, asked).find(({ name }) => name === modelName);
    if (found === undefined) throw new AwsError("NotFoundException", `Invalid model name specified: ${modelName}`, 404);
    return found;
  },
  GetRequestValidators: ({ restApiId }, asked) => ({ items: validatorsOf(restApiId, asked) }),
  GetRequestValidator: ({ restApiId, requestValidatorId }, asked) =>
    oneOf(validatorsOf(restApiId, asked), requestValidatorId, "Invalid Request Validator identifier specified"),
  GetAuthorizers: ({ restApiId }, asked) => ({ items: authorizersOf(restApiId, asked) }),
  GetAuthorizer: ({ restApiId, authorizerId }, asked) =>
    oneOf(authorizersOf(restApiId, asked), authorizerId, "Invalid Authorizer identifier specified"),
};

interface Identified {
  readonly id: string | undefined;
}

/** @throws AwsError NotFoundException with the given words */
function oneOf(among: readonly Identified[], id: string, missing: string): object {
  const found = among.find((one) => one.id === id);
  if (found === undefined) throw new AwsError("NotFoundException", missing, 404);
  return found;
}

function validatorsOf(restApiId: string, asked: Asked): readonly Identified[] {
  return ofApi(restApiId, "AWS::ApiGateway::RequestValidator", asked).map(({ made, properties }) => ({
    ...{ id: made.physicalId.split("|").at(-1), name: properties.Name },
    validateRequestBody: properties.ValidateRequestBody === true,
    validateRequestParameters: properties.ValidateRequestParameters === true,
  }));
}

function authorizersOf(restApiId: string, asked: Asked): readonly Identified[] {
  return ofApi(restApiId, "AWS::ApiGateway::Authorizer", asked).map(({ made, properties }) => {
    const { RestApiId, ProviderARNs, ...rest } = properties;
    const own = { ...(lowered(rest) as object), ...present({ providerARNs: ProviderARNs }) };
    return { id: made.physicalId.split("|").at(-1), ...own };
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html */
function apiShown(api: Declared): object {
  const { made, properties, madeAt } = api;
  const endpoint = lowered(properties.EndpointConfiguration ?? {}) as object;
  const isPrivate = ((properties.EndpointConfiguration?.Types ?? []) as readonly string[]).includes("PRIVATE");
  const body = properties.Body as Properties | undefined;
  return present({
    ...{ id: made.physicalId, name: properties.Name ?? body?.info?.title, description: properties.Description },
    ...{ createdDate: madeAt, apiKeySource: properties.ApiKeySourceType ?? "HEADER" },
    endpointConfiguration: { types: ["EDGE"], ipAddressType: isPrivate ? "dualstack" : "ipv4", ...endpoint },
    ...{ binaryMediaTypes: properties.BinaryMediaTypes, version: body?.info?.version },
    minimumCompressionSize: properties.MinimumCompressionSize,
    disableExecuteApiEndpoint: properties.DisableExecuteApiEndpoint === true,
    policy: properties.Policy && JSON.stringify(properties.Policy),
    ...{ rootResourceId: made.attributes.RootResourceId, tags: tagMap(api) },
  });
}

interface ResourceShown {
  readonly id: string;
  readonly path: string;
  readonly parentId?: string;
  readonly pathPart?: string;
  readonly resourceMethods?: object;
}

/** The root and what hangs below it, with its methods. */
function resourcesOf(restApiId: string, asked: Asked): readonly ResourceShown[] {
  const api = apiOf(restApiId, asked);
  const imported = importedResources(api);
  const declared = ofApi(restApiId, "AWS::ApiGateway::Resource", asked);
  const methods = ofApi(restApiId, "AWS::ApiGateway::Method", asked);
  const idOf = ({ made }: Declared): string => made.physicalId.split("|").at(-1) ?? "";
  const methodsOf = (id: string): object => {
    const mine = methods.filter(({ properties }) => properties.ResourceId === id);
    const names = [
      ...Object.keys(imported.find((one) => one.id === id)?.operations ?? {}),
      ...mine.map(({ properties }) => String(properties.HttpMethod)),
    ];
    return names.length === 0 ? {} : { resourceMethods: Object.fromEntries(names.map((name) => [name, {}])) };
  };
  const pathOf = (id: string): string => {
    const one = declared.find((resource) => idOf(resource) === id);
    if (one === undefined) return imported.find((other) => other.id === id && other.path !== "/")?.path ?? "";
    return `${pathOf(String(one.properties.ParentId))}/${one.properties.PathPart}`;
  };
  return [
    ...imported.map(({ operations, ...one }) => ({ ...one, ...methodsOf(one.id) })),
    ...declared.map((one) => ({
      ...{ id: idOf(one), parentId: String(one.properties.ParentId), pathPart: String(one.properties.PathPart) },
      ...{ path: pathOf(idOf(one)), ...methodsOf(idOf(one)) },
    })),
  ];
}

interface MethodName {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly httpMethod: string;
}

function methodOf({ restApiId, resourceId, httpMethod }: MethodName, asked: Asked): Pick<Declared, "properties"> {
  const imported = importedResources(apiOf(restApiId, asked)).find(({ id }) => id === resourceId)?.operations[
    httpMethod
  ];
  if (imported !== undefined) return { properties: importedMethod(imported, resourceId, httpMethod) };
  const found = ofApi(restApiId, "AWS::ApiGateway::Method", asked).find(
    ({ properties }) => properties.ResourceId === resourceId && properties.HttpMethod === httpMethod,
  );
  if (found === undefined) throw new AwsError("NotFoundException", "Invalid Method identifier specified", 404);
  return found;
}

function methodShown({ properties }: Pick<Declared, "properties">): Readonly<Record<string, unknown>> {
  const responses = byStatus(properties.MethodResponses);
  return present({
    ...{ httpMethod: properties.HttpMethod, authorizationType: properties.AuthorizationType ?? "NONE" },
    ...{ authorizerId: properties.AuthorizerId, apiKeyRequired: properties.ApiKeyRequired === true },
    ...{ operationName: properties.OperationName, requestValidatorId: properties.RequestValidatorId },
    ...{ requestParameters: properties.RequestParameters, requestModels: properties.RequestModels },
    ...{ authorizationScopes: properties.AuthorizationScopes, methodResponses: responses },
    methodIntegration:
      properties.Integration && integrationShown(properties.Integration, String(properties.ResourceId)),
  }) as Readonly<Record<string, unknown>>;
}

function integrationShown(integration: Properties, resourceId: string): object {
  const isMock = integration.Type === "MOCK";
  return present({
    ...{ type: integration.Type, httpMethod: integration.IntegrationHttpMethod, uri: integration.Uri },
    connectionType: isMock ? undefined : (integration.ConnectionType ?? (isHttp(integration) ? "INTERNET" : undefined)),
    ...{ connectionId: integration.ConnectionId, credentials: integration.Credentials },
    ...{ requestParameters: integration.RequestParameters, requestTemplates: integration.RequestTemplates },
    passthroughBehavior: integration.PassthroughBehavior ?? "WHEN_NO_MATCH",
    contentHandling: integration.ContentHandling,
    timeoutInMillis: Number(integration.TimeoutInMillis ?? 29_000),
    cacheNamespace: integration.CacheNamespace ?? resourceId,
    cacheKeyParameters: integration.CacheKeyParameters ?? [],
    integrationResponses: byStatus(integration.IntegrationResponses),
  });
}

function isHttp({ Type }: Properties): boolean {
  return Type === "HTTP" || Type === "HTTP_PROXY";
}

/** A list of responses as a mapping by status; names of headers and content types stay as they are. */
function byStatus(responses: readonly Properties[] | undefined): object | undefined {
  if (responses === undefined || responses.length === 0) return undefined;
  return Object.fromEntries(
    responses.map((response) => [
      String(response.StatusCode),
      present({
        ...{ statusCode: String(response.StatusCode), selectionPattern: response.SelectionPattern },
        ...{ responseParameters: response.ResponseParameters, responseTemplates: response.ResponseTemplates },
        ...{ responseModels: response.ResponseModels, contentHandling: response.ContentHandling },
      }),
    ]),
  );
}

const DRAFT = "http://json-schema.org/draft-04/schema#";

interface ModelShown {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly contentType?: string;
  readonly schema?: string;
}

/** Every API begins with two models. */
function modelsOf(restApiId: string, asked: Asked): readonly ModelShown[] {
  const api = apiOf(restApiId, asked);
  const usual = (name: string, description: string, members: object) => ({
    ...{ id: stableHex(api, name, 6), name, description, contentType: "application/json" },
    schema: JSON.stringify({ $schema: DRAFT, title: `${name} Schema`, type: "object", ...members }),
  });
  return [
    usual("Empty", "This is a default empty schema model", {}),
    usual("Error", "This is a default error schema model", { properties: { message: { type: "string" } } }),
    ...ofApi(restApiId, "AWS::ApiGateway::Model", asked).map((model) => ({
      ...{ id: stableHex(model, "id", 6), name: String(model.properties.Name ?? model.made.physicalId) },
      ...present({ description: model.properties.Description, contentType: model.properties.ContentType }),
      ...(model.properties.Schema !== undefined && {
        schema:
          typeof model.properties.Schema === "string"
            ? model.properties.Schema
            : JSON.stringify(model.properties.Schema),
      }),
    })),
  ];
}
