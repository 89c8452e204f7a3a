/** Tags of roles and users that templates make. */
import type { Properties, ResourceContext } from "../../kernel.ts";
import type { Tag } from "./principals.ts";

/** Those of the resource, then those of its stack. IAM takes no tags that begin with `aws:`, so CloudFormation leaves none of its own. */
export function tagsFor({ Tags = [] }: Properties, { tags }: Pick<ResourceContext, "tags">): readonly Tag[] {
  return [...(Tags as readonly Tag[]), ...tags.filter(({ Key }) => !Key.startsWith("aws:"))];
}
