/**
 * The domain's rules over all files that could be read, each finding back at its line.
 */

import type { Environment } from "../../domain/environment.ts";
import { environmentFindings, tierFindings } from "../../domain/environment-rules.ts";
import { fleetFindings } from "../../domain/fleet-rules.ts";
import type { Problem } from "../../domain/problem.ts";
import { promotionFindings } from "../../domain/promotion.ts";
import { type Finding, finding } from "../../domain/schema.ts";
import { closest } from "../../domain/spelling.ts";
import type { TenantFile } from "../../domain/tenant-file.ts";
import { tenantFindings } from "../../domain/tenant-rules.ts";
import type { Tier } from "../../domain/tier.ts";
import type { FolderReading } from "./declaration-folder.ts";

export interface Folders {
  readonly tiers: FolderReading<Tier>;
  readonly environments: FolderReading<Environment>;
  readonly tenants: FolderReading<TenantFile>;
}

/** Everything the rules find. */
export function ruleProblems(folders: Folders): readonly Problem[] {
  const { tiers, environments, tenants } = folders;
  return [
    ...[...tiers.declarations.values()].flatMap((it) => tierFindings(it.value).map(it.problem)),
    ...[...environments.declarations.values()].flatMap((it) =>
      [...environmentFindings(it.value), ...promotionProblems(it.value, environments)].map(it.problem),
    ),
    ...[...tenants.declarations.values()].flatMap((it) => findingsAbout(it.value, folders).map(it.problem)),
    ...fleetProblems(folders),
  ];
}

function promotionProblems(environment: Environment, { declarations, unreadable }: Folders["environments"]) {
  return promotionFindings(
    environment,
    new Map([...declarations].map(([name, { value }]) => [name, value])),
    unreadable,
  );
}

function findingsAbout(file: TenantFile, { tiers, environments }: Folders): readonly Finding[] {
  // An environment whose file has problems of its own is not unknown; the problems are said there.
  const names = [...environments.declarations.keys(), ...environments.unreadable];
  const tier = tiers.declarations.get(file.tier)?.value;
  return [
    ...(names.includes(file.environment) ? [] : [unknownEnvironment(file.environment, names)]),
    ...(tier === undefined ? missingTier(file, tiers) : tenantFindings(file, tier, names)),
  ];
}

function unknownEnvironment(environment: string, names: readonly string[]): Finding {
  const near = closest(environment, names);
  const hint = near === undefined ? `known: ${names.join(", ") || "none"}` : `did you mean ${near}?`;
  return finding(["environment"], `environment ${environment} has no file infra/environments/${environment}.yml`, hint);
}

function missingTier({ tier }: TenantFile, { unreadable }: Folders["tiers"]): readonly Finding[] {
  if (unreadable.includes(tier)) return [];
  return [finding(["tier"], `tier ${tier} has no file infra/tiers/${tier}.yml; add it or choose another tier`)];
}

function fleetProblems({ environments, tenants }: Folders): readonly Problem[] {
  const found = fleetFindings({
    // A tenant goes by its file's name here, so that two files with one name inside are told apart.
    tenants: [...tenants.declarations].map(([name, { value }]) => ({ ...value, name })),
    environments: [...environments.declarations.values()].map(({ value }) => value),
    unreadable: tenants.unreadable,
  });
  return found.flatMap((about) => {
    const declaration =
      "tenant" in about ? tenants.declarations.get(about.tenant) : environments.declarations.get(about.environment);
    return declaration === undefined ? [] : [declaration.problem(about.finding)];
  });
}
