import type { TierName } from "../../domain/tenant.ts";
import type { Tier } from "../../domain/tier.ts";
import type { Declarations } from "../../ports/declarations.ts";
import { toDeclarations } from "./declarations.ts";
import { loadRepository } from "./repository.ts";

/** What the repository declares, with the tiers and their limits. */
export interface DeclaredPolicy {
  readonly declarations: Declarations;
  readonly tiers: ReadonlyMap<TierName, Tier>;
}

/** The policy of the checkout at `root`, which has to be of the default branch. */
export async function loadPolicy(root: string): Promise<DeclaredPolicy> {
  const repository = await loadRepository(root);
  return {
    declarations: toDeclarations(repository),
    tiers: new Map([...repository.tiers].map(([name, { tier }]) => [name, tier])),
  };
}
