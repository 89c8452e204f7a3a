import { type ReleaseProposal, type ReleaseTarget, releaseProposal } from "../lib/domain/release-proposal.ts";
import { declaredEnvironment } from "../lib/engine/select-fleet.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Proposal, Proposals } from "../lib/ports/proposals.ts";

export interface ReleaseRequest {
  readonly release: string;
  readonly target: ReleaseTarget;
  readonly declarations: Declarations;
  /** Who asked: a login. */
  readonly by: string;
}

export interface ReleasePorts {
  readonly proposals: Proposals;
  /** A file of the checkout with its `release` set, and nothing else changed. */
  readonly raise: (file: string, release: string) => Promise<string>;
  readonly describe: (proposal: ReleaseProposal, by: string) => { readonly title: string; readonly body: string };
}

export type ReleaseEnd =
  | { readonly outcome: "unchanged"; readonly proposal: ReleaseProposal }
  | (Proposal & { readonly proposal: ReleaseProposal });

/**
 * Proposes a release. There is one pull request for each environment or tenant: a release that arrives while an older one still
 * waits takes its place. Tenants that pin a release of their own stay where they are, and the pull request names them.
 *
 * @throws OperatorError what `releaseProposal` says, and `file-problems` if a file is wrong
 */
export async function release(request: ReleaseRequest, ports: ReleasePorts): Promise<ReleaseEnd> {
  const { declarations, by } = request;
  const environments = [...declarations.environments.keys()].map((name) => declaredEnvironment(declarations, name));
  const declared = { tenants: [...declarations.tenants.values()], environments };
  const proposal = releaseProposal(request.release, request.target, declared);
  if (proposal.from === proposal.to) return { outcome: "unchanged", proposal };
  const opened = await ports.proposals.propose({
    branch: `release/${proposal.kind}-${proposal.name}`,
    ...ports.describe(proposal, by),
    files: { [proposal.file]: await ports.raise(proposal.file, proposal.to) },
  });
  return { ...opened, proposal };
}
