/** Edits of an environment that would leave the data of its tenants behind: refused, with the way to do it. */
import type { Environment } from "./environment.ts";
import { type Finding, finding } from "./schema.ts";

/**
 * Everything a change from `before` to `after` of an environment with tenants may not do. Account and region are where their stacks
 * are: elsewhere each would be made anew, empty, while the one with the data runs on with nobody to look after it.
 */
export function environmentChangeFindings(before: Environment, after: Environment): readonly Finding[] {
  return (["account", "region"] as const)
    .filter((key) => before[key] !== after[key])
    .map((key) =>
      finding(
        [key],
        `${key} of environment ${after.name} cannot be changed from ${before[key]} to ${after[key]} while it has tenants: their data would stay behind`,
        "add another environment file, and move tenants into it one by one (infra/README.md, Moving a tenant's data)",
      ),
    );
}
