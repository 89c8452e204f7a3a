/** Resources and methods that an API has from the OpenAPI document in its body. */
import { type Declared, stableHex } from "../../cloudformation/resources/declared.ts";
import type { Properties } from "../../kernel.ts";

export interface Imported {
  readonly id: string;
  readonly path: string;
  readonly parentId?: string;
  readonly pathPart?: string;
  /** Operations of the document by method, in capitals. */
  readonly operations: Readonly<Record<string, Properties>>;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"];

/** Every path of the document and those above it, the root without its id first. */
export function importedResources(api: Declared): readonly Imported[] {
  const paths = (api.properties.Body?.paths ?? {}) as Readonly<Record<string, Properties>>;
  const rootId = String(api.made.attributes.RootResourceId);
  const known = new Map<string, Imported>();
  const add = (path: string): string => {
    if (path === "") return rootId;
    const before = known.get(path);
    if (before !== undefined) return before.id;
    const cut = path.lastIndexOf("/");
    const parentId = add(path.slice(0, cut));
    const id = (Number.parseInt(stableHex(api, path, 12), 16) % 36 ** 6).toString(36).padStart(6, "0");
    known.set(path, {
      ...{ id, path, parentId, pathPart: path.slice(cut + 1) },
      operations: operationsOf(paths[path]),
    });
    return id;
  };
  for (const path of Object.keys(paths)) add(path.replace(/\/$/, ""));
  return [{ id: rootId, path: "/", operations: operationsOf(paths["/"]) }, ...known.values()];
}

function operationsOf(item: Properties | undefined): Readonly<Record<string, Properties>> {
  return Object.fromEntries(
    Object.entries(item ?? {})
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => [method.startsWith("x-") ? "ANY" : method.toUpperCase(), operation as Properties]),
  );
}

/** An operation of the document as a template would write the method. */
export function importedMethod(operation: Properties, resourceId: string, httpMethod: string): Properties {
  const integration = operation["x-amazon-apigateway-integration"] as Properties | undefined;
  const responses = Object.keys((operation.responses ?? {}) as object);
  const answers = Object.entries((integration?.responses ?? {}) as Readonly<Record<string, Properties>>);
  return {
    ...{ ResourceId: resourceId, HttpMethod: httpMethod, OperationName: operation.operationId },
    MethodResponses: responses.map((StatusCode) => ({ StatusCode })),
    Integration: integration && {
      ...{ Type: String(integration.type).toUpperCase(), IntegrationHttpMethod: integration.httpMethod },
      ...{ Uri: integration.uri, Credentials: integration.credentials, ConnectionType: integration.connectionType },
      ...{ ConnectionId: integration.connectionId, RequestTemplates: integration.requestTemplates },
      ...{ RequestParameters: integration.requestParameters, ContentHandling: integration.contentHandling },
      PassthroughBehavior: integration.passthroughBehavior && String(integration.passthroughBehavior).toUpperCase(),
      TimeoutInMillis: integration.timeoutInMillis,
      IntegrationResponses: answers.map(([pattern, answer]) => ({
        ...{ StatusCode: answer.statusCode, ResponseTemplates: answer.responseTemplates },
        ...{ ResponseParameters: answer.responseParameters },
        // The default answers to all that no other pattern selects.
        SelectionPattern: pattern === "default" ? undefined : pattern,
      })),
    },
  };
}
