/**
 * The registry beside ECR: the HTTP interface of the OCI distribution specification, over the same repositories that the
 * ECR API shows. So `docker push` works, and what it pushed can be described.
 */
import { AwsError, type Caller, type World } from "../kernel.ts";
import type { HttpRequest } from "../protocols/http-request.ts";
import type { RestAnswer } from "../protocols/rest-xml.ts";
import { repositoriesOf } from "../services/ecr/repositories.ts";
import { tokenOwner } from "../services/ecr/tokens.ts";
import { answerBlob, answerUpload } from "./blobs.ts";
import { answerManifest, answerReferrers, answerTags } from "./manifests.ts";
import { refusal, unauthorized } from "./refusal.ts";

/** Answers one request below `/v2/`. The token in its Authorization header says in whose registry. */
export async function answerRegistry(world: World, request: HttpRequest): Promise<RestAnswer> {
  const where = ownerOf(world, request);
  if (where === undefined) return unauthorized();
  if (/^\/v2\/?$/.test(request.path))
    return { status: 200, headers: { "Content-Type": "application/json" }, body: "{}" };
  const [, name = "", kind = "", rest = ""] =
    /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/(.*)$/.exec(request.path) ?? [];
  const repository = repositoriesOf(world, where).get(name);
  if (repository === undefined)
    return refusal(
      404,
      "NAME_UNKNOWN",
      `The repository with name '${name}' does not exist in the registry with id '${where.account}'`,
    );
  const at = { world, repository, request, rest: decodeURIComponent(rest) };
  try {
    if (kind === "blobs/uploads") return answerUpload(at, repositoriesOf(world, where));
    if (kind === "blobs") return answerBlob(at);
    if (kind === "manifests") return answerManifest(at);
    if (kind === "referrers") return answerReferrers(at);
    return answerTags(at);
  } catch (failure) {
    if (!(failure instanceof AwsError)) throw failure;
    const [status, code] = codes[failure.code] ?? [400, "UNSUPPORTED"];
    return refusal(status, code, failure.message);
  }
}

/** ECR's errors in the words of the distribution specification. */
const codes: Readonly<Record<string, readonly [status: number, code: string]>> = {
  ImageTagAlreadyExistsException: [400, "TAG_INVALID"],
  LayersNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  ReferencedImagesNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  ImageDigestDoesNotMatchException: [400, "DIGEST_INVALID"],
  InvalidLayerException: [400, "DIGEST_INVALID"],
  InvalidParameterException: [400, "MANIFEST_INVALID"],
  UploadNotFoundException: [404, "BLOB_UPLOAD_UNKNOWN"],
};

function ownerOf(world: World, request: HttpRequest): Pick<Caller, "account" | "region"> | undefined {
  // The address of a layer is signed, so that whoever has it needs no log-in.
  const signature = request.query.get("X-Amz-Signature");
  if (signature !== null && request.method === "GET") return tokenOwner(world, signature);
  const [scheme, encoded = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Basic") return undefined;
  const [user, password = ""] = Buffer.from(encoded, "base64").toString("utf8").split(/:(.*)/s);
  const owner = user === "AWS" ? tokenOwner(world, password) : undefined;
  // A client that uses ECR's own host name, through a hosts file, must mean the same registry.
  const [, account, region] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/.exec(request.host) ?? [];
  if (owner === undefined || account === undefined) return owner;
  return owner.account === account && owner.region === region ? owner : undefined;
}
