import type { FileVersion } from "../../domain/restore-files.ts";

/** `bucket/key?versionId=…`, with every character of the key encoded that means something in a URL. */
export function copySource(bucket: string, { key, version }: FileVersion): string {
  return `${bucket}/${encodeURIComponent(key).replaceAll("%2F", "/")}?versionId=${encodeURIComponent(version)}`;
}

/** What has moved to a colder class with age is fresh again; intelligent tiering stays, which starts hot. */
export function writable(storageClass: string): "STANDARD" | "INTELLIGENT_TIERING" {
  return storageClass === "INTELLIGENT_TIERING" ? "INTELLIGENT_TIERING" : "STANDARD";
}
