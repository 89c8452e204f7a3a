/** Manifests of the registry by tag and by digest, the list of tags, and what refers to an image. */
import type { RestAnswer } from "../protocols/rest-xml.ts";
import { putManifest, readManifest } from "../services/ecr/manifest.ts";
import { imageFor } from "../services/ecr/repositories.ts";
import type { RegistryRequest } from "./blobs.ts";
import { refusal } from "./refusal.ts";

export function answerManifest({ world, repository, request, rest: reference }: RegistryRequest): RestAnswer {
  const id = reference.startsWith("sha256:") ? { imageDigest: reference } : { imageTag: reference };
  switch (request.method) {
    case "PUT": {
      const { image } = putManifest(world, repository, {
        manifest: Buffer.from(request.body).toString("utf8"),
        mediaType: request.headers["content-type"],
        tag: id.imageTag,
        digest: id.imageDigest,
      });
      const subject = readManifest(image.manifest).subject?.digest;
      const headers = {
        Location: `/v2/${repository.name}/manifests/${image.digest}`,
        "Docker-Content-Digest": image.digest,
        ...(subject !== undefined && { "OCI-Subject": subject }),
      };
      return { status: 201, headers, body: "" };
    }
    case "GET":
    case "HEAD": {
      const image = imageFor(repository, id);
      if (image === undefined)
        return refusal(404, "MANIFEST_UNKNOWN", `there is no image ${reference} in ${repository.name}`);
      if (request.method === "GET") image.pulledAt = new Date(world.clock.now());
      const headers = {
        "Content-Type": image.mediaType,
        "Content-Length": String(Buffer.byteLength(image.manifest)),
        "Docker-Content-Digest": image.digest,
      };
      return { status: 200, headers, body: image.manifest };
    }
    case "DELETE": {
      const image = imageFor(repository, id);
      if (image === undefined)
        return refusal(404, "MANIFEST_UNKNOWN", `there is no image ${reference} in ${repository.name}`);
      if (id.imageTag !== undefined) image.tags.delete(id.imageTag);
      else repository.images.delete(image.digest);
      return { status: 202, headers: {}, body: "" };
    }
    default:
      return refusal(405, "UNSUPPORTED", `${request.method} is not for manifests`);
  }
}

export function answerTags({ repository, request }: RegistryRequest): RestAnswer {
  const all = [...repository.images.values()].flatMap(({ tags }) => [...tags]).sort();
  const last = request.query.get("last");
  const most = Number(request.query.get("n") ?? 1000);
  const rest = last === null ? all : all.filter((tag) => tag > last);
  const tags = rest.slice(0, most);
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (rest.length > tags.length)
    headers.Link = `</v2/${repository.name}/tags/list?n=${most}&last=${tags.at(-1) ?? ""}>; rel="next"`;
  return { status: 200, headers, body: JSON.stringify({ name: repository.name, tags }) };
}

/** Signatures, attestations and the like that name an image as their subject. */
export function answerReferrers({ repository, rest: digest }: RegistryRequest): RestAnswer {
  const manifests = [...repository.images.values()].flatMap((image) => {
    const { subject, artifactType, config } = readManifest(image.manifest);
    if (subject?.digest !== digest) return [];
    const size = Buffer.byteLength(image.manifest);
    return [
      { mediaType: image.mediaType, digest: image.digest, size, artifactType: artifactType ?? config?.mediaType },
    ];
  });
  const mediaType = "application/vnd.oci.image.index.v1+json";
  return {
    status: 200,
    headers: { "Content-Type": mediaType },
    body: JSON.stringify({ schemaVersion: 2, mediaType, manifests }),
  };
}
