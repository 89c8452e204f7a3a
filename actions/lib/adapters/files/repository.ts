/**
 * Everything the repository declares, read and held against all rules at once.
 */

import { type Environment, environmentFile, misplacedInEnvironment } from "../../domain/environment.ts";
import { inReadingOrder, type Problem } from "../../domain/problem.ts";
import { resolveTenant } from "../../domain/resolve-tenant.ts";
import type { Tenant, TierName } from "../../domain/tenant.ts";
import { misplacedInTenant, type TenantFile, tenantFile } from "../../domain/tenant-file.ts";
import { type Tier, tierFile } from "../../domain/tier.ts";
import { commitFiles } from "./commit-files.ts";
import type { Declaration, Located } from "./declaration.ts";
import { readFolder } from "./declaration-folder.ts";
import { folderFiles } from "./folder-files.ts";
import { ruleProblems } from "./rule-problems.ts";
import { isTemplate, type SourceFile } from "./source-file.ts";

export interface LoadedTenant extends Located {
  /** What is written. */
  readonly file: TenantFile;
  /** What it means, with its tier's defaults. */
  readonly tenant: Tenant;
}

export interface LoadedTier extends Located {
  readonly tier: Tier;
}

export interface LoadedEnvironment extends Located {
  readonly environment: Environment;
}

export interface Repository {
  /** By name, in alphabetical order; only tenants with nothing wrong in their own file. */
  readonly tenants: ReadonlyMap<string, LoadedTenant>;
  readonly tiers: ReadonlyMap<TierName, LoadedTier>;
  readonly environments: ReadonlyMap<string, LoadedEnvironment>;
  /** Text of everything stacks are made from, by path: `infra/{bootstrap,platform,tenant}/**`. */
  readonly templates: ReadonlyMap<string, string>;
  /** Everything wrong in any file, in reading order. Nothing may be planned or deployed while there is one. */
  readonly problems: readonly Problem[];
}

/** Reads the checkout at `root`. */
export async function loadRepository(root: string): Promise<Repository> {
  return readRepository(await folderFiles(root));
}

/**
 * Reads the repository as `commit` has it, from the clone at `repository`, without checking it out.
 *
 * @throws OperatorError when git does not know the commit
 */
export async function loadCommit(repository: string, commit: string): Promise<Repository> {
  return readRepository(await commitFiles(repository, commit));
}

/** Reads the repository from its files. Never throws because of what is in them. */
export function readRepository(files: readonly SourceFile[]): Repository {
  const tiers = readFolder(files, { folder: "infra/tiers", form: { schema: tierFile, misplaced: {} } });
  const environments = readFolder(files, {
    folder: "infra/environments",
    form: { schema: environmentFile, misplaced: misplacedInEnvironment },
  });
  const tenants = readFolder(files, { folder: "tenants", form: { schema: tenantFile, misplaced: misplacedInTenant } });
  const problems = [tiers, environments, tenants].flatMap((folder) => folder.problems);
  problems.push(...ruleProblems({ tiers, environments, tenants }));
  const wrong = new Set(problems.map(({ file }) => file));
  return {
    tenants: resolved(tenants.declarations, tiers.declarations, wrong),
    tiers: new Map([...tiers.declarations.values()].map((it) => [it.value.name, { ...located(it), tier: it.value }])),
    environments: new Map(
      [...environments.declarations].map(([name, it]) => [name, { ...located(it), environment: it.value }]),
    ),
    templates: templatesIn(files),
    problems: inReadingOrder(problems),
  };
}

function resolved(
  tenants: ReadonlyMap<string, Declaration<TenantFile>>,
  tiers: ReadonlyMap<string, Declaration<Tier>>,
  wrong: ReadonlySet<string>,
): ReadonlyMap<string, LoadedTenant> {
  const loaded = new Map<string, LoadedTenant>();
  for (const [name, it] of tenants) {
    const tier = tiers.get(it.value.tier)?.value;
    if (tier === undefined || wrong.has(it.path)) continue;
    loaded.set(name, { ...located(it), file: it.value, tenant: resolveTenant(it.value, tier) });
  }
  return loaded;
}

function located({ path, text, locate }: Located): Located {
  return { path, text, locate };
}

function templatesIn(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  const decoder = new TextDecoder();
  return new Map(
    files
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .flatMap(({ path, bytes }) =>
        isTemplate(path) && bytes !== undefined ? [[path, decoder.decode(bytes)] as const] : [],
      ),
  );
}
