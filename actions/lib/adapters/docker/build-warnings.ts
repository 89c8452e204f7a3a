import * as z from "zod";

/** Of a warning of BuildKit as buildx writes it to its metadata file: the rule and what is wrong, in base64. */
const warning = z.looseObject({ short: z.base64() });

/** Docker docs, "Build checks": the base image was pulled for another platform than the one that is built. */
const rule = "InvalidBaseImagePlatform";

/**
 * What BuildKit said about a base image of another platform. A warning begins with the name of the rule that was broken.
 *
 * @param warnings `buildx.build.warnings` of the metadata file, whatever is there
 * @returns undefined if that rule was kept, or nothing was said that can be read
 */
export function warnedOfPlatform(warnings: unknown): string | undefined {
  const read = z.array(warning).safeParse(warnings);
  const texts = (read.data ?? []).map(({ short }) => Buffer.from(short, "base64").toString("utf8"));
  return texts.find((text) => text.startsWith(`${rule}: `))?.slice(rule.length + 2);
}
