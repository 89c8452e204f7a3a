/** One request and its answer in the protocol that the client chose; the rest of the bed sees plain values only. */
import { AwsError } from "../kernel.ts";
import { type CatalogueEntry, catalogue } from "./catalogue.ts";
import { type Credential, credentialOf } from "./credential.ts";
import type { HttpRequest } from "./http-request.ts";
import { errorTree, fromTree, readTree, type TreeFormat, toTree, writeTree } from "./json.ts";
import { modelOf, type OperationModel, type ServiceModel } from "./model.ts";
import { fromForm } from "./query.ts";
import { fromRest, type RestAnswer, restAnswer, restError } from "./rest-xml.ts";
import { s3Operation, s3Target } from "./s3-route.ts";
import type { WireError } from "./wire-error.ts";
import { queryAnswer, queryError } from "./xml.ts";

export interface Conversation {
  /** Undefined if the bed has no model of the service. */
  readonly model: ServiceModel | undefined;
  /** As named by the request: the service in the bed's words if it is catalogued. */
  readonly service: string;
  /** As named by the request, known or not. */
  readonly operation: string;
  readonly credential: Credential | undefined;
  /** @throws AwsError if the operation is unknown, or the request does not hold its input */
  readonly input: () => object;
  readonly answer: (output: object, requestId: string) => RestAnswer;
  readonly failure: (error: WireError, requestId: string) => RestAnswer;
}

/** Finds out what a request speaks and about which operation. */
export async function converse(request: HttpRequest): Promise<Conversation> {
  const credential = credentialOf(request.headers, request.query);
  const target = request.headers["x-amz-target"];
  if (target !== undefined) {
    const dot = target.lastIndexOf(".");
    return tree(request, credential, {
      target: target.slice(0, dot),
      operation: target.slice(dot + 1),
      format: "json",
    });
  }
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor") {
    const [, , service = "", , operation = ""] = request.path.split("/");
    return tree(request, credential, { target: service, operation, format: "cbor" });
  }
  const form = formOf(request);
  if (form !== undefined) return query(form, credential);
  const signing = credential?.service ?? "s3";
  if (signing !== "s3") return stranger(signing, `${request.method} ${request.path}`, credential);
  return s3(request, credential);
}

async function tree(
  request: HttpRequest,
  credential: Credential | undefined,
  named: { readonly target: string; readonly operation: string; readonly format: TreeFormat },
): Promise<Conversation> {
  const { format } = named;
  const entry = catalogue.find((candidate) => candidate.target === named.target);
  if (entry === undefined) return stranger(named.target, named.operation, credential);
  const model = await modelOf(entry);
  const contentType =
    format === "cbor" ? "application/cbor" : (request.headers["content-type"] ?? "application/x-amz-json-1.1");
  const headers = (requestId: string): Record<string, string> => ({
    "Content-Type": contentType,
    "x-amzn-RequestId": requestId,
    ...(format === "cbor" && { "smithy-protocol": "rpc-v2-cbor" }),
  });
  const operation = (): OperationModel => operationOf(model, named.operation);
  return {
    ...{ model, service: model.name, operation: named.operation, credential },
    input: () => fromTree(readTree(request.body, format), operation().input) as object,
    answer: (output, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: writeTree(toTree(output, operation().output, format), format),
    }),
    failure: (error, requestId) => ({
      status: error.status,
      headers: { ...headers(requestId), "x-amzn-query-error": `${error.code};${error.fault}` },
      body: writeTree(errorTree(error), format),
    }),
  };
}

async function query(form: URLSearchParams, credential: Credential | undefined): Promise<Conversation> {
  const version = form.get("Version");
  const name = form.get("Action") ?? "";
  const entry = catalogue.find(
    (candidate) =>
      candidate.version === version && (credential === undefined || candidate.signing === credential.service),
  );
  if (entry === undefined) return stranger(credential?.service ?? `version ${version}`, name, credential);
  const model = await modelOf(entry);
  const style = entry.query;
  const answerOf = (requestId: string) => ({ requestId, xmlNamespace: entry.xmlNamespace, style });
  const headers = (requestId: string) => ({ "Content-Type": "text/xml", "x-amzn-RequestId": requestId });
  return {
    ...{ model, service: model.name, operation: name, credential },
    input: () => fromForm(form, operationOf(model, name).input, style) as object,
    answer: (output, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: queryAnswer(operationOf(model, name), output, answerOf(requestId)),
    }),
    failure: (error, requestId) => ({
      status: error.status,
      headers: headers(requestId),
      body: queryError(error, answerOf(requestId)),
    }),
  };
}

async function s3(request: HttpRequest, credential: Credential | undefined): Promise<Conversation> {
  const entry = catalogue.find((candidate) => candidate.name === "s3") as CatalogueEntry;
  const model = await modelOf(entry);
  const target = s3Target(request);
  const operation = s3Operation(model, request, target);
  const name = operation?.name ?? `${request.method} ${request.path}`;
  const withIds = (answer: RestAnswer, requestId: string): RestAnswer => ({
    ...answer,
    headers: {
      "x-amz-request-id": requestId,
      "x-amz-id-2": Buffer.from(requestId).toString("base64"),
      ...answer.headers,
    },
  });
  return {
    ...{ model, service: "s3", operation: name, credential },
    input: () => fromRest(operationOf(model, name), { ...request, ...target }, request.body),
    answer: (output, requestId) => withIds(restAnswer(operationOf(model, name), output, entry.xmlNamespace), requestId),
    failure: (error, requestId) =>
      withIds(restError(error, { method: request.method, resource: request.path, requestId }), requestId),
  };
}

/** A service that the bed does not know: every question fails, in words that JSON and XML clients can both show. */
function stranger(service: string, operation: string, credential: Credential | undefined): Conversation {
  const unknown = (): never => {
    throw new AwsError("UnknownOperationException", `the bed does not model ${service}: ${operation}`, 501);
  };
  return {
    ...{ model: undefined, service, operation, credential },
    input: unknown,
    answer: unknown,
    failure: (error, requestId) => ({
      status: error.status,
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "x-amzn-RequestId": requestId,
        "x-amzn-ErrorType": error.code,
      },
      body: writeTree(errorTree(error), "json"),
    }),
  };
}

function operationOf(model: ServiceModel, name: string): OperationModel {
  const operation = model.operations.get(name);
  if (operation === undefined)
    throw new AwsError("UnknownOperationException", `${model.name} has no operation ${name}`, 501);
  return operation;
}

function formOf(request: HttpRequest): URLSearchParams | undefined {
  if (request.query.has("Action")) return request.query;
  const type = request.headers["content-type"] ?? "";
  if (request.method !== "POST" || !type.startsWith("application/x-www-form-urlencoded")) return undefined;
  return new URLSearchParams(Buffer.from(request.body).toString("utf8"));
}
