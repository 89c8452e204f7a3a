import { createHash } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** Bytes CloudFormation takes as TemplateBody; longer templates are sent by address (CloudFormation quotas). */
export const templateBodyLimit = 51_200;

/** A template as CreateChangeSet takes it: inline, or the address of an upload whose key is the content's hash. */
export type TemplateArgument = { readonly TemplateBody: string } | { readonly TemplateURL: string };

/**
 * Makes a template fit for a change set. An upload's key is its SHA-256, so concurrent runs never overwrite each other's.
 *
 * @param settings.region of the bucket, for a regional address
 * @param settings.prefix part of the bucket that the role may write templates to
 */
export function templateUpload(
  client: S3Client,
  { bucket, region, prefix }: { readonly bucket: string; readonly region: string; readonly prefix: string },
): (template: string) => Promise<TemplateArgument> {
  const done = new Map<string, Promise<string>>();
  const upload = async (template: string, key: string): Promise<string> => {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: template,
        ContentType: "application/yaml",
        ChecksumAlgorithm: "SHA256",
      }),
    );
    const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return `https://${bucket}.s3.${region}.${suffix}/${key}`;
  };
  return async (template) => {
    if (Buffer.byteLength(template) <= templateBodyLimit) return { TemplateBody: template };
    const key = `${prefix}/${createHash("sha256").update(template).digest("hex")}.yml`;
    const running = done.get(key) ?? upload(template, key);
    done.set(key, running);
    return { TemplateURL: await running };
  };
}
