/**
 * Promotion: an environment whose releases come from another one. What was tried there is what runs here, byte for byte: its registry
 * copies the images over, and nothing is built twice.
 */
import type { Environment } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";
import { type Finding, finding } from "./schema.ts";
import { serviceOrder } from "./service.ts";
import { closest } from "./spelling.ts";

/** What is wrong with `releasesFrom` of an environment. @param unreadable environments whose files have problems of their own */
export function promotionFindings(
  environment: Environment,
  environments: ReadonlyMap<string, Environment>,
  unreadable: readonly string[],
): readonly Finding[] {
  const { name, releasesFrom } = environment;
  if (releasesFrom === undefined || unreadable.includes(releasesFrom)) return [];
  const source = environments.get(releasesFrom);
  if (source === undefined) {
    const near = closest(releasesFrom, [...environments.keys()]);
    const hint = near === undefined ? undefined : `did you mean ${near}?`;
    return [at(`environment ${releasesFrom} has no file infra/environments/${releasesFrom}.yml`, hint)];
  }
  if (source.name === name)
    return [at("an environment's releases cannot come from itself; leave it out to build them")];
  const other = [...environments.values()].find((one) => one.name !== name && one.releasesFrom === releasesFrom);
  return [
    ...(source.releasesFrom === undefined
      ? []
      : [
          at(
            `${releasesFrom} gets its own from ${source.releasesFrom}, and ECR copies no copies: name ${source.releasesFrom}`,
          ),
        ]),
    ...(source.account === environment.account && source.region === environment.region
      ? [at(`${releasesFrom} has the same registry, so its images are here anyway; leave it out`)]
      : []),
    ...(other === undefined ? [] : [at(`${releasesFrom} copies its images to ${other.name} already, and only to one`)]),
    ...serviceOrder.flatMap((role) => differing(environment, source, role)),
  ];
}

function differing(
  environment: Environment,
  source: Environment,
  role: (typeof serviceOrder)[number],
): readonly Finding[] {
  return (["repository", "platform"] as const)
    .filter((property) => environment.images[role][property] !== source.images[role][property])
    .map((property) =>
      finding(
        ["images", role, property],
        `${property} of ${role} must be that of ${source.name}, ${source.images[role][property]}, because its images are copied`,
      ),
    );
}

function at(message: string, hint?: string): Finding {
  return finding(["releasesFrom"], message, ...(hint === undefined ? [] : [hint]));
}

/** Of a release that an environment does not have yet and does not build. */
export function notReplicated(environment: Environment, release: string): OperatorError {
  const { name, releasesFrom: from } = environment;
  return new OperatorError(
    "release-not-replicated",
    `${name} does not have all images of ${release}: it builds none, ${from} does; release ${release} to ${from} first. If that was done only now, ECR still copies them: try again in some minutes`,
  );
}
