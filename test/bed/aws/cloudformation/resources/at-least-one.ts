import type { Section } from "../template/value.ts";

/** Types that exist only attached to something: one of these properties must list what. The schema does not say so. */
const ATTACHED_BY: Readonly<Record<string, readonly string[]>> = {
  "AWS::IAM::Policy": ["Groups", "Roles", "Users"],
};

/** What IAM answers to a policy that is attached to nothing, when it is made and when it is taken away. undefined: all is well. */
export function unattached(type: string, properties: Section): string | undefined {
  const names = ATTACHED_BY[type] ?? [];
  const attached = names.some((name) => {
    const value = properties[name];
    return Array.isArray(value) && value.length > 0;
  });
  return names.length === 0 || attached ? undefined : `At least one of [${names.join(",")}] must be non-empty.`;
}
