/** What the environment's bucket holds of a tenant. */
import type { SweepStage } from "./sweep-stage.ts";

const Bucket = "mate-production-pipeline-123456789012";

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Keys under a prefix, in order. */
export async function recordKeys({ rehearsal }: SweepStage, Prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await rehearsal.invoke<{
      Contents?: readonly { readonly Key: string }[];
      NextContinuationToken?: string;
    }>("s3", "ListObjectsV2", { Bucket, Prefix, ...(ContinuationToken !== undefined && { ContinuationToken }) });
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

/** A record's content, or undefined if there is none. */
export async function recordAt({ rehearsal }: SweepStage, Key: string): Promise<JsonRecord | undefined> {
  const found = rehearsal.invoke<{ Body: Uint8Array }>("s3", "GetObject", { Bucket, Key });
  const object = await found.catch((error: Error) => {
    if (error.name === "NoSuchKey") return undefined;
    throw error;
  });
  return object === undefined ? undefined : (JSON.parse(Buffer.from(object.Body).toString("utf8")) as JsonRecord);
}

/** The journal's entry that was written last. Names say nothing of their order: those of commands begin with a number that grows in length. */
export async function lastJournalEntry(stage: SweepStage, tenant: string): Promise<JsonRecord | undefined> {
  const keys = (await recordKeys(stage, "journal/")).filter((key) => key.endsWith(`-${tenant}.json`));
  const entries = await Promise.all(keys.map((key) => recordAt(stage, key)));
  return entries.toSorted((one, other) => String(one?.at).localeCompare(String(other?.at))).at(-1);
}

/** Writes a record past everything that guards it. */
export async function putRecord({ rehearsal }: SweepStage, Key: string, value: object): Promise<void> {
  await rehearsal.invoke("s3", "PutObject", { Bucket, Key, Body: Buffer.from(JSON.stringify(value)) });
}
