import type { FileVersion } from "../domain/restore-files.ts";

/** Versioned objects of a bucket. */
export interface Files {
  /** Whether the bucket keeps versions. */
  versioned(bucket: string): Promise<boolean>;

  /**
   * Versions and delete markers of whole keys, page by page in the order of keys; the versions of one key are never spread over two pages.
   *
   * @param after only keys behind this one
   */
  pages(bucket: string, after?: string): Promise<AsyncIterable<readonly FileVersion[]>>;

  /** Whether two versions of a key hold the same content, as far as S3 can say so without reading them. */
  same(bucket: string, one: FileVersion, other: FileVersion): Promise<boolean>;

  /** Makes a new newest version with the content, metadata and tags of an older one. */
  copyForward(bucket: string, from: FileVersion): Promise<void>;

  /** Puts a delete marker over a key. */
  hide(bucket: string, key: string): Promise<void>;
}
