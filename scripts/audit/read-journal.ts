/** The journal's objects with all their versions, straight from the environment's bucket. */
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
} from "@aws-sdk/client-s3";
import type { JournalObject } from "./trail.ts";

/**
 * Reads entries. Every version counts, also those that a later one or a deletion hides.
 *
 * @param wanted which keys are read; bodies are read of these only
 * @throws what S3 answers
 */
export async function readJournal(
  { bucket, region }: { readonly bucket: string; readonly region: string },
  wanted: (key: string) => boolean,
): Promise<readonly JournalObject[]> {
  // On AWS a bucket is addressed by name; at an endpoint of one's own, as on a test bed, by path.
  const client = new S3Client({ region, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  const found = new Map<string, Version[]>();
  let next: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: "journal/", ...next }),
    );
    const marks = (page.DeleteMarkers ?? []).map((one) => ({ ...one, kind: "deleted" as const }));
    for (const one of [...(page.Versions ?? []).map((each) => ({ ...each, kind: "written" as const })), ...marks]) {
      const { Key: key = "", VersionId: id = "", LastModified: at = new Date(0), kind } = one;
      if (wanted(key)) found.set(key, [...(found.get(key) ?? []), { id, at, kind }]);
    }
    next = page.IsTruncated
      ? {
          ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
          ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
        }
      : undefined;
  }
  const objects: JournalObject[] = [];
  const left = [...found];
  const reader = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const [key, unordered] = one;
      // S3 lists the newest of a key first, and tells seconds: those of one second keep their order, deletions behind what they delete.
      const written = unordered.filter(({ kind }) => kind === "written").toReversed();
      const deleted = unordered.filter(({ kind }) => kind === "deleted").toReversed();
      const versions = [...written, ...deleted].toSorted((a, b) => a.at.getTime() - b.at.getTime());
      objects.push({ key, versions, value: await bodyOf(client, { bucket, key, versions }) });
    }
  };
  await Promise.all(Array.from({ length: 16 }, reader));
  return objects;
}

interface Version {
  readonly id: string;
  readonly at: Date;
  readonly kind: "written" | "deleted";
}

/** What was written first: what came later is an alteration, and said to be one. */
async function bodyOf(
  client: S3Client,
  { bucket, key, versions }: { readonly bucket: string; readonly key: string; readonly versions: readonly Version[] },
): Promise<unknown> {
  const first = versions.find(({ kind }) => kind === "written");
  if (first === undefined) return undefined;
  const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: first.id }));
  try {
    return JSON.parse((await object.Body?.transformToString()) ?? "");
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
