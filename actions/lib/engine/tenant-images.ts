import type { Environment } from "../domain/environment.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { type ReleaseImages, releaseImages } from "../domain/release.ts";
import { type ServiceRole, serviceOrder } from "../domain/service.ts";
import type { Images } from "../ports/images.ts";

/** Service → digest of a release's image; services whose image was not built are left out. */
export async function builtDigests(
  environment: Environment,
  release: string,
  images: Images,
): Promise<Partial<Record<ServiceRole, string>>> {
  const found = await Promise.all(
    serviceOrder.map(async (role) => {
      const { repository, platform } = environment.images[role];
      return [role, await images.find({ repository, tag: release, platform })] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, digest]) => digest !== undefined));
}

/**
 * The images of a release by digest, all of them.
 *
 * @throws OperatorError `release-not-built` naming what is missing
 */
export async function requiredImages(
  environment: Environment,
  release: string,
  images: Images,
): Promise<ReleaseImages> {
  const digests = await builtDigests(environment, release, images);
  const missing = serviceOrder.filter((role) => digests[role] === undefined);
  if (missing.length > 0) {
    throw new OperatorError(
      "release-not-built",
      `${environment.name} has no image of ${release} for ${missing.join(", ")}; build the release first`,
    );
  }
  return releaseImages(environment, digests as Record<ServiceRole, string>);
}

/** What was read of each registry, by environment and release: a release never changes, and a wave asks for it hundreds of times. */
const known = new WeakMap<Images, Map<string, Promise<ReleaseImages>>>();

/** The same, read once for all tenants of a process; what was missing is looked for again. */
export async function sharedImages(environment: Environment, release: string, images: Images): Promise<ReleaseImages> {
  const read = known.get(images) ?? new Map<string, Promise<ReleaseImages>>();
  known.set(images, read);
  const key = `${environment.name}/${release}`;
  const there = read.get(key) ?? requiredImages(environment, release, images);
  read.set(key, there);
  return await there.catch((error: unknown) => {
    read.delete(key);
    throw error;
  });
}
