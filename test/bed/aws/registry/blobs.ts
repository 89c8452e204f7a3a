/** Blobs of the registry: layers and configurations, and their uploads in one piece or in chunks. */
import type { World } from "../kernel.ts";
import type { HttpRequest } from "../protocols/http-request.ts";
import type { RestAnswer } from "../protocols/rest-xml.ts";
import { finishUpload, lengthOf, startUpload, uploadFor } from "../services/ecr/layers.ts";
import type { Repository } from "../services/ecr/repositories.ts";
import { refusal } from "./refusal.ts";

/** A request about one repository; `rest` is what follows the kind of thing in its path. */
export interface RegistryRequest {
  readonly world: World;
  readonly repository: Repository;
  readonly request: HttpRequest;
  readonly rest: string;
}

export function answerBlob({ repository, request, rest: digest }: RegistryRequest): RestAnswer {
  const blob = repository.blobs.get(digest);
  if (blob === undefined) return refusal(404, "BLOB_UNKNOWN", `there is no blob ${digest} in ${repository.name}`);
  if (request.method !== "GET" && request.method !== "HEAD")
    return refusal(405, "UNSUPPORTED", "blobs cannot be changed");
  const headers = { "Content-Type": "application/octet-stream", "Docker-Content-Digest": digest };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  if (first === undefined || request.method === "HEAD")
    return { status: 200, headers: { ...headers, "Content-Length": String(blob.length) }, body: blob };
  const to = last === undefined || last === "" ? blob.length - 1 : Math.min(Number(last), blob.length - 1);
  const part = blob.subarray(Number(first), to + 1);
  return { status: 206, headers: { ...headers, "Content-Range": `bytes ${first}-${to}/${blob.length}` }, body: part };
}

/** @param siblings the other repositories of the registry, from which a blob can be mounted */
export function answerUpload(at: RegistryRequest, siblings: ReadonlyMap<string, Repository>): RestAnswer {
  const { world, repository, request, rest: id } = at;
  switch (request.method) {
    case "POST": {
      const mount = request.query.get("mount");
      const blob = mount === null ? undefined : siblings.get(request.query.get("from") ?? "")?.blobs.get(mount);
      if (mount !== null && blob !== undefined) {
        repository.blobs.set(mount, blob);
        return created(repository, mount);
      }
      const started = startUpload(world, repository);
      const digest = request.query.get("digest");
      if (digest === null) return accepted(repository, started);
      uploadFor(repository, started).push(request.body);
      finishUpload(repository, started, digest);
      return created(repository, digest);
    }
    case "PATCH": {
      const parts = uploadFor(repository, id);
      const start = /^(\d+)-\d+$/.exec(request.headers["content-range"] ?? "")?.[1];
      if (start !== undefined && Number(start) !== lengthOf(parts))
        return refusal(416, "BLOB_UPLOAD_INVALID", `the next byte is ${lengthOf(parts)}, got ${start}`);
      parts.push(request.body);
      return accepted(repository, id);
    }
    case "PUT": {
      const digest = request.query.get("digest") ?? "";
      uploadFor(repository, id).push(request.body);
      finishUpload(repository, id, digest);
      return created(repository, digest);
    }
    case "GET":
      return { ...accepted(repository, id), status: 204 };
    case "DELETE":
      uploadFor(repository, id);
      repository.uploads.delete(id);
      return { status: 204, headers: {}, body: "" };
    default:
      return refusal(405, "UNSUPPORTED", `${request.method} is not for uploads`);
  }
}

function accepted(repository: Repository, id: string): RestAnswer {
  const received = lengthOf(uploadFor(repository, id));
  const headers = {
    Location: `/v2/${repository.name}/blobs/uploads/${id}`,
    Range: `0-${Math.max(0, received - 1)}`,
    "Docker-Upload-UUID": id,
  };
  return { status: 202, headers, body: "" };
}

function created(repository: Repository, digest: string): RestAnswer {
  const headers = { Location: `/v2/${repository.name}/blobs/${digest}`, "Docker-Content-Digest": digest };
  return { status: 201, headers, body: "" };
}
