/** What the environment remembers of a release it built. */
import * as z from "zod";

export const releaseRecord = z.object({
  release: z.string(),
  /** Commit of the application it was built from. */
  revision: z.string(),
  /** Service → digest of its image. */
  images: z.record(z.string(), z.string()),
  /** Hash of the sorted list of migrations in the source: equal hash, nothing to migrate. Left out if the source has none. */
  migrations: z.string().exactOptional(),
  /** Its contract migrations: no release without them can be gone back to once they ran. */
  contract: z.array(z.string()).exactOptional(),
});

export type ReleaseRecord = z.infer<typeof releaseRecord>;

/** `releases/v1.4.0.json` */
export function releaseKey(release: string): string {
  return `releases/${release}.json`;
}
