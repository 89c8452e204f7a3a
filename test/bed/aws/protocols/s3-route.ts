/** Which S3 operation a request means: S3 tells operations apart by method, path, query and headers only. */

import type { OperationModel, ServiceModel } from "./model.ts";
import type { Member } from "./shapes.ts";

export interface S3Target {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** The parts of a request that routing looks at. */
export interface S3Request {
  readonly method: string;
  readonly host: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Bucket and key from the path, or the bucket from the host name (`bucket.localhost`, `bucket.s3.eu-west-1.amazonaws.com`). */
export function s3Target(request: S3Request): S3Target {
  const path = request.path.slice(1);
  const [name = ""] = request.host.split(":");
  const virtual = /^(.+?)\.(?:localhost$|s3[.-])/.exec(name);
  if (virtual?.[1] !== undefined) return { bucket: virtual[1], key: path === "" ? undefined : decode(path) };
  const slash = path.indexOf("/");
  const bucket = slash === -1 ? path : path.slice(0, slash);
  const key = slash === -1 ? "" : path.slice(slash + 1);
  return { bucket: bucket === "" ? undefined : decode(bucket), key: key === "" ? undefined : decode(key) };
}

/** The operation that a request means; undefined if none of the model fits. */
export function s3Operation(model: ServiceModel, request: S3Request, target: S3Target): OperationModel | undefined {
  const named = model.operations.get(request.query.get("x-id") ?? "");
  if (named !== undefined && closeness(named, request, target) !== undefined) return named;
  let best: { readonly operation: OperationModel; readonly score: number } | undefined;
  for (const operation of model.operations.values()) {
    const score = closeness(operation, request, target);
    if (score !== undefined && (best === undefined || score > best.score)) best = { operation, score };
  }
  return best?.operation;
}

/** How closely a request fits: the number of things it must have and has; undefined if it lacks one. */
function closeness(operation: OperationModel, request: S3Request, target: S3Target): number | undefined {
  const [method, uri] = operation.traits.http ?? ["", ""];
  if (method !== request.method || operation.name === "ListDirectoryBuckets") return undefined;
  const [path = "", literals = ""] = uri.split("?");
  if (path !== "/" && path !== "/{Key+}") return undefined;
  if ((path === "/{Key+}") !== (target.key !== undefined)) return undefined;
  const members: readonly Member[] = operation.input.kind === "structure" ? operation.input.members : [];
  if (members.some((member) => member.name === "Bucket") !== (target.bucket !== undefined)) return undefined;
  let score = 0;
  for (const [name, value] of new URLSearchParams(literals)) {
    if (name === "x-id") continue;
    const given = request.query.get(name);
    if (given === null || (value !== "" && value !== given)) return undefined;
    score += 2;
  }
  const required = operation.input.kind === "structure" ? operation.input.required : 0;
  for (const { traits } of members.slice(0, required)) {
    if (traits.httpQuery !== undefined) {
      if (!request.query.has(traits.httpQuery)) return undefined;
      score += 1;
    }
    if (traits.httpHeader !== undefined) {
      if (request.headers[traits.httpHeader.toLowerCase()] === undefined) return undefined;
      score += 1;
    }
  }
  return score;
}

function decode(text: string): string {
  return decodeURIComponent(text);
}
