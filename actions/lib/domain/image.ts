/** Container images: how they are named, and which one of an index runs on a platform. */
import { OperatorError } from "./operator-error.ts";

/** `registry/repository:tag@digest`, in its parts. */
export interface ImageReference {
  /** Host with port, if the name has one. */
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

/** Path components, tag and digest as the OCI distribution specification has them. */
const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * Takes the name of an image apart. The first component is a registry only if it could be a host: with a dot, a port, or
 * `localhost` (as Docker reads it).
 *
 * @returns undefined if it is no image's name
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const at = text.indexOf("@");
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  const slash = named.indexOf("/");
  const first = named.slice(0, Math.max(slash, 0));
  const registry = /[.:]/.test(first) || first === "localhost" ? first : undefined;
  const path = registry === undefined ? named : named.slice(slash + 1);
  // A colon before the last slash would belong to a port; there is none left here.
  const colon = path.indexOf(":");
  const repository = colon === -1 ? path : path.slice(0, colon);
  const tag = colon === -1 ? undefined : path.slice(colon + 1);
  if (!repositoryPattern.test(repository)) return undefined;
  if (registry !== undefined && !/^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(registry)) return undefined;
  if (tag !== undefined && !tagPattern.test(tag)) return undefined;
  if (digest !== undefined && !digestPattern.test(digest)) return undefined;
  return {
    repository,
    ...(registry !== undefined && { registry }),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** The parts as one name again. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  const host = registry === undefined ? "" : `${registry}/`;
  return `${host}${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

interface Manifest {
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform?: { readonly os: string; readonly architecture: string };
  }[];
}

/**
 * The digest that runs on a platform. A build with provenance pushes an index whose entries are the platform's manifest and
 * attestations, of platform unknown/unknown; only the former can run. A manifest that is no index stands for itself.
 *
 * @param pushed.name shown in the error
 * @throws OperatorError `wrong-platform` if the index has nothing for the platform
 */
export function platformDigest(
  pushed: { readonly digest: string; readonly manifest: string; readonly name: string },
  platform: string,
): string {
  const { manifests } = JSON.parse(pushed.manifest) as Manifest;
  if (manifests === undefined) return pushed.digest;
  const named = manifests.map((entry) => ({
    digest: entry.digest,
    platform: `${entry.platform?.os ?? "unknown"}/${entry.platform?.architecture ?? "unknown"}`,
  }));
  const found = named.find((entry) => entry.platform === platform);
  if (found !== undefined) return found.digest;
  const there = named.map((entry) => entry.platform).filter((name) => name !== "unknown/unknown");
  throw new OperatorError(
    "wrong-platform",
    `${pushed.name} has no image for ${platform}, only for ${there.join(", ") || "none"}; build it for the platform in the environment file`,
  );
}
